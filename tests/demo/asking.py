"""Asks the demo instance's ServiceNow APIs as one user, and switches its behaviour for the length of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

ADMIN = ("admin", "admin")
AGENT = ("hugo.lambert", "demo")
READER = ("arthur.blom", "demo")
MEMBER = ("mia.novak", "demo")
INCIDENTS = "/api/now/table/incident"
STATS = "/api/now/stats/incident"
TIMEOUT_SECONDS = 20


class Api:
    """The instance as one user sees it.

    Args:
        demo: The running demo instance.
        auth: User name and password; None sends no credentials.
    """

    def __init__(self, demo: Any, auth: tuple[str, str] | None = ADMIN) -> None:
        self.origin = demo.origin
        self.auth = auth

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request and return the answer whatever its status."""
        return requests.request(
            method, self.origin + path, auth=self.auth, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options
        )

    def page(self, query: str = "", table: str = "incident", **params: Any) -> requests.Response:
        """Return a list's answer; parameters are named without ``sysparm_``."""
        named = {f"sysparm_{name}": str(value) for name, value in params.items()}
        return self.send("GET", f"/api/now/table/{table}", params={"sysparm_query": query, **named})

    def rows(self, query: str = "", table: str = "incident", **params: Any) -> list[dict[str, Any]]:
        """Return a list's records."""
        answer = self.page(query, table, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def numbers(self, query: str, **params: Any) -> list[str]:
        """Return the numbers of the incidents a query finds."""
        return [row["number"] for row in self.rows(query, fields="number", **params)]

    def total(self, query: str = "") -> int:
        """Return ``X-Total-Count`` of a query on incidents."""
        return int(self.page(query, limit=1, fields="sys_id").headers["X-Total-Count"])

    def create(self, table: str = "incident", **values: Any) -> dict[str, Any]:
        """Insert a record and return it."""
        answer = self.send("POST", f"/api/now/table/{table}", json=values)
        assert answer.status_code == 201, answer.text
        return answer.json()["result"]

    def change(self, sys_id: str, table: str = "incident", **values: Any) -> requests.Response:
        """Change a record and return the answer."""
        return self.send("PATCH", f"/api/now/table/{table}/{sys_id}", json=values)

    def record(self, sys_id: str, table: str = "incident", **params: Any) -> dict[str, Any]:
        """Return one record."""
        named = {f"sysparm_{name}": str(value) for name, value in params.items()}
        answer = self.send("GET", f"/api/now/table/{table}/{sys_id}", params=named)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]


@contextmanager
def switched(demo: Any, **switches: Any) -> Iterator[None]:
    """Set behaviour switches and put them back."""
    before = {name: getattr(demo.instance.switches, name) for name in switches}
    for name, value in switches.items():
        demo.instance.switches.set(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            demo.instance.switches.set(name, value)


def user_sys_id(demo: Any, user_name: str) -> str:
    """Return a user's sys_id."""
    return demo.instance.storage.find("sys_user", user_name=user_name)[0]["sys_id"]


def message_of(answer: requests.Response) -> tuple[str, str | None]:
    """Return message and detail of a refusal."""
    body = answer.json()
    assert body["status"] == "failure"
    return body["error"]["message"], body["error"]["detail"]
