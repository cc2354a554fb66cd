"""One request out, one answer in, within limits.

No cookies are kept (ServiceNow runs the requests of one session one after another and answers 202, undone, when too
many wait: KB0564204), no redirect is followed, no password is taken from the environment (``.netrc``), TLS is always
verified, and the way out is that of `snlib.transport.network`. ``requests`` prepares the request; its adapter is used
without a ``Session``: a session would keep cookies, read the whole body of a redirect before saying so, and look into
the environment.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3.exceptions
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from snlib.errors import RequestRejected
from snlib.transport import failures
from snlib.transport.deadline import DeadlineAdapter, Watch, watched
from snlib.transport.network import Network, shown

MAX_URL_BYTES = 8192
"""ServiceNow answers a longer address with 414 (measured: 8182 passes, 8347 fails)."""

_CHUNK_BYTES = 256 * 2**10
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\#]")
_HEADERS = {
    "Accept": "application/json",
    # Only what the size cap can look into while it unpacks.
    "Accept-Encoding": "gzip",
    "User-Agent": "servicenow-helpdesk-dashboard",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        headers: Names compare without case.
        body: Unpacked; of an error status at most ``Limits.max_error_body_bytes``, the rest is dropped.
    """

    status_code: int
    headers: Mapping[str, str] = field(repr=False)  # neither may reach a log: an answer can hold tokens
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take and how much it may bring.

    Attributes:
        connect_seconds: For one address of the host.
        deadline_seconds: For the whole call, from the first byte sent to the last one read. Looking the host's name up
            is not included: the system's resolver has its own limit.
        max_body_bytes: Of a successful answer, unpacked.
    """

    connect_seconds: float = 5.0
    deadline_seconds: float = 20.0
    max_body_bytes: int = 16 * 2**20
    max_error_body_bytes: int = 64 * 2**10


class Transport:
    """Sends requests; safe to share between threads, connections are reused."""

    def __init__(
        self,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        network: Network | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.monotonic = monotonic
        self._network = network
        self._plain = DeadlineAdapter(None)

    @cached_property
    def network(self) -> Network:
        """The way out; as the environment has it where none was given."""
        return self._network or Network.of()

    @cached_property
    def _secure(self) -> DeadlineAdapter:
        return DeadlineAdapter(self.network.trust())

    def send(
        self,
        method: str,
        url: str,
        *,
        service: str,
        allowed_origin: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
        deadline_seconds: float | None = None,
    ) -> Answer:
        """Send one request, once, and return the answer whatever its status.

        It goes to ``allowed_origin`` only (scheme, host and port). ``headers`` replace ours of the same names, ``data``
        are the form fields of the body, ``deadline_seconds`` only shortens the limits', and what ``auth`` raises passes
        through.

        Raises:
            RequestRejected: The address is too long, or not on ``allowed_origin``; nothing was sent.
            ServiceUnreachable: No answer, or not in time.
            UnexpectedAnswer: ``redirect``, ``too_large``, ``truncated`` or ``damaged``.
        """
        headers = {**_HEADERS, **(headers or {})}
        request = requests.Request(method, url, params=params, data=data, headers=headers, auth=auth)
        prepared = _prepare(service, allowed_origin, request)
        longest = self.limits.deadline_seconds
        seconds = longest if deadline_seconds is None else min(longest, deadline_seconds)
        if seconds <= 0:
            raise failures.too_slow(service)
        with watched(seconds) as watch:
            return self._exchange(prepared, service, seconds, watch)

    def _exchange(self, prepared: requests.PreparedRequest, service: str, seconds: float, watch: Watch) -> Answer:
        until = self.monotonic() + seconds
        timeout = (min(self.limits.connect_seconds, seconds), seconds)
        parts = urlsplit(prepared.url or "")
        # Only what is on this machine is asked without encryption.
        secure = parts.scheme == "https"
        proxy = self.network.proxy_for(prepared.url or "") if secure else ""
        adapter = self._secure if secure else self._plain
        proxies = {"https": proxy} if proxy else {}
        try:
            response = adapter.send(prepared, stream=True, timeout=timeout, verify=True, proxies=proxies)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = failures.before_answer(error, service=service, host=parts.netloc, proxy=proxy and shown(proxy))
            if watch.over:
                failure = failures.too_slow(service)
        else:
            try:
                return self._read(response, service, until, watch)
            finally:
                response.close()
        # Raised here, not in the handler: the library's exception holds the whole address and the request's headers.
        raise failure

    def _read(self, response: requests.Response, service: str, until: float, watch: Watch) -> Answer:
        status = response.status_code
        headers = CaseInsensitiveDict(response.headers)
        if 300 <= status < 400:
            raise failures.redirected(service, status)
        failed = status >= 400
        cap = self.limits.max_error_body_bytes if failed else self.limits.max_body_bytes
        if not failed and _declared_length(headers) > cap:
            raise failures.too_large(service, status)
        chunks: list[bytes] = []
        size_bytes = 0
        failure: Exception | None = None
        try:
            _require_known_encoding(headers)
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
                chunks.append(chunk)
                size_bytes += len(chunk)
                if size_bytes > cap:
                    failure = failures.too_large(service, status)
                    break
                if self.monotonic() >= until:
                    failure = failures.too_slow(service)
                    break
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = failures.within_answer(error, service=service, status=status)
        if watch.over:  # a shut-down socket looks like the end of the body
            failure = failures.too_slow(service)
        # The status of a failed answer says what happened; its body is a courtesy, also when it is cut.
        if failure is not None and not failed:
            raise failure
        return Answer(status, headers, b"".join(chunks)[:cap])  # a slice of everything is no copy


def _prepare(service: str, allowed_origin: str, request: requests.Request) -> requests.PreparedRequest:
    """Return the request as it would be sent, or raise because it would go somewhere else."""
    asked = _checked_parts(request.url, service)
    failure = ""
    try:
        prepared = request.prepare()
    except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as error:
        failure = type(error).__name__
    if failure:
        raise failures.not_sent(service, failure)
    sent = prepared.url or ""
    if len(sent.encode()) > MAX_URL_BYTES:
        sentence = f"The question is too long for {service}, so nothing was sent. Fewer filters make it shorter."
        raise RequestRejected(sentence, service=service, detail=f"address longer than {MAX_URL_BYTES} bytes")
    # Compared after preparing, because libraries disagree about odd addresses: what counts is where it would go.
    if _origin(sent) != _origin(allowed_origin) or urlsplit(sent).path != (asked or "/"):
        raise failures.not_sent(service, "another origin or path than asked for")
    return prepared


def _checked_parts(url: str, service: str) -> str:
    """Return the path of ``url``, or raise when two parsers could read it differently."""
    if _UNSAFE_IN_URL.search(url):
        raise failures.not_sent(service, "unsafe character in the address")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise failures.not_sent(service, "address that can't be read") from None
    path = unquote(parts.path)
    if "@" in parts.netloc or "//" in path or "\\" in path or {".", ".."} & set(path.split("/")):
        raise failures.not_sent(service, "user name, empty or relative segment in the address")
    return parts.path


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme.lower())


def _declared_length(headers: Mapping[str, Any]) -> int:
    text = str(headers.get("Content-Length", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _require_known_encoding(headers: Mapping[str, str]) -> None:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise urllib3.exceptions.DecodeError("an encoding that was not asked for")
