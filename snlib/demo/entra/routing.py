"""The addresses of the demo Entra."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from snlib.demo.entra import authorize, discovery
from snlib.demo.entra.failures import error_response
from snlib.demo.entra.pages import error_page
from snlib.demo.entra.parameters import endpoint
from snlib.demo.entra.sign_out import sign_out
from snlib.demo.entra.tokens.grants import answer_token_request


def routes() -> list[BaseRoute]:
    """Return the routes; the tenant's name is checked by each, so that a wrong one gets Entra's own refusal."""
    configuration = endpoint(discovery.openid_configuration, error_response)
    return [
        Route("/{tenant}/v2.0/.well-known/openid-configuration", configuration),
        Route("/{tenant}/discovery/v2.0/keys", endpoint(discovery.signing_keys, error_response)),
        Route("/{tenant}/oauth2/v2.0/authorize", endpoint(authorize.authorize, error_page)),
        Route("/{tenant}/oauth2/v2.0/token", endpoint(answer_token_request, error_response), methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/logout", endpoint(sign_out, error_page), methods=["GET", "POST"]),
        Route("/{tenant}/login", endpoint(authorize.choose_again, error_page), methods=["GET"]),
        Route("/{tenant}/login", endpoint(authorize.choose_account, error_page), methods=["POST"]),
        Route("/{tenant}/login/other", endpoint(authorize.choose_other_account, error_page)),
        Route("/oidc/userinfo", discovery.user_info, methods=["GET", "POST"]),
    ]
