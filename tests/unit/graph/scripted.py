"""A Graph client whose answers are written down beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from snlib.graph import GraphClient
from snlib.transport import Answer

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
    """Hands out token-1 until it is forgotten, then token-2, and so on."""

    def __init__(self) -> None:
        self.number = 1

    def access_token(self) -> str:
        return f"token-{self.number}"

    def forget(self, token: str) -> None:
        self.number += 1


def client_of(script: Script, **options: Any) -> GraphClient:
    """Return a client that gets its answers from ``script`` and never sleeps."""
    return GraphClient(BASE, Tokens(), script, sleep=lambda _: None, **options)  # type: ignore[arg-type]


def asked(answers: Iterable[Answer | Exception], **options: Any) -> tuple[GraphClient, Script]:
    """Return a client and the script it follows."""
    script = Script(*answers)
    return client_of(script, **options), script
