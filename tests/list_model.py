"""A list endpoint in memory, for tests of paging: what a real instance does to pages, each thing by a switch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from snlib.servicenow.protocol import Page, decipher
from snlib.servicenow.records import Record, rows_of

ADDRESS = "https://acme.service-now.com/api/now/table/incident?sysparm_query=active%3Dtrue"


def key(number: int) -> str:
    """The sys_id of row ``number``."""
    return f"{number:032x}"


def page_with(records: Sequence[Record], **more: Any) -> Page:
    """A page with these records and every field that one of them has."""
    names = dict.fromkeys(["sys_id", *(name for record in records for name in record)])
    return Page(rows_of(records, tuple(names)), **more)


@dataclass
class ListModel:
    """Rows, of which some are hidden after the limit was applied.

    Attributes:
        readable: One flag a row, in the order of the query.
        cap: The most rows a page goes through; 0 for none.
        links: "always", "needed" (only where there is more than one page) or "never".
        counts: Whether ``X-Total-Count`` is sent.
        calls: Offset and limit of every page asked for.
    """

    readable: list[bool]
    cap: int = 0
    links: str = "always"
    counts: bool = True
    calls: list[tuple[int, int]] = field(default_factory=list)

    @property
    def readable_keys(self) -> list[str]:
        return [key(number) for number, readable in enumerate(self.readable) if readable]

    def granted(self, limit: int) -> int:
        return min(limit, self.cap) if self.cap else limit

    def page(self, offset: int, limit: int) -> Page:
        """Answer, read by the real reader."""
        return decipher(*self.answer(offset, limit), offset=offset)

    def answer(self, offset: int, limit: int) -> tuple[int, dict[str, str], bytes]:
        """Answer as status, headers and bytes."""
        self.calls.append((offset, limit))
        step = self.granted(limit)
        rows = [
            {"sys_id": {"value": key(number), "display_value": key(number)}}
            for number in range(offset, min(offset + step, len(self.readable)))
            if self.readable[number]
        ]
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        if self.counts:
            headers["X-Total-Count"] = str(len(self.readable))
        if self.links == "always" or (self.links == "needed" and step < len(self.readable)):
            headers["Link"] = self.link(offset, step)
        return 200, headers, json.dumps({"result": rows}).encode()

    def link(self, offset: int, step: int) -> str:
        total = len(self.readable)
        places = {"first": 0, "prev": offset - step, "last": max(0, (total - 1) // step * step)}
        if offset + step < total:
            places["next"] = offset + step
        return ",".join(
            f'<{ADDRESS}&sysparm_limit={step}&sysparm_offset={places[relation]}>;rel="{relation}"'
            for relation in ("first", "prev", "next", "last")
            if relation in places
        )
