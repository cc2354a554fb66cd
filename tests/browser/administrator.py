"""ServiceNow's administrator at work beside the dashboard, by the demo instance's Table API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

SECONDS = 15


class Administrator:
    """Reads and writes records as ``admin``.

    Args:
        origin: The demo instance's origin.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def ask(self, method: str, path: str, **arguments: Any) -> Any:
        """Send one request and return the answer's ``result``, None when it has no body."""
        answer = requests.request(
            method, f"{self._origin}/api/now/{path}", auth=("admin", "admin"), timeout=SECONDS, **arguments
        )
        answer.raise_for_status()
        return answer.json()["result"] if answer.content else None

    def find(self, table: str, query: str) -> dict[str, str]:
        """Return the one record that matches an encoded query."""
        found = self.ask("GET", f"table/{table}", params={"sysparm_query": query, "sysparm_limit": 2})
        assert len(found) == 1, f"{len(found)} records of {table} match {query}"
        return dict(found[0])

    @contextmanager
    def created(self, table: str, **values: str) -> Iterator[dict[str, str]]:
        """Have a record for as long as the block lasts."""
        record = dict(self.ask("POST", f"table/{table}", json=values))
        try:
            yield record
        finally:
            self.ask("DELETE", f"table/{table}/{record['sys_id']}")

    @contextmanager
    def changed(self, table: str, sys_id: str, **values: str) -> Iterator[None]:
        """Have a record's fields changed for as long as the block lasts."""
        before = self.ask("GET", f"table/{table}/{sys_id}")
        self.ask("PATCH", f"table/{table}/{sys_id}", json=values)
        try:
            yield
        finally:
            self.ask("PATCH", f"table/{table}/{sys_id}", json={name: before[name] for name in values})

    def counts(self, field: str) -> dict[str, int]:
        """Return how many incidents there are by the display value of ``field``."""
        groups = self.ask(
            "GET",
            "stats/incident",
            params={"sysparm_count": "true", "sysparm_group_by": field, "sysparm_display_value": "true"},
        )
        return {group["groupby_fields"][0]["value"]: int(group["stats"]["count"]) for group in groups}
