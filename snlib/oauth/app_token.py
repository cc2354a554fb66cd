"""The dashboard's own token for Microsoft Graph (client credentials), kept in this process's memory only.

Vendor: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
It belongs to no agent, so it is not in the token store; every replica asks for one of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from snlib.clock import utc_now
from snlib.errors import SnlibError
from snlib.oauth.answers import ask_for_token
from snlib.oauth.client import AppClient
from snlib.oauth.request import application_form
from snlib.transport import Transport

REFRESH_EARLY_SECONDS = 60.0


class AppToken:
    """A `snlib.transport.TokenSource` of one application; a new token 60 s before the old one ends. Thread-safe.

    Args:
        monotonic: Seconds that only go forward, so that a clock set back cannot keep an old token alive.
    """

    def __init__(
        self, transport: Transport, client: AppClient, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._transport = transport
        self._client = client
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._expires_at = 0.0
        self._failure: tuple[float, SnlibError] | None = None

    def __repr__(self) -> str:
        """Say whether a token is held; never the token."""
        return f"AppToken(held={bool(self._token)})"

    def access_token(self) -> str:
        """Return a token that is valid for at least a minute (or for as long as the service grants, if shorter).

        Raises:
            AccessRefused: The client ID or secret was refused.
            SnlibError: The token endpoint did not answer, or with something else than a token.
        """
        asked_at = self._monotonic()
        with self._lock:
            if self._token and self._monotonic() < self._expires_at:
                return self._token
            # Those who waited while the endpoint failed learn of that failure instead of queueing for the next one.
            if self._failure is not None and self._failure[0] > asked_at:
                raise self._failure[1]
            try:
                form = application_form(self._client)
                token = ask_for_token(self._transport, self._client, form, grant="application", asked_at=utc_now())
            except SnlibError as exc:
                self._failure = (self._monotonic(), exc)
                raise
            self._token, self._failure = token.access_token, None
            lifetime_seconds = token.lifetime_seconds
            # Half of a very short lifetime, so that such a token is used at all.
            self._expires_at = self._monotonic() + max(lifetime_seconds - REFRESH_EARLY_SECONDS, lifetime_seconds / 2)
            return self._token

    def renewed(self, refused: str) -> str:
        """Return a token other than ``refused``, which the service answered with 401. Raises as `access_token`."""
        with self._lock:
            if refused == self._token:
                self._token = ""
        return self.access_token()
