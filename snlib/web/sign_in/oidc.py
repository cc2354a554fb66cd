"""The OIDC client of the sign-in, around Authlib: authorization code with PKCE S256, ID token checked claim by claim.

State, nonce and verifier are kept by the caller; nothing here remembers a person.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import authlib.deprecate
import httpx
from joserfc.errors import JoseError

from snlib.errors import ServiceUnreachable, SignInRequired
from snlib.settings import OidcSettings
from snlib.transport import Network

with warnings.catch_warnings():
    # Authlib announces a successor of httpx that this project does not use; nothing for us to act on.
    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.starlette_client import OAuth, OAuthError

TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 20.0
LEEWAY_SECONDS = 60


class Oidc:
    """One registered client of one provider. Every method raises ServiceUnreachable when the provider does not answer.

    ``redirect_uri`` is where it sends the browser back to; registered there, the same in both steps. ``network`` is the
    way out, the same as that of all other requests.
    """

    def __init__(self, settings: OidcSettings, *, redirect_uri: str, network: Network) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._way = network.describe(settings.metadata_url)
        proxy, trust = network.proxy_for(settings.metadata_url), network.trust()
        # Authlib's registry hands the client out again under this name.
        self._client: Any = OAuth().register(
            "provider",
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            server_metadata_url=settings.metadata_url,
            client_kwargs={
                "scope": "openid profile email",  # never an API's scope: we keep none of the provider's tokens
                # Authlib adds S256 only where asked: Entra's metadata does not list it.
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_post",
                "timeout": TIMEOUT_SECONDS,
                "trust_env": False,
                "verify": trust,
                "proxy": _proxy(proxy, trust) if proxy else None,
                "follow_redirects": False,
            },
        )

    @property
    def provider_name(self) -> str:
        """What people call the provider."""
        return self._settings.provider_name

    async def authorize(self) -> tuple[str, dict[str, str]]:
        """Return where to send the browser, and what to keep until it is back: ``state``, ``nonce``, ``verifier``."""
        async with self._answering():
            made = await self._client.create_authorization_url(self._redirect_uri)
        kept = {"state": made["state"], "nonce": made["nonce"], "verifier": made["code_verifier"]}
        return made["url"], kept

    async def redeem(self, code: str, *, nonce: str, code_verifier: str) -> Mapping[str, Any]:
        """Redeem an authorization code and return the claims of its ID token, all checked; the tokens are dropped.

        Raises:
            SignInRequired: It refused the code, or its ID token is not one for us.
        """
        try:
            async with self._answering():
                token = await self._client.fetch_access_token(
                    redirect_uri=self._redirect_uri, code=code, code_verifier=code_verifier
                )
                issuer = (await self._client.load_server_metadata())["issuer"]
                claims = await self._client.parse_id_token(
                    token,
                    nonce=nonce,
                    # Authlib compares the audience only where asked to.
                    claims_options={
                        "iss": {"essential": True, "value": issuer},
                        "aud": {"essential": True, "value": self._settings.client_id},
                    },
                    leeway=LEEWAY_SECONDS,
                )
        except OAuthError as error:
            raise SignInRequired(
                f"{self.provider_name} refused the sign-in. Please try again.", log=f"token endpoint: {error.error}"
            ) from None
        except (JoseError, KeyError, TypeError, ValueError) as error:
            # The cause is left out of the chain: its text may hold claims.
            raise SignInRequired(
                f"The answer of {self.provider_name} could not be trusted, so you were not signed in. "
                "Please try again; if it happens again, tell your administrator.",
                log=f"ID token refused: {type(error).__name__}",
            ) from None
        if not claims:
            raise SignInRequired(f"{self.provider_name} sent no identity. Please try again.", log="no ID token")
        return dict(claims)

    async def end_session_url(self, *, post_logout_redirect_uri: str, state: str) -> str:
        """Return where the provider ends its own session, empty when it has no such address."""
        async with self._answering():
            endpoint = str((await self._client.load_server_metadata()).get("end_session_endpoint", ""))
        if not endpoint:
            return ""
        redirect = {"post_logout_redirect_uri": post_logout_redirect_uri}
        query = urlencode({**redirect, "client_id": self._settings.client_id, "state": state})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                yield
        except (httpx.HTTPError, TimeoutError, RuntimeError) as error:
            # RuntimeError is Authlib's word for metadata without an endpoint.
            raise ServiceUnreachable(
                f"{self.provider_name} does not answer, so you could not be signed in. Please try again in a minute.",
                service=self.provider_name,
                log=f"{self.provider_name}: {type(error).__name__}. {self._way}",
            ) from None


def _proxy(address: str, trust: ssl.SSLContext) -> httpx.Proxy:
    # Only the way to a proxy that is itself asked by https has certificates to check.
    return httpx.Proxy(address, ssl_context=trust if address.startswith("https:") else None)
