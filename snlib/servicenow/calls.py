"""Reading calls to one instance: the address, the retries, the time they may take together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from requests.auth import AuthBase

from snlib.errors import (
    RateLimited,
    ServiceFailure,
    ServiceUnreachable,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.servicenow.refusals import SERVICE
from snlib.transport import Answer, Transport

T = TypeVar("T")

MAX_WAIT_SECONDS = 5.0
"""Longer than this nobody is kept waiting before a retry; the error says when to try again."""

_BASE_SECONDS = 0.5
_CAP_SECONDS = 8.0
_RETRIES_WHEN_UNREACHABLE = {"refused": 2, "network": 2, "dns": 1}
_RETRIES_WHEN_UNEXPECTED = {"truncated": 1, "damaged": 1}


class Calls:
    """Sends GET requests to one instance, and again where that can help.

    Only reads go through here: a retried write could be done twice.

    Args:
        base_url: The instance: scheme, host and port.
        transport: Sends each request.
        auth: Signs each request.
        sleep: Waits this many seconds.
        jitter: A random number from 0 to 1.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        auth: AuthBase | None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.transport = transport
        self._auth = auth
        self._sleep = sleep
        self._jitter = jitter

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        read: Callable[[Answer], T],
        *,
        deadline_seconds: float | None = None,
    ) -> T:
        """Return what ``read`` makes of the answer.

        Up to two retries (an error that a retry cannot mend has none), with a random wait that doubles, all within one
        deadline: the transport's, or ``deadline_seconds`` when that is shorter.

        Raises:
            SnlibError: The error of the last try.
        """
        seconds = self.transport.limits.deadline_seconds
        if deadline_seconds is not None:
            seconds = min(seconds, deadline_seconds)
        until = self.transport.monotonic() + seconds
        tries = 0
        while True:
            try:
                answer = self.transport.send(
                    "GET",
                    self.base_url + path,
                    service=SERVICE,
                    allowed_origin=self.base_url,
                    params=params,
                    auth=self._auth,
                    deadline_seconds=until - self.transport.monotonic(),
                )
                return read(answer)
            except SnlibError as error:
                wait = self._wait_before_retry(error, tries)
                if wait is None or self.transport.monotonic() + wait >= until:
                    raise
            tries += 1
            self._sleep(wait)

    def _wait_before_retry(self, error: SnlibError, tries: int) -> float | None:
        """Return how many seconds to wait before trying again, None when trying again is of no use."""
        if tries >= _retries(error):
            return None
        if isinstance(error, RateLimited):
            wait = error.retry_after.total_seconds() if error.retry_after is not None else MAX_WAIT_SECONDS
            return wait if wait <= MAX_WAIT_SECONDS else None
        return self._jitter() * min(_CAP_SECONDS, _BASE_SECONDS * 2.0**tries)


def _retries(error: SnlibError) -> int:
    """Return how often a call that ended in ``error`` may be tried again."""
    match error:
        case RateLimited():
            return 1
        case ServiceFailure():
            return 2
        case ServiceUnreachable(kind=kind):
            return _RETRIES_WHEN_UNREACHABLE.get(kind, 0)
        case UnexpectedAnswer(kind=kind):
            return _RETRIES_WHEN_UNEXPECTED.get(kind, 0)
        case _:
            return 0
