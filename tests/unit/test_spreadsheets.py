"""CSV and XLSX without formulas."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.spreadsheets import csv_file, inert, xlsx_file

TEXTS = st.text(max_size=40)
DANGEROUS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\ufeff=1",
    "\u00a0=1",
    "\u202e=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
]
BEGINS = tuple("=+-@\t\r\n＝＋－＠")


def cells(content: bytes) -> list[list[str]]:
    """Read a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes) -> tuple[list[list[tuple[str, str]]], str]:
    """Read a workbook: each cell's type and text, and the sheet's XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        shared = []
        if "xl/sharedStrings.xml" in names:
            root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            shared = ["".join(part.text or "" for part in item.iter() if part.tag.endswith("}t")) for item in root]
    rows = []
    for row in ElementTree.fromstring(xml).iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"):
        found = []
        for cell in row:
            value = next((part.text or "" for part in cell if part.tag.endswith("}v")), "")
            kind = cell.get("t", "n")
            found.append((kind, shared[int(value)] if kind == "s" else value))
        rows.append(found)
    return rows, xml


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_is_made_text(text: str):
    """Every beginning that a spreadsheet takes for a formula gets an apostrophe in front, in both kinds of file."""
    assert inert(text).startswith("'") or not text.strip().startswith(BEGINS)
    for shown in (cells(csv_file(["A"], [[text]]))[1][0], sheet(xlsx_file(["A"], [[text]], sheet="S"))[0][1][0][1]):
        assert shown.startswith("'")


@pytest.mark.parametrize("text", ["", "a=1", "Anna-Lena", "1 + 1", "é", "'", "10.0.0.1", "😀"])
def test_a_plain_text_stays_as_it_is(text: str):
    """Nothing is put in front of what is no formula."""
    assert inert(text) == text
    assert cells(csv_file(["A", "B"], [[text, "x"]]))[1] == [text, "x"]


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_no_text_becomes_a_formula(rows: list[tuple[str, str]]):
    """Whatever the texts are, the CSV file has as many rows and cells as were given, and none begins a formula."""
    found = cells(csv_file(["A", "B"], rows))
    assert len(found) == len(rows) + 1
    for row in found:
        assert len(row) == 2
        assert not any(cell.lstrip(" \u00a0\u3000\ufeff").startswith(BEGINS) for cell in row)


@given(rows=st.lists(st.tuples(TEXTS, st.integers(-(10**9), 10**9)), min_size=1, max_size=4))
def test_a_workbook_has_no_formula_and_no_link(rows: list[tuple[str, int]]):
    """Texts are strings, numbers are numbers, and there is neither a formula nor a hyperlink."""
    found, xml = sheet(xlsx_file(["A", "B"], rows, sheet="S"))
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert [row[1] for row in found[1:]] == [("n", str(number)) for _, number in rows]
    assert all(row[0][0] == "s" for row in found[1:])


def test_a_time_is_told_in_utc():
    """A time in any zone is a text in UTC."""
    at = datetime(2026, 11, 23, 18, 0, tzinfo=timezone(timedelta(hours=9)))
    assert cells(csv_file(["A"], [[at]]))[1] == ["2026-11-23 09:00:00"]
    assert at.astimezone(UTC).hour == 9


def test_the_file_is_as_spreadsheets_expect():
    """The CSV file says that it is UTF-8, ends lines with CR LF and quotes every cell."""
    assert csv_file(["Größe"], [['a"b,c']]) == '\ufeff"Größe"\r\n"a""b,c"\r\n'.encode()
