"""The token endpoint: redeem a code, refresh, client credentials."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from snlib.demo.core.credentials import parse_basic, s256
from snlib.demo.core.instance import Instance, OidcClient
from snlib.demo.entra import apps, memory, people
from snlib.demo.entra.failures import (
    NO_STORE,
    EntraError,
    disabled_account,
    malformed,
    missing_parameter,
)
from snlib.demo.entra.parameters import Parameters
from snlib.demo.entra.tokens import claims
from snlib.demo.entra.tokens.scopes import read_application, read_delegated


def answer_token_request(request: Request, instance: Instance, form: Parameters) -> Response:
    """Answer ``POST /{tenant}/oauth2/v2.0/token``."""
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise missing_parameter("grant_type")
    if grant_type not in GRANTS:
        text = f"The app requested an unsupported grant type '{grant_type[:64]}'."
        raise EntraError(70003, "unsupported_grant_type", text)
    app = authenticate_app(instance, request, form)
    return JSONResponse(GRANTS[grant_type](instance, app, form), headers=NO_STORE)


def authenticate_app(instance: Instance, request: Request, form: Parameters) -> OidcClient:
    """Return the application that authenticates by ``client_secret_post`` or ``client_secret_basic``.

    Raises:
        EntraError: It is unknown, its secret is missing or wrong, or it uses both ways at once.
    """
    client_id, secret = _basic_credentials(request)
    if client_id and "client_secret" in form:
        raise malformed("Use one way of client authentication only.")
    if client_id and form.get("client_id", client_id) != client_id:
        raise malformed("The client_id of the body is not that of the Authorization header.")
    client_id = client_id or form.get("client_id", "")
    secret = secret or form.get("client_secret", "")
    if not client_id:
        raise missing_parameter("client_id")
    app = apps.find_app(instance, client_id)
    if app is None:
        raise unknown_app(instance, client_id)
    if not secret:
        raise EntraError(
            7000218,
            "invalid_client",
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            status_code=401,
        )
    if not apps.secret_matches(app, secret):
        raise EntraError(
            7000215,
            "invalid_client",
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
            f"value, not the client secret ID, for a secret added to app '{client_id}'.",
            status_code=401,
        )
    return app


def unknown_app(instance: Instance, client_id: str) -> EntraError:
    """Return the refusal of an application that the tenant does not know."""
    return EntraError(
        700016,
        "unauthorized_client",
        f"Application with identifier '{client_id[:128]}' was not found in the directory '{instance.tenant_id}'. "
        "This can happen if the application has not been installed by the administrator of the tenant.",
    )


def redeem_code(instance: Instance, app: OidcClient, form: Parameters) -> dict[str, Any]:
    """Return the tokens for an authorization code.

    Raises:
        EntraError: The code is unknown, used, too old or another application's; redirect URI or verifier do not match.
    """
    value = form.get("code", "")
    if not value:
        raise missing_parameter("code")
    if "redirect_uri" not in form:
        raise missing_parameter("redirect_uri")
    code = memory.find_code(instance, value)
    if code is None:
        raise EntraError(70000, "invalid_grant", "The provided value for the 'code' parameter is not valid.")
    request = code.request
    if request.client_id != app.client_id:
        raise EntraError(
            700005,
            "invalid_grant",
            "Provided Authorization Code is intended to use against other client, thus rejected.",
        )
    # A code that is presented at all is used up, also by a request that fails below: whoever guesses has one guess.
    if not memory.use_code(instance, code):
        raise EntraError(
            54005,
            "invalid_grant",
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing "
            "refresh token.",
        )
    if instance.clock.now() - code.issued_at > memory.CODE_LIFETIME:
        raise _expired()
    if form["redirect_uri"] != request.redirect_uri:
        raise EntraError(
            500112,
            "invalid_grant",
            f"The reply address '{form['redirect_uri'][:200]}' does not match the reply address "
            f"'{request.redirect_uri}' provided when requesting Authorization code.",
        )
    _check_verifier(request.code_challenge, form.get("code_verifier", ""))
    grant = memory.RefreshGrant(app.client_id, code.person_id, request.scopes, instance.clock.now(), value)
    return _tokens(instance, grant, request.scopes, request.nonce)


def refresh(instance: Instance, app: OidcClient, form: Parameters) -> dict[str, Any]:
    """Return new tokens for a refresh token; the old one stays good, as Entra's do.

    Raises:
        EntraError: The refresh token is unknown, too old or another application's, or a scope was not granted.
    """
    value = form.get("refresh_token", "")
    if not value:
        raise missing_parameter("refresh_token")
    grant = memory.find_refresh_grant(instance, value)
    if grant is None or grant.client_id != app.client_id:
        raise EntraError(9002313, "invalid_grant", "Invalid request. Request is malformed or invalid.")
    if instance.clock.now() - grant.issued_at > memory.REFRESH_LIFETIME:
        raise _expired()
    asked = tuple(form["scope"].split()) if "scope" in form else grant.scopes
    if not set(asked) <= set(grant.scopes):
        raise EntraError(
            65001,
            "invalid_grant",
            f"The user or administrator has not consented to use the application with ID '{app.client_id}'. Send an "
            "interactive authorization request for this user and resource.",
        )
    return _tokens(instance, grant, asked, "")


def client_credentials(instance: Instance, app: OidcClient, form: Parameters) -> dict[str, Any]:
    """Return an app-only access token; there is never a refresh token.

    Raises:
        EntraError: The scope is not a known resource's ``/.default``.
    """
    audience = read_application(form.get("scope", ""), instance.origin)
    return {
        "token_type": "Bearer",
        "expires_in": claims.LIFETIME_SECONDS,
        "ext_expires_in": claims.LIFETIME_SECONDS,
        "access_token": claims.application_access_token(instance, app.client_id, audience),
    }


GRANTS = {"authorization_code": redeem_code, "refresh_token": refresh, "client_credentials": client_credentials}


def _tokens(instance: Instance, grant: memory.RefreshGrant, asked: tuple[str, ...], nonce: str) -> dict[str, Any]:
    person = people.find_person(instance, grant.person_id)
    if person is None or not people.is_enabled(person):
        raise disabled_account()
    scopes = read_delegated(" ".join(asked), instance.origin)
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": " ".join(name for name in asked if name != "offline_access"),
        "expires_in": claims.LIFETIME_SECONDS,
        "ext_expires_in": claims.LIFETIME_SECONDS,
        "access_token": claims.delegated_access_token(instance, grant.client_id, person, scopes.names, scopes.audience),
    }
    if "offline_access" in grant.scopes:
        answer["refresh_token"] = memory.issue_refresh_token(instance, grant.code, grant)
    if "openid" in scopes.names:
        answer["id_token"] = claims.id_token(instance, grant.client_id, person, scopes.names, nonce)
    return answer


def _check_verifier(challenge: str, verifier: str) -> None:
    if challenge and not verifier:
        raise EntraError(
            50148,
            "invalid_grant",
            "The code_verifier is missing although the authorization request had a code_challenge.",
        )
    if verifier and not challenge:
        # RFC 9700, 2.1.1: otherwise an attacker who strips the challenge from the request downgrades the client.
        raise EntraError(
            50148, "invalid_grant", "A code_verifier was sent although the authorization request had no code_challenge."
        )
    if challenge and not secrets.compare_digest(s256(verifier).encode(), challenge.encode()):
        raise EntraError(
            501481,
            "invalid_grant",
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        )


def _expired() -> EntraError:
    return EntraError(
        70008,
        "invalid_grant",
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
        "authorization request for this user and resource.",
    )


def _basic_credentials(request: Request) -> tuple[str, str]:
    """Return client id and secret of an HTTP Basic header (form-encoded inside, RFC 6749 2.3.1), or empty texts."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    found = parse_basic(credentials.strip())
    if found is None:
        raise malformed("The Authorization header cannot be read.")
    return unquote_plus(found[0]), unquote_plus(found[1])
