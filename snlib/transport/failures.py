"""What a failed call means: an exception of the HTTP libraries becomes one of ours, with its sentence for the agent."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as low

from snlib.errors import RequestRejected, ServiceUnreachable, SnlibError, UnexpectedAnswer

_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})")  # the standard library's words
_NOT_SENT = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidJSONError,
    requests.exceptions.UnrewindableBodyError,
    low.LocationValueError,
    low.UnrewindableBodyError,
)


def before_answer(error: Exception, *, service: str, host: str, proxy: str = "") -> SnlibError:
    """Return what to raise when a call failed before its answer began; ``proxy`` without user and password.

    Only the class of ``error`` goes into the log: the text of such exceptions repeats the whole address.
    """
    chain = tuple(_chain(error))
    if isinstance(error, _NOT_SENT):
        return not_sent(service, type(error).__name__)
    if proxy and any(isinstance(link, low.ProxyError) for link in chain):
        return _at_proxy(chain, service=service, host=host, proxy=proxy)
    if any(isinstance(link, (ssl.SSLError, low.SSLError, requests.exceptions.SSLError)) for link in chain):
        sentence = (
            f"The secure connection to {host} could not be verified, so nothing was sent. "
            "If its certificate is of your own authority, SNLIB_CA_BUNDLE must name that."
        )
        return _unreachable("tls", sentence, service, error)
    if any(isinstance(link, (socket.gaierror, low.NameResolutionError)) for link in chain):
        sentence = f"Can't find {host}. Check the name, or set SNLIB_PROXY if only a proxy reaches the internet."
        return _unreachable("dns", sentence, service, error)
    # Before the timeouts: a refused connection is one of them in urllib3's own tree.
    if any(isinstance(link, (ConnectionRefusedError, low.NewConnectionError)) for link in chain):
        return _unreachable("refused", f"Can't reach {host}.", service, error)
    if any(isinstance(link, (requests.exceptions.ConnectTimeout, low.ConnectTimeoutError)) for link in chain):
        return _unreachable("timeout", f"Can't reach {host}.", service, error)
    if any(isinstance(link, (requests.exceptions.Timeout, low.TimeoutError, TimeoutError)) for link in chain):
        return too_slow(service, type(error).__name__)
    sentence = f"{service} isn't answering properly right now."
    if proxy:
        sentence = f"{service} isn't answering properly right now, through the proxy {proxy}."
    return _unreachable("network", sentence, service, error)


def _at_proxy(chain: tuple[BaseException, ...], *, service: str, host: str, proxy: str) -> SnlibError:
    """Return the error of a proxy that could not be reached, or did not pass the call on."""
    refused = next((found[1] for link in chain if (found := _TUNNEL.search(str(link)))), "")
    if refused == "407":
        kind, sentence = "network", f"The proxy {proxy} asks for a user and password. SNLIB_PROXY can hold both."
    elif refused:
        kind = "network"
        sentence = f"The proxy {proxy} did not pass the request on to {host} (HTTP {refused}). Ask who runs the proxy."
    elif any(isinstance(link, (socket.gaierror, low.NameResolutionError)) for link in chain):
        kind, sentence = "dns", f"Can't find the proxy {proxy}. Check SNLIB_PROXY (or HTTPS_PROXY)."
    else:
        kind, sentence = "refused", f"Can't reach the proxy {proxy}. Check SNLIB_PROXY (or HTTPS_PROXY)."
    log = f"{service} unreachable: {kind}, at the proxy {proxy} {refused}".rstrip()
    return ServiceUnreachable(sentence, service=service, kind=kind, log=log)


def within_answer(error: Exception, *, service: str, status: int) -> SnlibError:
    """Return what to raise when a call failed while its answer was being read."""
    chain = tuple(_chain(error))
    if any(isinstance(link, (requests.exceptions.Timeout, low.TimeoutError, TimeoutError)) for link in chain):
        return too_slow(service, type(error).__name__)
    if any(isinstance(link, (low.DecodeError, requests.exceptions.ContentDecodingError)) for link in chain):
        sentence = f"{service}'s answer contained damaged text."
        return UnexpectedAnswer(sentence, service=service, status=status, kind="damaged")
    return UnexpectedAnswer(f"{service}'s answer was cut off.", service=service, status=status, kind="truncated")


def too_slow(service: str, cause: str = "deadline") -> ServiceUnreachable:
    """Return the error of a call whose time is over."""
    log = f"{service} unreachable: timeout ({cause})"
    return ServiceUnreachable(f"{service} is taking too long.", service=service, kind="timeout", log=log)


def too_large(service: str, status: int) -> UnexpectedAnswer:
    """Return the error of an answer above the cap."""
    sentence = f"{service}'s answer was too large."
    return UnexpectedAnswer(sentence, service=service, status=status, kind="too_large")


def redirected(service: str, status: int) -> UnexpectedAnswer:
    """Return the error of an answer that points elsewhere."""
    sentence = f"{service} redirected the request unexpectedly, so it was stopped."
    return UnexpectedAnswer(sentence, service=service, status=status, kind="redirect")


def not_sent(service: str, why: str) -> RequestRejected:
    """Return the error of a request that was stopped before it left."""
    sentence = f"The request to {service} had an address that can't be used, so nothing was sent."
    return RequestRejected(sentence, service=service, detail=why)


def _unreachable(kind: str, sentence: str, service: str, error: Exception) -> ServiceUnreachable:
    log = f"{service} unreachable: {kind} ({type(error).__name__})"
    return ServiceUnreachable(sentence, service=service, kind=kind, log=log)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and what it wraps: HTTP libraries put the cause into ``args``, ``reason`` or ``__cause__``."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        link = pending.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        pending += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
