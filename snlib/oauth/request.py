"""The authorization request's address, with PKCE S256 (RFC 6749 section 4.1.1, RFC 7636); pure.

requests-oauthlib puts the parameters together; the origin in front of them is the validated one of the client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from oauthlib.oauth2 import WebApplicationClient
from requests_oauthlib import OAuth2Session

from snlib.oauth.client import OAuthClient

VERIFIER_CHARS = 64
_PLACEHOLDER = "https://authorization.invalid/"


@dataclass(frozen=True, slots=True)
class Pkce:
    """A code verifier and its S256 challenge.

    Attributes:
        verifier: 64 random characters; secret.
        challenge: What the authorization request shows.
    """

    verifier: str = field(repr=False)
    challenge: str


def new_pkce() -> Pkce:
    """Return a new verifier with its challenge."""
    library = WebApplicationClient("")
    verifier = library.create_code_verifier(VERIFIER_CHARS)
    return Pkce(verifier=verifier, challenge=library.create_code_challenge(verifier, "S256"))


def authorization_url(client: OAuthClient, *, state: str, challenge: str, login_hint: str = "") -> str:
    """Return the address of the service's authorization page for this request.

    Args:
        client: Whose authorization is asked for; without a scope none is sent.
        state: The request's name, secret.
        challenge: Of PKCE.
        login_hint: Whom the service may propose to sign in, ``""`` for nobody.
    """
    scope = client.scope.split() or None
    hint = {"login_hint": login_hint} if login_hint else {}
    with OAuth2Session(client.client_id, redirect_uri=client.redirect_uri, scope=scope) as library:
        # The library insists on https, which the demo instance on loopback has not, and would only copy the origin.
        url, _ = library.authorization_url(
            _PLACEHOLDER, state=state, code_challenge=challenge, code_challenge_method="S256", **hint
        )
    return f"{client.authorization_endpoint}?{urlsplit(url).query}"
