"""Loading a real incident log (CSV): every row that can be read becomes an incident, with its people and groups.

The header names are ServiceNow's column names; the values are display values, times are UTC.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from snlib.demo.import_records import Loader
from snlib.demo.import_rows import REQUIRED, RowRefused, read_row
from snlib.demo.storage import Storage

# A description can be long, but not a file: what is larger is a stray quotation mark.
_MAX_FIELD_CHARACTERS = 32_000


class ImportFailed(Exception):  # noqa: N818  (a whole import that failed, not an error in a row)
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
    lines = csv.reader(io.StringIO(_read(path), newline=""), strict=True)
    csv.field_size_limit(_MAX_FIELD_CHARACTERS)
    header = _read_header(lines, path)
    report = ImportReport()
    loader = Loader(storage, seed)
    while True:
        first_line = lines.line_num + 1
        try:
            values = next(lines)
        except StopIteration:
            break
        except csv.Error as error:
            report.refused.append((first_line, f"not readable as CSV: {error}"))
            continue
        if not values:
            continue
        try:
            loader.add(read_row(header, values))
        except RowRefused as refusal:
            report.refused.append((first_line, str(refusal)))
    report.loaded = loader.store()
    return report


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


def _read_header(lines: object, path: Path) -> list[str]:
    try:
        header = [name.strip() for name in next(lines)]  # type: ignore[call-overload]
    except StopIteration:
        raise ImportFailed(f"{path} is empty: the first line must name the columns.") from None
    except csv.Error as error:
        raise ImportFailed(f"{path} is not readable as CSV: {error}.") from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise ImportFailed(f"{path} has no column {', '.join(missing)}.")
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise ImportFailed(f"{path} names a column twice: {', '.join(doubled)}.")
    return header
