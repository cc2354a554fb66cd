"""Records: what ServiceNow's JSON holds, in one shape.

A cell arrives as a string, as ``null``, as an object of value and display value, or not at all (access control rules
take fields away silently). Rule for readers: dates and logic use the value, labels the display value.

Rows of a list are an Arrow table, so that no cell is an object of its own. A field ``state`` has the column ``state``
with what is stored and, when labels were asked for, the column ``label_of("state")`` with what the form shows; both
are ``large_string``. A null is a cell that did not arrive or could not be read; `UNREADABLE` names the latter's fields.

A list of the regular form is decoded straight into columns by msgspec, which refuses every other. What it refuses is
read cell by cell, slower, so that one odd cell costs no more than itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import unquote

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from snlib.servicenow.encoded_query import can_be_sent

UNREADABLE = "#unreadable"
"""Column with the names of a row's cells that could not be read, joined by commas; null when there is none."""

ODD = object()
"""Stands in parsed JSON for what cannot be read there: a key that stands twice, ``NaN``."""

_TEXT = pa.large_string()

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


def record_of(row: Mapping[str, Any]) -> Record:
    """Return a JSON row as a record; a cell that cannot be read becomes empty and is listed in ``unreadable``."""
    cells = {name: _cell(raw) for name, raw in row.items()}
    unreadable = frozenset(name for name, cell in cells.items() if cell is None)
    return Record({name: cell or EMPTY for name, cell in cells.items()}, unreadable)


def is_key(text: str) -> bool:
    """Return whether a record can be asked for by this sys_id.

    The vendor makes 32 hexadecimal digits, but an import or a script may set any other text, so only what a query
    cannot hold is refused, and what in a path could lead elsewhere.
    """
    return can_be_sent(text) and text not in (".", "..") and "/" not in text and "\\" not in text


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
            value = unquote(link.rpartition("/")[2]) or display
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


def label_of(name: str) -> str:
    """Return the name of the column with the field's labels."""
    return f"{name}#label"


def labels(rows: pa.Table, name: str) -> pa.ChunkedArray:
    """Return the field's labels: what is stored when none were asked for, all null when the field was not."""
    column = label_of(name)
    return rows[column] if column in rows.column_names else values(rows, name)


def values(rows: pa.Table, name: str) -> pa.ChunkedArray:
    """Return what the field holds, all null when it was not asked for."""
    return rows[name] if name in rows.column_names else pa.chunked_array([pa.nulls(len(rows), _TEXT)])


class _Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    value: str
    display_value: str | None  # null for an empty choice


def read_regular(body: bytes, names: Sequence[str], *, with_labels: bool) -> pa.Table | None:
    """Return the rows of a list answer of the regular form, None when it has another and must be read with care.

    Regular is an object with nothing but ``result``, a list of objects whose cells are texts (without labels) or
    objects of a value and a display value (with labels); a field may be missing.
    """
    try:
        rows = _decoder(tuple(names), with_labels).decode(body).result
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    columns: dict[str, pa.Array] = {}
    texts = 0
    for at, name in enumerate(names):
        cells = list(map(attrgetter(f"field_{at}"), rows))
        columns[name] = pa.array([cell.value for cell in cells] if with_labels else cells, _TEXT)
        texts += len(rows) - columns[name].null_count
        if with_labels:
            shown = pa.array([cell.display_value for cell in cells], _TEXT)
            texts += len(rows) - shown.null_count
            if shown.null_count != columns[name].null_count:
                shown = pc.if_else(pc.is_valid(columns[name]), pc.fill_null(shown, ""), None)
            columns[label_of(name)] = shown
    # The last of several keys of the same name would win: then more texts came than were read.
    if body.count(b'":"') != texts:
        return None
    return pa.table({**columns, UNREADABLE: pa.nulls(len(rows), _TEXT)})


@lru_cache(maxsize=64)
def _decoder(names: tuple[str, ...], with_labels: bool) -> msgspec.json.Decoder[Any]:
    kind, missing = (_Cell, _Cell(None, None)) if with_labels else (str, None)  # type: ignore[arg-type]
    row = msgspec.defstruct(
        "Row",
        [(f"field_{at}", kind, msgspec.field(name=name, default=missing)) for at, name in enumerate(names)],
        forbid_unknown_fields=True,
        gc=False,
    )
    return msgspec.json.Decoder(
        msgspec.defstruct("Document", [("result", list[row])], forbid_unknown_fields=True)  # type: ignore[valid-type]
    )


def rows_of(records: Iterable[Record], names: Sequence[str], *, with_labels: bool = True) -> pa.Table:
    """Return records as rows with these fields; lone surrogates, which no column can hold, are left out."""
    found = list(records)
    columns: dict[str, pa.Array] = {}
    for name in names:
        cells = [record.cell(name) if name in record and name not in record.unreadable else None for record in found]
        columns[name] = _texts(cell.value if cell else None for cell in cells)
        if with_labels:
            columns[label_of(name)] = _texts(cell.display_value if cell else None for cell in cells)
    odd = (",".join(name for name in names if name in record.unreadable) or None for record in found)
    return pa.table({**columns, UNREADABLE: _texts(odd)})


def _texts(texts: Iterable[str | None]) -> pa.Array:
    return pa.array([text and text.encode("utf-8", "ignore").decode() for text in texts], _TEXT)


def records_of(rows: pa.Table) -> tuple[Record, ...]:
    """Return a handful of rows as records."""
    names = [name for name in rows.column_names if "#" not in name]
    stored = {name: values(rows, name).to_pylist() for name in names}
    shown = {name: labels(rows, name).to_pylist() for name in names}
    unreadable = [frozenset(text.split(",")) if text else frozenset() for text in rows[UNREADABLE].to_pylist()]
    return tuple(
        Record(
            {
                name: EMPTY if name in odd else Cell(stored[name][at], shown[name][at])
                for name in names
                if name in odd or stored[name][at] is not None
            },
            odd,
        )
        for at, odd in enumerate(unreadable)
    )
