"""What a column and a table of the demo instance are, and a compact way to write them down."""

from __future__ import annotations

from dataclasses import dataclass

TYPES = frozenset(
    {
        "string",
        "integer",
        "boolean",
        "glide_date",
        "glide_date_time",
        "due_date",
        "glide_duration",
        "reference",
        "choice",
        "integer_choice",
        "journal_input",
        "journal_list",
        "glide_list",
        "password2",
        "GUID",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: The column's name, such as ``opened_at``.
        label: What the form calls it, such as ``Opened``. Data policies name labels, never columns.
        type: One of ``TYPES``. ``choice`` stores text, ``integer_choice`` a number; both show a label of
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


def columns(text: str) -> dict[str, Column]:
    """Read columns from lines of ``name | Label | type [table]``; blank lines are skipped.

    Raises:
        ValueError: A line has another shape or an unknown type.
    """
    found: dict[str, Column] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, label, kind = (part.strip() for part in line.split("|"))
        kind, _, reference = kind.partition(" ")
        if kind not in TYPES:
            raise ValueError(f"column {name} has the unknown type {kind}")
        found[name] = Column(name, label, kind, reference)
    return found


SYSTEM_COLUMNS = """
    sys_id | Sys ID | GUID
    sys_created_on | Created | glide_date_time
    sys_created_by | Created by | string
    sys_updated_on | Updated | glide_date_time
    sys_updated_by | Updated by | string
    sys_mod_count | Updates | integer
    sys_tags | Tags | string
"""


def table(name: str, label: str, display: str, text: str) -> Table:
    """Make a table of ``text`` (see ``columns``) and the columns that every record has."""
    return Table(name, label, {**columns(text), **columns(SYSTEM_COLUMNS)}, display)


def private_table(name: str, label: str, display: str, text: str) -> Table:
    """Make a table of the demo's own: no system columns but the key, never served by the Table API."""
    return Table(name, label, {**columns(text), "sys_id": Column("sys_id", "Sys ID", "GUID")}, display)
