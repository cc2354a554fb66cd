"""Sending questions to Microsoft Graph: one page, several pages, or a file. Reading only."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import requests

from snlib.errors import ServiceError, ServiceFailure, ServiceUnreachable, UnexpectedAnswer
from snlib.graph.protocol import SERVICE, check, decipher, origin_of, unexpected
from snlib.graph.subjects import PEOPLE, Subject
from snlib.transport import Answer, Transport

MAX_RETRIES = 2
RETRY_WITHIN_SECONDS = 10.0
"""No further try once this much has passed: an agent waits for the answer."""
MAX_PAGES = 20

T = TypeVar("T")

_RETRY_KINDS = {"refused", "dns", "network"}  # a timeout has spent the deadline, TLS does not mend itself


class TokenSource(Protocol):
    """Where the client gets its access token from; ``AppToken`` is one."""

    def access_token(self) -> str:
        """Return a valid access token."""
        ...

    def forget(self, token: str) -> None:
        """Learn that the service refused ``token``."""
        ...


@dataclass(frozen=True, slots=True)
class Rows:
    """The objects of a list, from as many pages as it took.

    Attributes:
        complete: Whether these are all; False when the list is longer than was wanted.
        total: ``@odata.count`` where the service sent it.
    """

    objects: tuple[dict[str, Any], ...]
    complete: bool
    total: int | None


class Calls:
    """Microsoft Graph's addresses, asked with a bearer token; a failing GET is tried again.

    Args:
        base_url: "https://graph.microsoft.com/v1.0", or the demo instance's.
        token_source: Gives the access token.
        transport: Sends the request.
        sleep: Waits between retries.
        monotonic: Seconds that only go forward.
    """

    def __init__(
        self,
        base_url: str,
        token_source: TokenSource,
        transport: Transport,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._origin = origin_of(base_url)
        self._token_source = token_source
        self._transport = transport
        self._sleep = sleep
        self._monotonic = monotonic

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        subject: Subject = PEOPLE,
        headers: Mapping[str, str] | None = None,
        beta: bool = False,
    ) -> dict[str, Any]:
        """Return the JSON object at ``path``.

        Args:
            path: Below the version, beginning with "/"; built from validated parts.
            params: OData options.
            subject: What it is about, for the sentences of errors.
            headers: Added to ours.
            beta: Ask the version "beta" instead of the configured one.

        Raises:
            ServiceError: Graph answered with an error.
            ServiceUnreachable: Graph did not answer.
            SignInRequired: There is no token to ask with.
        """
        return self._json(self._url(path, params or {}, beta=beta), subject, headers)

    def rows(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        subject: Subject,
        max_rows: int,
        beta: bool = False,
    ) -> Rows:
        """Return the objects of the list at ``path``, following its pages until ``max_rows`` are there.

        Raises:
            UnexpectedAnswer: An answer that is no list, or a next page that is elsewhere.
            SnlibError: As ``get``.
        """
        base = self._base(beta=beta)
        url = self._url(path, params or {}, beta=beta)
        found: list[dict[str, Any]] = []
        total: int | None = None
        for _ in range(MAX_PAGES):
            answer = self._json(url, subject, None)
            found.extend(objects_of(answer))
            counted = answer.get("@odata.count")
            total = counted if isinstance(counted, int) and not isinstance(counted, bool) else total
            following = answer.get("@odata.nextLink")
            if following is None:
                return Rows(tuple(found[:max_rows]), complete=len(found) <= max_rows, total=total)
            if len(found) >= max_rows:
                break
            url = self._next(following, base)
        return Rows(tuple(found[:max_rows]), complete=False, total=total)

    def file(self, path: str, *, subject: Subject, accept: str) -> Answer:
        """Return the answer at ``path``, which holds a file; its status is 200.

        Raises:
            SnlibError: As ``get``.
        """

        def checked(answer: Answer) -> Answer:
            check(answer.status_code, answer.headers, answer.body, subject)
            return answer

        return self._ask(self._url(path, {}, beta=False), {"Accept": accept}, checked)

    def _json(self, url: str, subject: Subject, headers: Mapping[str, str] | None) -> dict[str, Any]:
        def read(answer: Answer) -> dict[str, Any]:
            return decipher(answer.status_code, answer.headers, answer.body, subject)

        return self._ask(url, {"Accept": "application/json", **(headers or {})}, read)

    def _ask(self, url: str, headers: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        give_up_at = self._monotonic() + RETRY_WITHIN_SECONDS
        retries, renewed = 0, False
        while True:
            token = self._token_source.access_token()
            try:
                return read(
                    self._transport.send(
                        "GET",
                        url,
                        service=SERVICE,
                        headers=headers,
                        auth=_Bearer(token),
                        allowed_origin=self._origin,
                    )
                )
            except (ServiceError, ServiceUnreachable) as exc:
                if isinstance(exc, ServiceError) and exc.status == 401 and not renewed:
                    self._token_source.forget(token)
                    renewed = True
                    continue
                if retries >= MAX_RETRIES or self._monotonic() >= give_up_at or not _worth_a_retry(exc):
                    raise
                retries += 1
                self._sleep(random.uniform(0, 0.5 * 2**retries))  # noqa: S311  # jitter, not a secret

    def _base(self, *, beta: bool) -> str:
        return f"{self._base_url.rpartition('/')[0]}/beta" if beta else self._base_url

    def _url(self, path: str, params: Mapping[str, str], *, beta: bool) -> str:
        # %20 rather than "+" for a space: OData and forms differ on what a plus means.
        query = f"?{urlencode(params, quote_via=quote, safe='$')}" if params else ""
        return f"{self._base(beta=beta)}{path}{query}"

    def _next(self, link: object, base: str) -> str:
        """Return the next page's address: opaque, so followed as it stands, but only below our own base."""
        if not isinstance(link, str) or not link.startswith(f"{base}/") or ".." in urlsplit(link).path:
            raise unexpected("shape", "Microsoft Graph named a next page that is not its own.", 200)
        return link


class _Bearer(requests.auth.AuthBase):
    """Put the token on one request; its repr shows nothing."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def objects_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of a list's answer; what is no object among them is left out.

    Raises:
        UnexpectedAnswer: There is no list in it.
    """
    found = answer.get("value")
    if not isinstance(found, list):
        raise unexpected("shape", "Microsoft Graph's answer had an unexpected form.", 200)
    return [one for one in found if isinstance(one, dict)]


def _worth_a_retry(error: ServiceError | ServiceUnreachable) -> bool:
    if isinstance(error, ServiceUnreachable):
        return error.kind in _RETRY_KINDS
    if isinstance(error, UnexpectedAnswer):
        return error.kind == "truncated"
    return isinstance(error, ServiceFailure)
