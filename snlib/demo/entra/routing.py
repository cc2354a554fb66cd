"""The addresses of the demo Entra."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from snlib.demo.core.instance import Instance
from snlib.demo.entra.authorize import authorize, choose_account, choose_again, choose_other_account
from snlib.demo.entra.discovery import openid_configuration, signing_keys, user_info
from snlib.demo.entra.forms import form_endpoint
from snlib.demo.entra.sign_out import sign_out
from snlib.demo.entra.token import answer_token_request


def routes(instance: Instance) -> list[BaseRoute]:
    """Return the routes; the tenant's name is checked by each, so that a wrong one gets Entra's own refusal."""
    del instance
    return [
        Route("/{tenant}/v2.0/.well-known/openid-configuration", openid_configuration),
        Route("/{tenant}/discovery/v2.0/keys", signing_keys),
        Route("/{tenant}/oauth2/v2.0/authorize", authorize),
        Route("/{tenant}/oauth2/v2.0/token", form_endpoint(answer_token_request), methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/logout", form_endpoint(sign_out), methods=["GET", "POST"]),
        Route("/{tenant}/login", choose_again, methods=["GET"]),
        Route("/{tenant}/login", form_endpoint(choose_account), methods=["POST"]),
        Route("/{tenant}/login/other", choose_other_account),
        Route("/oidc/userinfo", user_info, methods=["GET", "POST"]),
    ]
