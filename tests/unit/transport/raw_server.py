"""A server that says exactly the bytes a test wants, one connection after another."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Say = Callable[[socket.socket, "RawServer"], None]


@dataclass
class RawServer:
    """``requests`` holds the head of every request; ``stopping`` is set when the test is over."""

    origin: str
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)


def read_head(connection: socket.socket) -> bytes:
    """Read a request's head; b"" when the other side is gone."""
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(65_536)
        if not chunk:
            return b""
        head += chunk
    return head


@contextmanager
def saying(say: Say | bytes, *, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Answer every request by ``say``: bytes, or a function that is given the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    server = RawServer(f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}")
    threads: list[threading.Thread] = []
    opened: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if tls is not None:
                with tls.wrap_socket(connection, server_side=True) as secured:
                    answer(secured)
            else:
                answer(connection)

    def answer(connection: socket.socket) -> None:
        while head := read_head(connection):
            server.requests.append(head)
            if isinstance(say, bytes):
                connection.sendall(say)
            else:
                say(connection, server)
                return

    def accept() -> None:
        while not server.stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            server.connections += 1
            opened.append(connection)
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            thread.start()
            threads.append(thread)

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        acceptor.join(5)
        listener.close()
        for connection in opened:
            with contextlib.suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(6)


def http(
    body: bytes = b"{}", *, status: str = "200 OK", headers: str = "", length: int | None = None, chunked: bool = False
) -> bytes:
    """Return an HTTP answer; ``length`` may lie."""
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body) if length is None else length}"
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}{framing}\r\n\r\n".encode() + body
