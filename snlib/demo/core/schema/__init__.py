"""The tables of the demo instance: those the Table API serves (``TABLES``) and its own (``OWN_TABLES``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: The column's name, such as ``opened_at``.
        label: What the form calls it, such as ``Opened``. Data policies name labels, never columns.
        type: ServiceNow's type. ``choice`` stores text, ``integer_choice`` a number; both show a label of
            ``sys_choice``.
        reference: The table a ``reference`` or ``glide_list`` points to, else empty.
    """

    name: str
    label: str
    type: str
    reference: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns by name and the column that stands for a record (its display value)."""

    name: str
    label: str
    columns: dict[str, Column]
    display: str


def _sections(file: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the head and the lines of each section of a file beside this one."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    for section in text.split("\n[")[1:]:
        head, _, lines = section.partition("]\n")
        yield head, [line for line in lines.splitlines() if line]


def _column(line: str) -> Column:
    name, label, kind = line.split(" | ")
    return Column(name, label, *kind.split(" "))


def _tables() -> dict[str, Table]:
    sections = dict(_sections("servicenow.txt"))
    common = sections.pop("*")
    found = {}
    for head, lines in sections.items():
        name, label, display = head.split(" | ")
        found[name] = Table(name, label, {(c := _column(line)).name: c for line in (*lines, *common)}, display)
    return found


TABLES: dict[str, Table] = _tables()
"""Tables by name, as the Table API serves them."""

OWN_TABLES: dict[str, tuple[str, ...]] = {
    name: ("sys_id", *" ".join(lines).split()) for name, lines in _sections("own.txt")
}
"""The columns of the demo's own tables by name."""
