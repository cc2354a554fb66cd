"""A client of the demo Graph on plain requests, and the shape of Graph's refusals."""

from __future__ import annotations

import json
from typing import Any

import requests

EVENTUAL = {"ConsistencyLevel": "eventual"}


class Graph:
    """A client of the demo Graph with an app-only token, on plain requests."""

    def __init__(self, demo, token: str) -> None:
        self.demo = demo
        self.token = token
        self.rows = demo.instance.storage.find("entra_user")

    def get(self, path: str, headers: dict[str, str] | None = None, **options: str) -> requests.Response:
        """Ask for a path below /v1.0; an option's name gets its $ here."""
        return requests.get(
            path if path.startswith("http") else f"{self.demo.origin}/v1.0{path}",
            params={f"${name}": value for name, value in options.items()},
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
            timeout=10,
        )

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a request to a path that begins with the version, such as /beta/deviceManagement."""
        return requests.request(
            method,
            self.demo.origin + path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        )

    def person(self, name: str) -> dict[str, str]:
        """Return the only person of a display name."""
        (found,) = (row for row in self.rows if row["displayName"] == name)
        return found

    def all_of(self, path: str, headers: dict[str, str] | None = None, **options: str) -> list[dict[str, Any]]:
        """Return every object of a collection, following the next links."""
        found: list[dict[str, Any]] = []
        answer = self.get(path, headers, **options)
        while True:
            assert answer.status_code == 200, answer.text
            found += answer.json()["value"]
            if "@odata.nextLink" not in answer.json():
                return found
            answer = self.get(answer.json()["@odata.nextLink"], headers)

    def names(self, path: str = "/users", headers: dict[str, str] | None = EVENTUAL, **options: str) -> set[str]:
        """Return the display names that a list request finds; the whole answer must fit on one page."""
        answer = self.get(path, headers, **({"top": "999"} | options))
        assert answer.status_code == 200, answer.text
        assert "@odata.nextLink" not in answer.json()
        return {user["displayName"] for user in answer.json()["value"]}


def refused(answer: requests.Response, status_code: int, code: str) -> dict[str, Any]:
    """Assert Graph's error shape and return the error."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status_code, code), answer.text
    assert error["message"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert {"date", "client-request-id"} <= set(error["innerError"])
    return error


def refused_by_intune(answer: requests.Response, status_code: int, code: str) -> str:
    """Assert Graph's error shape with Intune's JSON document as its message; return the text in there."""
    document = json.loads(refused(answer, status_code, code)["message"])
    assert document["_version"] == 3
    return document["Message"]
