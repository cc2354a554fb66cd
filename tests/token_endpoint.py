"""A token endpoint that answers as it is told: for answers that a demo instance never gives, and for counting."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, str], bytes]


def json_reply(status: int, value: object) -> Reply:
    """Return a reply in JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def token_reply(number: int = 1, **changes: object) -> Reply:
    """Return a reply with a token whose text holds ``number``."""
    token = {
        "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}",
        "scope": "useraccount",
        "token_type": "Bearer",
        "expires_in": 900,
    }
    return json_reply(200, {**token, **changes})


@dataclass
class TokenEndpoint:
    """What was asked, and what to answer."""

    origin: str = ""
    reply: Callable[[dict[str, str]], Reply] = lambda fields: token_reply()
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked_for(self) -> list[str]:
        """The grant types asked for, in order."""
        return [fields.get("grant_type", "") for path, fields in self.requests if path == "/oauth_token.do"]


def rotating() -> Callable[[dict[str, str]], Reply]:
    """Return a server that honours each refresh token once and gives out a new one: reuse is refused."""
    numbers = itertools.count(2)
    good = {"refresh-1"}

    def reply(fields: dict[str, str]) -> Reply:
        if fields.get("refresh_token") not in good:
            return json_reply(401, {"error": "server_error", "error_description": "access_denied"})
        number = next(numbers)
        good.clear()
        good.add(f"refresh-{number}")
        return token_reply(number)

    return reply


@contextmanager
def token_endpoint() -> Iterator[TokenEndpoint]:
    """Run an endpoint on a free loopback port."""
    endpoint = TokenEndpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            fields = {name: values[0] for name, values in parse_qs(f"{body}&{parts.query}").items()}
            with endpoint.lock:
                endpoint.requests.append((parts.path, fields))
                status, headers, answer = endpoint.reply(fields)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the lines would hold tokens."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
