"""Microsoft Graph's users: search and read one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import requests

from snlib.errors import RecordNotFound, ServiceError, ServiceFailure, ServiceUnreachable, UnexpectedAnswer
from snlib.graph.protocol import SERVICE, decipher, origin_of
from snlib.graph.search import ADVANCED_QUERY_HEADERS, clean_text, search_params
from snlib.graph.users import SELECT, GraphUser, is_object_id, read_user
from snlib.transport import Transport

MAX_RETRIES = 2
RETRY_WITHIN_SECONDS = 10.0
"""No further try once this much has passed: an agent waits for the answer."""

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
class UserPage:
    """One page of users.

    Attributes:
        more: Whether the service knows more than these.
        total: How many there are in all, where the service said so.
    """

    users: tuple[GraphUser, ...]
    more: bool
    total: int | None


class GraphClient:
    """Ask Microsoft Graph for users.

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

    def search_users(self, text: str, *, top: int = 25) -> UserPage:
        """Return up to ``top`` users whose name or address matches what an agent typed, with one call.

        Raises:
            InvalidInput: ``search``: too short, too long, or with a character that cannot be searched for.
            ServiceError: Graph answered with an error.
            ServiceUnreachable: Graph did not answer.
        """
        params = search_params(clean_text(text), rows=top + 1)
        answer = self._get("/users", params, ADVANCED_QUERY_HEADERS)
        rows = answer.get("value")
        if not isinstance(rows, list):
            raise UnexpectedAnswer(
                "Microsoft Graph's answer had an unexpected form.", service=SERVICE, status=200, detail="no value"
            )
        found = {user.id: user for row in rows if isinstance(row, dict) and (user := read_user(row))}
        total = answer.get("@odata.count")
        return UserPage(
            users=tuple(found.values())[:top],
            more=len(found) > top or "@odata.nextLink" in answer,
            total=total if isinstance(total, int) and total >= len(found) else None,
        )

    def get_user(self, object_id: str) -> GraphUser:
        """Return the user with this object id; a text that is none is not sent anywhere.

        Raises:
            RecordNotFound: There is no such user.
            ServiceError: Graph answered with another error.
            ServiceUnreachable: Graph did not answer.
        """
        if not is_object_id(object_id):
            raise RecordNotFound(
                "This person is not in the directory: the address names nobody.",
                service=SERVICE,
                detail="not an object id",
            )
        user = read_user(self._get(f"/users/{object_id}", {"$select": ",".join(SELECT)}))
        if user is None or user.id != object_id.lower():
            raise UnexpectedAnswer(
                "Microsoft Graph answered with somebody else than was asked for, so nothing is shown.",
                service=SERVICE,
                status=200,
                detail="another object id",
            )
        return user

    def _get(self, path: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        # %20 rather than "+" for a space: OData and forms differ on what a plus means.
        url = f"{self._base_url}{path}?{urlencode(params, quote_via=quote, safe='$')}"
        give_up_at = self._monotonic() + RETRY_WITHIN_SECONDS
        retries, renewed = 0, False
        while True:
            token = self._token_source.access_token()
            try:
                answer = self._transport.send(
                    "GET",
                    url,
                    service=SERVICE,
                    headers={"Accept": "application/json", **(headers or {})},
                    auth=_Bearer(token),
                    allowed_origin=self._origin,
                )
                return decipher(answer.status_code, answer.headers, answer.body)
            except (ServiceError, ServiceUnreachable) as exc:
                if isinstance(exc, ServiceError) and exc.status == 401 and not renewed:
                    self._token_source.forget(token)
                    renewed = True
                    continue
                if retries >= MAX_RETRIES or self._monotonic() >= give_up_at or not _worth_a_retry(exc):
                    raise
                retries += 1
                self._sleep(random.uniform(0, 0.5 * 2**retries))  # noqa: S311  # jitter, not a secret


class _Bearer(requests.auth.AuthBase):
    """Put the token on one request; its repr shows nothing."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _worth_a_retry(error: ServiceError | ServiceUnreachable) -> bool:
    if isinstance(error, ServiceUnreachable):
        return error.kind in _RETRY_KINDS
    if isinstance(error, UnexpectedAnswer):
        return error.kind == "truncated"
    return isinstance(error, ServiceFailure)
