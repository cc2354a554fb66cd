"""Loading a real incident log (CSV): every row that can be read becomes an incident, with its people and groups.

The header names are ServiceNow's column names; the values are display values, times are UTC.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from snlib.demo.core.storage import Storage
from snlib.demo.seed.incident_log.records import Loader
from snlib.demo.seed.incident_log.rows import REQUIRED, RowRefused, read_row

_OPEN_QUOTE = "a quotation mark is not closed"
# Not str.splitlines: it also splits at characters that a text may contain, such as U+2028.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class ImportFailed(Exception):
    """The file as a whole cannot be loaded; the message is one sentence for the person who named it."""


@dataclass
class ImportReport:
    """What became of a log.

    Attributes:
        loaded: How many incidents were loaded.
        refused: (line number, reason) of every row that was not.
    """

    loaded: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def import_incidents(storage: Storage, path: Path, seed: int) -> ImportReport:
    """Load the incidents of a CSV file beside what is there.

    Args:
        storage: Where they go; it has been seeded.
        path: The file, UTF-8, with a header line.
        seed: What the new records' sys_ids follow from.

    Returns:
        How many rows were loaded, and why the others were not.

    Raises:
        ImportFailed: There is no such file, it is not UTF-8, or columns are missing.
    """
    lines = _LINE.findall(_read(path))
    header, at = _read_header(lines, path)
    report = ImportReport()
    loader = Loader(storage, seed)
    while at < len(lines):
        line, taken = at + 1, 1
        try:
            values, taken = _read_record(lines, at, len(header))
            if values:
                loader.add(read_row(header, values))
        except RowRefused as refusal:
            report.refused.append((line, str(refusal)))
        at += taken
    report.loaded = loader.store()
    return report


def _read_record(lines: Sequence[str], at: int, columns: int) -> tuple[list[str], int]:
    """Return the record that begins at a line, and how many lines it takes (a quoted text may hold line breaks).

    Raises:
        RowRefused: It is no CSV. A stray quotation mark may run on into later lines: only the line it began in is
            refused, so that the rows behind it are read.
    """
    reader = csv.reader(_from_line(lines, at), strict=True)
    try:
        values = next(reader)
    except csv.Error as error:
        reason = f"not readable as CSV: {error}" if reader.line_num == 1 else _OPEN_QUOTE
        raise RowRefused(reason) from None
    if reader.line_num > 1 and len(values) != columns:
        raise RowRefused(_OPEN_QUOTE)
    return values, reader.line_num


def _from_line(lines: Sequence[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ImportFailed(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise ImportFailed(f"{path} is a folder, not a file.") from None
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ImportFailed(f"{path} is not UTF-8 text (byte {error.start}).") from None


def _read_header(lines: Sequence[str], path: Path) -> tuple[list[str], int]:
    """Return the column names and the index of the first line behind them."""
    if not lines:
        raise ImportFailed(f"{path} is empty: the first line must name the columns.")
    reader = csv.reader(iter(lines), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise ImportFailed(f"{path} is not readable as CSV: {error}.") from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise ImportFailed(f"{path} has no column {', '.join(missing)}.")
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise ImportFailed(f"{path} names a column twice: {', '.join(doubled)}.")
    return header, reader.line_num
