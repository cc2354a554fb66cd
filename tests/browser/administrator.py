"""ServiceNow's administrator at work beside the dashboard, by the demo instance's Table API; and what is true there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

SECONDS = 15
ITIL = ("hugo.lambert", "demo")
"""An agent's own account in ServiceNow; every agent of the tests but the administrator reads what this one reads."""


@dataclass(frozen=True)
class Truth:
    """What ServiceNow holds of one caller, asked without the dashboard.

    Attributes:
        every: The caller's incidents as an administrator reads them, display values, newest first.
        readable: Those that a helpdesk agent's account can read.
    """

    every: tuple[dict[str, str], ...]
    readable: tuple[dict[str, str], ...]

    @property
    def total(self) -> int:
        """How many incidents the caller has, readable or not."""
        return len(self.every)

    @property
    def states(self) -> Counter[str]:
        """How many of them there are by state."""
        return Counter(row["state"] for row in self.every)

    def shown(self, *states: str, priority: str = "") -> int:
        """How many rows an agent sees, in these states and of this priority where they are given."""
        return sum(
            (not states or row["state"] in states) and priority in ("", row["priority"]) for row in self.readable
        )


class Administrator:
    """Reads and writes records as ``admin``.

    Args:
        origin: The demo instance's origin.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def ask(self, method: str, path: str, *, account: tuple[str, str] = ("admin", "admin"), **arguments: Any) -> Any:
        """Send one request and return the answer's ``result``, None when it has no body."""
        answer = requests.request(method, f"{self._origin}/api/now/{path}", auth=account, timeout=SECONDS, **arguments)
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

    def truth_of(self, email: str) -> Truth:
        """Return what there is of the caller with this e-mail address."""
        params = {
            "sysparm_query": f"caller_id.email={email}^ORDERBYDESCopened_at",
            "sysparm_fields": "number,short_description,state,priority",
            "sysparm_display_value": "true",
            "sysparm_limit": "1000",
        }
        every = self.ask("GET", "table/incident", params=params)
        readable = self.ask("GET", "table/incident", params=params, account=ITIL)
        return Truth(tuple(every), tuple(readable))

    def counts(self, field: str) -> dict[str, int]:
        """Return how many incidents there are by the display value of ``field``."""
        groups = self.ask(
            "GET",
            "stats/incident",
            params={"sysparm_count": "true", "sysparm_group_by": field, "sysparm_display_value": "true"},
        )
        return {group["groupby_fields"][0]["value"]: int(group["stats"]["count"]) for group in groups}
