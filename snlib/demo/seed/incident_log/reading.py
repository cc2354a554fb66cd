"""A file as people have it, read as lines of text: whatever encoding, line ends and separator it was saved with."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snlib.demo.seed.incident_log.columns import NEEDED, column_named

MAX_MEGABYTES = 200
"""How large a log may be: it is held in memory."""

_BOMS = (
    # UTF-32's little-endian mark begins with UTF-16's.
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook (XLSX) or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook (XLS)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
)
_OTHER_TEXTS = {"{": "JSON", "[": "JSON", "<": "XML or HTML"}
_SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\w\r\n])"?', re.IGNORECASE)  # what Excel writes, and reads, before the header
# Not str.splitlines: it also splits at characters that a text may contain, such as U+2028.
_LINES = {"\n": re.compile(r"[^\n]*\n|[^\n]+"), "\r": re.compile(r"[^\r]*\r|[^\r]+")}


class ImportFailed(Exception):
    """The file as a whole cannot be loaded; the message is one sentence for the person who named it."""


@dataclass(frozen=True)
class Log:
    """A file that has a header.

    Attributes:
        lines: The lines with their ends; bytes that are no text are lone surrogates in them.
        separator: What stands between two values.
        header: The columns' names, empty for one that is not used.
        first: The index of the first line behind the header.
    """

    lines: list[str]
    separator: str
    header: list[str]
    first: int


def open_log(path: Path) -> Log:
    """Read a file and its header.

    Raises:
        ImportFailed: There is no such file, it is no CSV, or columns are missing.
    """
    text = _text(_bytes(path), path)
    other = _OTHER_TEXTS.get(text.lstrip()[:1])
    if other:
        raise ImportFailed(f"{path} is {other}, not CSV: export the list as CSV.")
    first_end = re.search(r"\r\n|\r|\n", text)
    lines = _LINES["\r" if first_end and first_end[0] == "\r" else "\n"].findall(text)
    at = next((index for index, line in enumerate(lines) if line.strip()), 0)
    told = _SEPARATOR_LINE.fullmatch(lines[at].strip("\r\n")) if lines else None
    at += 1 if told else 0
    if not "".join(lines[at:]).strip():
        raise ImportFailed(f"{path} is empty: its first line must name the columns.")
    found = [(separator, *_header(lines, at, separator)) for separator in ([told[1]] if told else _SEPARATORS)]
    separator, names, first = max(found, key=lambda one: sum(bool(column_named(name)) for name in one[1]))
    header = [column_named(name) for name in names]
    where = f"{path}, line {at + 1}"
    if not names:
        raise ImportFailed(f"{where}: the quotation marks of the columns' names do not match.")
    for name in sorted(set(header) - {""}):
        if header.count(name) > 1:
            raise ImportFailed(f"{where} names a column twice: {name}.")
    for needed in NEEDED:
        if not set(needed) & set(header):
            raise ImportFailed(f"{where}: there is no column {' or '.join(needed)}.")
    return Log(lines, separator, header, first)


def _header(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """Return the names in the line at ``at``, none where it is no CSV, and the index of the line behind it."""
    reader = csv.reader(lines[at:], delimiter=separator, skipinitialspace=True, strict=True)
    try:
        names = [name.strip() for name in next(reader)]
    except csv.Error:
        return [], at + 1
    while names and not names[-1]:
        names.pop()  # Excel leaves separators behind the last column
    return names, at + reader.line_num


def _bytes(path: Path) -> bytes:
    limit = MAX_MEGABYTES * 1_000_000
    try:
        with path.open("rb") as file:  # a pipe, too, which has no size
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise ImportFailed(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise ImportFailed(f"{path} is a folder, not a file.") from None
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > limit:
        raise ImportFailed(f"{path} is larger than {MAX_MEGABYTES} MB, the most that is read.")
    return data


def _text(data: bytes, path: Path) -> str:
    for start, kind in _OTHER_FILES:
        if data.startswith(start):
            raise ImportFailed(f"{path} is {kind}: open it and save it as CSV.")
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "") or _wide(data)
    if not encoding:
        return _narrow(data)
    try:
        # Lone surrogates stay, for the row that they are in to be refused alone.
        return data.decode(encoding, "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise ImportFailed(f"{path}, line {line}: this is not {encoding.upper()} text.") from None


def _wide(data: bytes) -> str:
    """Return the name of UTF-16 without a mark: every second byte of its Latin letters is NUL."""
    start = data[:200]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start):
        return ""
    if even and odd:
        return ""
    return "utf-16-be" if even else "utf-16-le"


def _narrow(data: bytes) -> str:
    """Return text of one byte a letter, or of UTF-8; bytes that are neither become lone surrogates."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    whole = sum(letter > "\x7f" for letter in text) - broken
    # A file that is UTF-8 but for a few bytes would become unreadable as a whole. What is no UTF-8 at all is what
    # ServiceNow and Excel write in western Europe.
    return text if whole >= broken else data.decode("cp1252", "surrogateescape")
