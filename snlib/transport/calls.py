"""Reading from one service: the token and its renewal, the retries, the time they may take together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from snlib.errors import RateLimited, ServiceFailure, ServiceUnreachable, SnlibError, UnexpectedAnswer
from snlib.transport.sending import Answer, Transport

T = TypeVar("T")

MAX_WAIT_SECONDS = 5.0
"""Nobody is kept waiting longer than this before a retry; the error says when to try again."""

_BASE_SECONDS = 0.5
_CAP_SECONDS = 8.0
# A timeout has used up the time, a TLS fault stays, and so does an answer of another shape.
_RETRIES_BY_KIND = {"refused": 2, "network": 2, "dns": 1, "truncated": 1, "damaged": 1}


class TokenSource(Protocol):
    """Gives the access token for each request, and another one when the service refuses it.

    Both methods raise SnlibError: there is no token, or nothing may be sent now.
    """

    def access_token(self) -> str:
        """Return a valid access token."""
        ...

    def renewed(self, refused: str) -> str:
        """Return an access token to use instead of ``refused``, which the service answered with 401."""
        ...


class BearerAuth(AuthBase):
    """Puts an access token on each request; keeps none and shows none. When asking for it raises, nothing is sent."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with its Authorization header."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth()"


class ServiceCalls:
    """Sends GET requests to one service, and again where that can help. Safe to share between threads.

    Only reads go through here: a retried write could be done twice.

    Args:
        base_url: Requests go to its origin only.
        auth: Signs each request, or gives its access token, which is then renewed once after a 401.
        jitter: A random number from 0 to 1.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        auth: AuthBase | TokenSource | None,
        *,
        service: str,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.origin = origin_of(base_url)
        self.transport = transport
        self._auth = auth if isinstance(auth, AuthBase) else None
        self._source = None if isinstance(auth, AuthBase) else auth
        self._service = service
        self._sleep = sleep
        self._jitter = jitter

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        read: Callable[[Answer], T],
        *,
        headers: Mapping[str, str] | None = None,
        deadline_seconds: float | None = None,
        renew: bool = True,
    ) -> T:
        """Return what ``read`` makes of the answer.

        Up to two retries (none after an error that a retry cannot fix; what ``read`` raises counts too), with a random
        wait that doubles, all within one deadline: the transport's, or ``deadline_seconds`` when that is shorter.
        ``renew`` says whether a 401 means that the token has ended.

        Raises:
            SnlibError: The error of the last try, or of asking for a token.
        """
        seconds = self.transport.limits.deadline_seconds
        until = self.transport.monotonic() + min(seconds, seconds if deadline_seconds is None else deadline_seconds)
        tries, new_token, auth = 0, "", self._auth
        while True:
            if self._source is not None:
                token, new_token = new_token or self._source.access_token(), ""
                auth = BearerAuth(partial(str, token))
            try:
                answer = self.transport.send(
                    "GET",
                    self.origin + path,
                    service=self._service,
                    allowed_origin=self.origin,
                    params=params,
                    headers=headers,
                    auth=auth,
                    deadline_seconds=until - self.transport.monotonic(),
                )
                if answer.status_code != 401 or self._source is None or not renew:
                    return read(answer)
            except SnlibError as error:
                wait = self._wait_before_retry(error, tries)
                if wait is None or self.transport.monotonic() + wait >= until:
                    raise
                tries += 1
                self._sleep(wait)
            else:
                new_token, renew = self._source.renewed(token), False

    def _wait_before_retry(self, error: SnlibError, tries: int) -> float | None:
        """Return how many seconds to wait before trying again, None when trying again is of no use."""
        if isinstance(error, RateLimited):
            wait = error.retry_after.total_seconds()
            return wait if tries < 1 and wait <= MAX_WAIT_SECONDS else None
        if isinstance(error, ServiceUnreachable | UnexpectedAnswer):
            most = _RETRIES_BY_KIND.get(error.kind, 0)
        else:
            most = 2 if isinstance(error, ServiceFailure) else 0
        if tries >= most:
            return None
        return self._jitter() * min(_CAP_SECONDS, _BASE_SECONDS * 2.0**tries)


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address: the only place its requests may go to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
