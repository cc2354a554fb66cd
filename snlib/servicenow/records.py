"""Records: what ServiceNow's JSON holds, in one shape.

A cell arrives as a string, as ``null``, as an object of value and display value, or not at all (access control rules
take fields away silently). Rule for readers: dates and logic use the value, labels the display value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SYS_ID = re.compile(r"[0-9a-f]{32}")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a record: what is stored, and what the form shows. Both are text and may be empty."""

    value: str = ""
    display_value: str = ""


EMPTY = Cell()


class Record(Mapping[str, Cell]):
    """One row: field name to cell. A field that did not arrive is not in it.

    Attributes:
        unreadable: Fields whose cell had no form known here; they are in the record as empty cells.
    """

    __slots__ = ("_cells", "unreadable")

    def __init__(self, cells: Mapping[str, Cell], unreadable: frozenset[str] = frozenset()) -> None:
        self._cells = dict(cells)
        self.unreadable = unreadable

    def __getitem__(self, name: str) -> Cell:
        return self._cells[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        # Records hold personal data: a log line may name the row, not repeat it.
        return f"<Record {self.sys_id or '?'} with {len(self)} fields>"

    @property
    def sys_id(self) -> str:
        """The record's key, empty when it did not arrive."""
        return self.cell("sys_id").value

    def cell(self, name: str) -> Cell:
        """Return the cell, an empty one when the field did not arrive."""
        return self._cells.get(name, EMPTY)

    def value(self, name: str) -> str:
        """Return what is stored, "" when nothing is or the field did not arrive."""
        return self.cell(name).value

    def display_value(self, name: str) -> str:
        """Return what the form shows, "" when nothing is stored or the field did not arrive."""
        return self.cell(name).display_value

    def timestamp(self, name: str) -> datetime | None:
        """Return the field's time as aware UTC, None when it holds none."""
        return parse_timestamp(self.value(name))


def record_of(row: Mapping[str, Any]) -> Record:
    """Return a JSON row as a record; a cell that cannot be read becomes empty and is listed in ``unreadable``."""
    cells: dict[str, Cell] = {}
    unreadable: set[str] = set()
    for name, raw in row.items():
        cell = _cell(raw)
        if cell is None:
            unreadable.add(name)
        cells[name] = cell or EMPTY
    return Record(cells, frozenset(unreadable))


def parse_timestamp(value: str) -> datetime | None:
    """Return a stored time (``yyyy-MM-dd HH:mm:ss``, UTC) as aware UTC; None for anything else, e.g. "0000-00-00".

    >>> parse_timestamp("2026-08-24 07:15:00").isoformat()
    '2026-08-24T07:15:00+00:00'
    """
    if not _TIMESTAMP.fullmatch(value):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _cell(raw: Any) -> Cell | None:
    """Return the cell for each documented shape (``sysparm_display_value`` false, true, all), None for any other."""
    if isinstance(raw, dict):
        value, display, link = (_scalar(raw.get(key)) for key in ("value", "display_value", "link"))
        if value is None or display is None or link is None or not raw:
            return None
        if "value" not in raw:  # a reference in mode "true" names its record in the link only
            last = link.rpartition("/")[2]
            value = last if SYS_ID.fullmatch(last) else display
        return Cell(value, display if "display_value" in raw else value)
    text = _scalar(raw)
    return None if text is None else Cell(text, text)


def _scalar(raw: Any) -> str | None:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw)
    return raw if isinstance(raw, str) else None
