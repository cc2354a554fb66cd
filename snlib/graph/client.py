"""Microsoft Graph, asked for one object, for a list over its pages, or for a file. Reading only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from snlib.errors import UnexpectedAnswer
from snlib.graph.protocol import PEOPLE, SERVICE, Subject, check, decipher
from snlib.transport import Answer, ServiceCalls, TokenSource, Transport

MAX_PAGES = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """The objects of a list, from as many pages as it took; not ``complete`` when there are more than asked for."""

    objects: tuple[dict[str, Any], ...]
    complete: bool


class GraphClient:
    """Microsoft Graph, asked with a bearer token; what its methods raise is said in `snlib.graph`.

    Args:
        base_url: "https://graph.microsoft.com/v1.0", or the demo instance's.
        tokens: Gives the access token: the application's own, or one agent's.
        for_agent: Whether the token is one agent's own, and not the application's.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        transport: Transport,
        *,
        for_agent: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.for_agent = for_agent
        self._calls = ServiceCalls(base_url, transport, tokens, service=SERVICE, sleep=sleep)
        self._version_path = urlsplit(base_url).path.rstrip("/")

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        subject: Subject = PEOPLE,
        headers: Mapping[str, str] | None = None,
        beta: bool = False,
    ) -> dict[str, Any]:
        """Return the JSON object at ``path``, which is built from validated parts and comes after the version.

        ``subject`` is for the sentences of errors; with ``beta`` the version "beta" is asked, not the configured one.
        """
        return self._json(self._version(beta=beta) + path, params, subject, headers)

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
        """
        version = self._version(beta=beta)
        target = version + path
        found: list[dict[str, Any]] = []
        for _ in range(MAX_PAGES):
            answer = self._json(target, params, subject, None)
            found.extend(objects_of(answer))
            following = answer.get("@odata.nextLink")
            if following is None:
                return Rows(tuple(found[:max_rows]), complete=len(found) <= max_rows)
            if len(found) >= max_rows:
                break
            target, params = self._next(following, version), None
        return Rows(tuple(found[:max_rows]), complete=False)

    def file(self, path: str, *, subject: Subject, accept: str) -> Answer:
        """Return the answer at ``path``, which holds a file; its status is 200."""

        def checked(answer: Answer) -> Answer:
            check(answer.status_code, answer.headers, answer.body, subject, for_agent=self.for_agent)
            return answer

        return self._calls.get(self._version() + path, {}, checked, headers={"Accept": accept})

    def _json(
        self, path: str, params: Mapping[str, str] | None, subject: Subject, headers: Mapping[str, str] | None
    ) -> dict[str, Any]:
        def read(answer: Answer) -> dict[str, Any]:
            given = (answer.status_code, answer.headers, answer.body)
            return decipher(*given, subject, for_agent=self.for_agent)

        # %20 rather than "+" for a space: OData and forms differ on what a plus means.
        query = f"?{urlencode(params, quote_via=quote, safe='$')}" if params else ""
        return self._calls.get(path + query, {}, read, headers=headers)

    def _version(self, *, beta: bool = False) -> str:
        return f"{self._version_path.rpartition('/')[0]}/beta" if beta else self._version_path

    def _next(self, link: object, version: str) -> str:
        """Return what follows our origin in a next page's address: opaque, but of our own version only."""
        own = f"{self._calls.origin}{version}/"
        if not isinstance(link, str) or not link.startswith(own) or ".." in urlsplit(link).path:
            sentence = "Microsoft Graph named a next page that is not its own."
            raise UnexpectedAnswer(sentence, service=SERVICE, status=200)
        return link.removeprefix(self._calls.origin)


def objects_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of a list's answer; what is no object among them is left out.

    Raises:
        UnexpectedAnswer: There is no list in it, or one that holds something but no object.
    """
    found = answer.get("value")
    objects = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not isinstance(found, list) or (found and not objects):
        raise UnexpectedAnswer("Microsoft Graph's answer had an unexpected form.", service=SERVICE, status=200)
    return objects
