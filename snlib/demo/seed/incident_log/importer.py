"""Loading a real incident log (CSV): every row that can be read becomes an incident, with its people and groups."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from snlib.demo.core.storage import Storage
from snlib.demo.seed.incident_log.reading import Log, open_log
from snlib.demo.seed.incident_log.records import Loader
from snlib.demo.seed.incident_log.rows import RowRefused, read_row

_OPEN_QUOTE = "a quotation mark is not closed"


@dataclass
class ImportReport:
    """What became of a log.

    Attributes:
        loaded: How many incidents were loaded.
        refused: (line number, reason) of every row that was not.
    """

    loaded: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def import_incidents(storage: Storage, path: Path, seed: int, date_format: str = "") -> ImportReport:
    """Load the incidents of a CSV file beside what is there.

    Args:
        storage: Where they go; it has been seeded.
        path: The file, with a header line.
        seed: What the new records' sys_ids follow from.
        date_format: How dates are written that are not ISO 8601, as for ``datetime.strptime``.

    Returns:
        How many rows were loaded, and why the others were not.

    Raises:
        ImportFailed: There is no such file, it is no CSV, or columns are missing.
    """
    log = open_log(path)
    report = ImportReport()
    loader = Loader(storage, seed)
    at = log.first
    while at < len(log.lines):
        line, taken = at + 1, 1
        try:
            values, taken = _read_record(log, at)
            if any(value.strip() for value in values):
                loader.add(read_row(log.header, values, date_format))
        except RowRefused as refusal:
            report.refused.append((line, str(refusal)))
        at += taken
    report.loaded = loader.store()
    return report


def _read_record(log: Log, at: int) -> tuple[list[str], int]:
    """Return the record that begins at a line, and how many lines it takes (a quoted text may hold line breaks).

    Raises:
        RowRefused: It is no CSV. A stray quotation mark may run on into later lines: only the line it began in is
            refused, so that the rows behind it are read.
    """
    reader = csv.reader(_from_line(log.lines, at), delimiter=log.separator, skipinitialspace=True, strict=True)
    try:
        values = next(reader)
    except csv.Error as error:
        is_open = reader.line_num > 1 or "end of data" in str(error)
        raise RowRefused(_OPEN_QUOTE if is_open else _what_is_wrong(log.lines[at])) from None
    while len(values) > len(log.header) and not values[-1].strip():
        values.pop()
    if reader.line_num > 1 and len(values) != len(log.header):
        raise RowRefused(_OPEN_QUOTE)
    return values, reader.line_num


def _what_is_wrong(line: str) -> str:
    if len(line) > csv.field_size_limit():
        return f"a text is longer than {csv.field_size_limit():,} characters"
    if "\r" in line.rstrip("\r\n"):
        return "not readable as CSV: a line break (CR) stands in a text without quotation marks"
    return "not readable as CSV: text stands behind a closing quotation mark; double a quotation mark in a text"


def _from_line(lines: Sequence[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]
