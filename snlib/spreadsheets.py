"""Tables as CSV and XLSX files in which no cell is a formula, whoever wrote its text.

A spreadsheet runs a text that begins like a formula, even one that a CSV file quotes. So such a text gets an apostrophe
in front, as OWASP ASVS 5.0 (1.2.10) requires; numbers stay numbers, times become texts in UTC.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import xlsxwriter

from snlib.text import plain_cell

Value = str | int | datetime

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_CELL_CHARS = 32_000
"""A little less than a cell of XLSX holds (32,767)."""

_BEGINS_FORMULA = frozenset("=+-@\t\r\n\x00＝＋－＠")
_SKIPPED = " \u00a0\u200b\u3000\ufeff"
"""What a spreadsheet may skip before it looks for a formula."""


def inert(text: str) -> str:
    """Return the text, with an apostrophe in front when a spreadsheet could read it as a formula.

    >>> inert("=1+1"), inert("  @SUM(A1)"), inert("a=1")
    ("'=1+1", "'  @SUM(A1)", 'a=1')
    """
    begun = text.lstrip(_SKIPPED)
    return f"'{text}" if begun[:1] in _BEGINS_FORMULA and begun else text


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a CSV file by RFC 4180: every cell quoted, CRLF, UTF-8 with the byte order mark that spreadsheets need."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_shown(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsx_file(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str) -> bytes:
    """Return an XLSX workbook with one sheet called ``sheet``; its first row stays in view."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as workbook:
        page = workbook.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for number, name in enumerate(columns):
            page.write_string(0, number, name, bold)
        page.set_column(0, max(len(columns) - 1, 0), 22)
        for line, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                shown = _shown(value)
                if isinstance(shown, int):
                    page.write_number(line, number, shown)
                else:
                    page.write_string(line, number, shown)
    return out.getvalue()


def _shown(value: Value) -> str | int:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int):
        return value
    # Cleaned first: without a control character an equals sign may come first.
    return inert(plain_cell(value, max_chars=MAX_CELL_CHARS))
