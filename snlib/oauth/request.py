"""The authorization request's address with PKCE S256, its response, and the forms for the token endpoint; pure.

oauthlib makes what is sent (RFC 6749 sections 4.1.1, 4.1.3, 4.4.2 and 6, RFC 7636): its protocol half does no input or
output.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient
from pydantic import SecretStr

from snlib.errors import AuthorizationExpired
from snlib.oauth.client import AppClient, OAuthClient

VERIFIER_CHARS = 64
_PLACEHOLDER = "https://authorization.invalid/"
_ONCE = ("state", "code", "error", "iss")
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


def new_code_verifier() -> str:
    """Return a new code verifier of PKCE: 64 random characters; secret."""
    return str(WebApplicationClient("").create_code_verifier(VERIFIER_CHARS))


def authorization_url(client: OAuthClient, *, state: str, code_verifier: str, login_hint: str = "") -> str:
    """Return the address of the service's authorization page; it shows the verifier's S256 challenge only.

    An empty scope is not sent, nor an empty ``login_hint``: whom the service may propose to sign in.
    """
    library = WebApplicationClient(client.client_id)
    # The library refuses http, which the demo instance on loopback speaks; it would only copy the address.
    url = library.prepare_request_uri(
        _PLACEHOLDER,
        redirect_uri=client.redirect_uri,
        scope=client.scope,
        state=state,
        code_challenge=library.create_code_challenge(code_verifier, "S256"),
        code_challenge_method="S256",
        login_hint=login_hint,
    )
    return f"{client.authorization_endpoint}?{urlsplit(url).query}"


def code_form(client: OAuthClient, *, code: str, code_verifier: str) -> dict[str, str]:
    """Return the form that exchanges an authorization code; secret."""
    library = WebApplicationClient(client.client_id)
    secret = _secret(client.client_secret)
    return _fields(library.prepare_request_body(code, client.redirect_uri, code_verifier=code_verifier, **secret))


def refresh_form(client: OAuthClient, refresh_token: str) -> dict[str, str]:
    """Return the form that refreshes a token; secret."""
    library = WebApplicationClient(client.client_id)
    secret = _secret(client.client_secret)
    return _fields(library.prepare_refresh_body(refresh_token=refresh_token, client_id=client.client_id, **secret))


def application_form(client: AppClient) -> dict[str, str]:
    """Return the form that asks for an application's own token; secret."""
    library = BackendApplicationClient(client.client_id)
    secret = _secret(client.client_secret)
    return _fields(library.prepare_request_body(scope=client.scope, include_client_id=True, **secret))


@dataclass(frozen=True, slots=True)
class Callback:
    """The parameters of an authorization response (RFC 6749 section 4.1.2).

    Attributes:
        code: The authorization code, empty when there is an error.
        error: The error code, only if it looks like one of RFC 6749; "unknown" for another text; empty for none.
    """

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str

    @property
    def denied(self) -> bool:
        """Whether the agent pressed Deny."""
        return self.error == "access_denied"


def read_callback(params: Sequence[tuple[str, str]], *, service: str = "ServiceNow") -> Callback:
    """Return the parameters of the response; a repeated one is refused: readers disagree on which of the two counts.

    Raises:
        AuthorizationExpired: No state, a parameter given twice, or neither a code nor an error.
    """
    incomplete = f"{service} returned an incomplete answer. Please connect again."
    counts = Counter(name for name, _ in params)
    values = dict(params)
    if any(counts[name] > 1 for name in _ONCE):
        raise AuthorizationExpired(incomplete, log="authorization response repeats a parameter")
    error = values.get("error", "")
    if not values.get("state") or not (error or values.get("code")):
        raise AuthorizationExpired(incomplete, log="authorization response without state, code or error")
    return Callback(
        state=values["state"],
        code="" if error else values["code"],
        error=error if not error or _ERROR_CODE.fullmatch(error) else "unknown",
    )


def _secret(client_secret: SecretStr | None) -> dict[str, Any]:
    # As a field of the form (``client_secret_post``): the one way that ServiceNow documents, and one of Entra's.
    return {} if client_secret is None else {"client_secret": client_secret.get_secret_value()}


def _fields(body: str) -> dict[str, str]:
    return dict(parse_qsl(body))
