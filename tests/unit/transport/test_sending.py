"""One request out, one answer in, within limits."""

from __future__ import annotations

import gzip
import itertools
import socket
import struct
from pathlib import Path
from typing import Any

import pytest
import responses

from snlib.errors import ServiceUnreachable, UnexpectedAnswer
from snlib.transport import Limits, Transport
from tests.unit.transport.getting import QUICK, SMALL, get
from tests.unit.transport.raw_server import RawServer, http, saying


def test_an_answer_is_returned_whatever_its_status() -> None:
    """Status, headers (whatever their case) and body come back; an error status is not raised here."""
    with saying(http(b'{"error":{}}', status="403 Forbidden", headers="X-Total-Count: 7\r\n")) as server:
        answer = get(server)
    assert (answer.status_code, answer.headers["x-total-count"], answer.body) == (403, "7", b'{"error":{}}')


def test_cookies_are_neither_kept_nor_sent() -> None:
    """A cookie the service sets never goes back, on the same connection neither."""
    with saying(http(headers="Set-Cookie: JSESSIONID=abc; Path=/\r\n")) as server:
        transport = Transport(SMALL)
        for _ in range(2):
            transport.send("GET", f"{server.origin}/", service="ServiceNow", allowed_origin=server.origin)
    assert len(server.requests) == 2
    assert b"cookie" not in b"".join(server.requests).lower()
    assert server.connections == 1


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No password of the environment is used, and no proxy on the way to this machine."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with saying(http()) as server:
        assert get(server).status_code == 200
    assert b"authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_stopped(status: str) -> None:
    """A redirect is an error, and what it points to sees nothing."""
    with (
        saying(http()) as sink,
        saying(http(b"", status=status, headers=f"Location: {sink.origin}/\r\n")) as server,
        pytest.raises(UnexpectedAnswer) as caught,
    ):
        get(server, headers={"X-Secret": "s"})
    assert caught.value.kind == "redirect"
    assert caught.value.user_message == "ServiceNow redirected the request unexpectedly, so it was stopped."
    assert sink.requests == []


def test_the_body_of_a_redirect_is_not_read() -> None:
    """An endless body behind a redirect costs nothing."""

    def say(connection: socket.socket, server: RawServer) -> None:
        connection.sendall(http(b"", status="302 Found", headers="Location: /\r\n", length=10**9))
        server.stopping.wait(5)

    with saying(say) as server, pytest.raises(UnexpectedAnswer, match="302"):
        get(server, QUICK)


def drip(before: bytes, drop: bytes) -> Any:
    """Say ``before``, then ``drop`` again and again."""

    def say(connection: socket.socket, server: RawServer) -> None:
        connection.sendall(before)
        while not server.stopping.wait(0.02):
            connection.sendall(drop)

    return say


@pytest.mark.parametrize(
    "say",
    [
        drip(b"", b""),
        drip(b"HTTP/1.1 200 OK\r\n", b"X"),
        drip(http(length=10**6, body=b"{"), b""),
        drip(http(length=10**6, body=b"{"), b" "),
        drip(http(b"", chunked=True), b"1\r\n \r\n"),
    ],
    ids=["stall before headers", "headers drip", "stall in body", "body drips", "chunks drip"],
)
def test_a_slow_answer_ends_at_the_deadline(say: Any) -> None:
    """Whatever comes byte by byte, the call ends when its time is over."""
    with saying(say) as server, pytest.raises(ServiceUnreachable) as caught:
        get(server, QUICK)
    assert caught.value.kind == "timeout"
    assert caught.value.user_message == "ServiceNow is taking too long."


def test_a_shorter_deadline_may_be_given() -> None:
    """A call that has little time left uses only that; with none left nothing is sent."""
    with saying(drip(b"", b"")) as server:
        with pytest.raises(ServiceUnreachable):
            get(server, SMALL, deadline_seconds=0.2)
        with pytest.raises(ServiceUnreachable):
            get(server, SMALL, deadline_seconds=0)
        assert len(server.requests) == 1


@responses.activate
def test_the_deadline_is_judged_by_the_clock_passed_in() -> None:
    """The clock is the one given, so that a test need not wait."""
    responses.get("https://acme.service-now.com/x", body=b"{}")
    ticks = itertools.count(0, 30)
    transport = Transport(Limits(), monotonic=lambda: float(next(ticks)))
    with pytest.raises(ServiceUnreachable, match="timeout"):
        transport.send(
            "GET", "https://acme.service-now.com/x", service="ServiceNow", allowed_origin="https://acme.service-now.com"
        )


