"""A Graph client whose answers are written down beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from snlib.graph import GraphClient
from snlib.transport import Answer, Limits

BASE = "https://graph.example/v1.0"
BETA = "https://graph.example/beta"
JSON = {"Content-Type": "application/json"}


def answer(status: int, body: object = None, **headers: str) -> Answer:
    """Return an answer with this JSON body."""
    return Answer(status, {**JSON, **headers}, json.dumps(body if body is not None else {}).encode())


def listed(*rows: object, **more: Any) -> Answer:
    """Return a list of these objects."""
    return answer(200, {"value": list(rows), **more})


class Script:
    """Answers in order in place of the transport, and keeps what was sent; an exception is raised."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.urls: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.limits = Limits()
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def send(self, method: str, url: str, **options: Any) -> Answer:
        assert method == "GET"
        request = requests.Request(method, url, auth=options.pop("auth")).prepare()
        self.urls.append(url)
        self.sent.append({"authorization": request.headers["Authorization"], **options})
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def paths(self) -> list[str]:
        """What was asked, without its parameters."""
        return [url.partition("?")[0] for url in self.urls]

    def params(self, number: int = 0) -> dict[str, str]:
        """The parameters of one call."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.urls[number]).query).items()}


class Tokens:
    """Gives token-1 until it is refused, then token-2, and so on."""

    def __init__(self) -> None:
        self.number = 1

    def access_token(self) -> str:
        return f"token-{self.number}"

    def renewed(self, refused: str) -> str:
        self.number += 1
        return self.access_token()


def client_of(script: Script, waits: list[float] | None = None, **options: Any) -> GraphClient:
    """Return a client that gets its answers from ``script`` and never sleeps; ``waits`` takes what it would sleep."""
    sleep = (waits if waits is not None else []).append
    return GraphClient(BASE, Tokens(), script, sleep=sleep, **options)  # type: ignore[arg-type]


def asked(answers: Iterable[Answer | Exception], **options: Any) -> tuple[GraphClient, Script]:
    """Return a client and the script it follows."""
    script = Script(*answers)
    return client_of(script, **options), script
