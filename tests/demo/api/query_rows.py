"""Rows to query, the numbers a query finds among them, and what a predicate in Python accepts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from snlib.demo.core.storage import Storage
from snlib.demo.servicenow.query import compile_query
from snlib.demo.servicenow.viewer import viewer

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # in Berlin it is 23:30 of the same day
ADA, BOB = "a" * 32, "b" * 32
PEOPLE = {ADA: ("Ada Åström", "ada@example.com", "Europe/Berlin"), BOB: ("Bob O'Neill", "", "")}
TEXTS = ["Printer jam", "printer on fire", "100 % CPU", "under_score", "Größe ändern", "a,b", "", "VPN"]


def _rows() -> list[dict[str, str]]:
    chance = random.Random(11)
    made = []
    for index in range(60):
        hours = timedelta(hours=chance.randrange(-900, 48))
        made.append(
            {
                "sys_id": f"{index:032x}",
                "number": f"INC{index:07d}",
                "state": chance.choice(["1", "2", "3", "6", "7", "8", "10", ""]),
                "short_description": chance.choice(TEXTS),
                "category": chance.choice(["network", "hardware", ""]),
                "opened_at": (NOW + hours).strftime("%Y-%m-%d %H:%M:%S") if index % 7 else "",
                "closed_at": (NOW + hours / 2).strftime("%Y-%m-%d %H:%M:%S") if index % 3 else "",
                "active": chance.choice(["true", "false"]),
                "caller_id": chance.choice([ADA, BOB, "", "f" * 32]),
            }
        )
    return made


ROWS = _rows()
STORAGE = Storage()
for sys_id, (name, email, zone) in PEOPLE.items():
    STORAGE.insert(
        "sys_user", {"sys_id": sys_id, "name": name, "email": email, "time_zone": zone, "user_name": name[:3]}
    )
STORAGE.insert_many("incident", ROWS)
ADA_SEES = viewer(STORAGE, STORAGE.find("sys_user", sys_id=ADA)[0], ["itil"], ["c" * 32], NOW)


def found(text: str, *, as_viewer=ADA_SEES, plain=(), **options) -> list[str]:
    """The numbers a query finds, in its order."""
    query = compile_query("incident", text, as_viewer, plain=tuple(plain), **options)
    sql = f"SELECT t0.number FROM {query.source} WHERE {query.where} ORDER BY {query.order}"
    return [row["number"] for row in STORAGE.rows(sql, query.params)]


def expected(predicate: Callable[[dict[str, str]], bool]) -> list[str]:
    """The numbers of the rows that a predicate in Python accepts."""
    return [row["number"] for row in ROWS if predicate(row)]


def value_of(row: dict[str, str], field: str) -> str:
    """A field's stored value, one dot-walk included."""
    if field.startswith("caller_id."):
        person = PEOPLE.get(row["caller_id"], ("", "", ""))
        return dict(zip(("name", "email", "time_zone"), person, strict=True))[field.removeprefix("caller_id.")]
    return row[field]


def shown_of(row: dict[str, str], field: str) -> str:
    """What string operators look at: a reference's display value, else the stored one."""
    return PEOPLE.get(row["caller_id"], ("",))[0] if field == "caller_id" else value_of(row, field)