def endless(connection: socket.socket, server: RawServer) -> None:
    """Say a body that never ends."""
    connection.sendall(http(b"", chunked=True))
    while not server.stopping.is_set():
        connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")


BOMB = gzip.compress(bytes(64 << 20))


@pytest.mark.parametrize(
    "say",
    [
        http(length=2 << 20),
        endless,
        http(BOMB, headers="Content-Encoding: gzip\r\n"),
    ],
    ids=["declared", "endless", "gzip bomb"],
)
def test_an_answer_too_large_is_dropped(say: Any) -> None:
    """The cap holds for what is declared, for what never ends and for what is unpacked."""
    with saying(say) as server, pytest.raises(UnexpectedAnswer) as caught:
        get(server)
    assert caught.value.kind == "too_large"
    assert caught.value.user_message == "ServiceNow's answer was too large."


def test_of_an_error_only_the_beginning_is_read() -> None:
    """The status of a failed answer says what happened; its endless body is cut."""

    def say(connection: socket.socket, server: RawServer) -> None:
        connection.sendall(http(b"", status="500 Oops", length=10**9))
        while not server.stopping.is_set():
            connection.sendall(b" " * 65_536)

    with saying(say) as server:
        answer = get(server)
    assert (answer.status_code, len(answer.body)) == (500, 4096)


def cut(*pieces: bytes) -> Any:
    """Say ``pieces``, then close."""

    def say(connection: socket.socket, server: RawServer) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return say


def reset(*pieces: bytes) -> Any:
    """Say ``pieces``, then break the connection."""

    def say(connection: socket.socket, server: RawServer) -> None:
        for piece in pieces:
            connection.sendall(piece)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return say


@pytest.mark.parametrize(
    "say",
    [
        cut(http(b'{"result":[', length=500)),
        cut(http(b'5\r\n{"res\r\n', chunked=True)),
        cut(http(b'50\r\n{"res', chunked=True)),
        reset(http(b'{"result":[', length=500)),
    ],
    ids=["declared length", "between chunks", "within a chunk", "reset"],
)
def test_an_answer_cut_short_is_noticed(say: Any) -> None:
    """Fewer bytes than promised are never taken for the whole."""
    with saying(say) as server, pytest.raises(UnexpectedAnswer) as caught:
        get(server)
    assert caught.value.kind == "truncated"
    assert caught.value.user_message == "ServiceNow's answer was cut off."


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, gzip", "deflate"])
def test_an_answer_that_cannot_be_unpacked_is_damaged(encoding: str) -> None:
    """Bytes that are not what their encoding says, and encodings never asked for."""
    packed = http(b"not packed", headers=f"Content-Encoding: {encoding}\r\n")
    with saying(packed) as server, pytest.raises(UnexpectedAnswer) as caught:
        get(server)
    assert caught.value.kind == "damaged"


def test_a_packed_answer_is_unpacked() -> None:
    """Packing by gzip is offered and understood."""
    with saying(http(gzip.compress(b'{"result":[]}'), headers="Content-Encoding: gzip\r\n")) as server:
        assert get(server).body == b'{"result":[]}'
    assert b"Accept-Encoding: gzip\r\n" in server.requests[0]


@pytest.mark.parametrize("say", [reset(), cut(), cut(b"nonsense\r\n\r\n")], ids=["reset", "closed", "not HTTP"])
def test_no_answer_at_all_is_unreachable(say: Any) -> None:
    """A connection that ends before an answer."""
    with saying(say) as server, pytest.raises(ServiceUnreachable) as caught:
        get(server)
    assert caught.value.kind == "network"
    assert caught.value.user_message == "ServiceNow isn't answering properly right now."


def test_a_refused_connection_names_the_host() -> None:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ServiceUnreachable) as caught:
        Transport(SMALL).send("GET", f"http://{host}/", service="ServiceNow", allowed_origin=f"http://{host}")
    assert (caught.value.kind, caught.value.user_message) == ("refused", f"Can't reach {host}.")


def test_an_unknown_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's name leads nowhere."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ServiceUnreachable) as caught:
        Transport(SMALL).send(
            "GET", "https://acme.service-now.com/", service="ServiceNow", allowed_origin="https://acme.service-now.com"
        )
    assert caught.value.kind == "dns"
    assert caught.value.user_message == (
        "Can't find acme.service-now.com. Check the name, or set SNLIB_PROXY if only a proxy reaches the internet."
    )
