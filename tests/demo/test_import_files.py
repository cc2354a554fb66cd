"""Loading an incident log as people have it: encodings, separators, line ends, headings, dates, values for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snlib.demo.core.storage import Storage
from snlib.demo.seed.incident_log import reading
from snlib.demo.seed.incident_log.importer import import_incidents
from snlib.demo.seed.incident_log.reading import ImportFailed

NAMES = ("number", "state", "caller_id", "opened_at", "short_description", "impact", "urgency", "priority")
LABELS = ("Number", "State", "Caller", "Opened", "Short description", "Impact", "Urgency", "Priority")
ROWS = (
    (
        "INC0410001",
        "New",
        "Jörg Müßig",
        "2026-03-04 08:15:00",
        "Größe – „falsch“; €, sagt sie",
        *["2 - Medium"] * 2,
        "",
    ),
    (
        "INC0410002",
        "on hold",
        "Nele Ritter",
        "2026-03-05 09:00:00",
        'Line one\nof "two"',
        "1 - High",
        "",
        "5 - Planning",
    ),
)


@pytest.fixture
def storage() -> Iterator[Storage]:
    """An empty database to load into."""
    made = Storage()
    yield made
    made.close()


def written(*rows, separator=",", end="\r\n") -> str:
    """Rows as CSV, every value in quotation marks."""
    quoted = (separator.join('"' + value.replace('"', '""') + '"' for value in row) for row in rows)
    return "".join(line + end for line in quoted)


def load(storage, folder, content, date_format=""):
    """Load a file of this content: what was refused, and every incident's row."""
    path = folder / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = import_incidents(storage, path, 7, date_format)
    assert report.loaded == len(storage.find("incident"))
    return report.refused, storage.find("incident")


def one(storage, folder, **changes):
    """Load one incident with these values, and return its row."""
    row = {"number": "INC0410001", "opened_at": "2026-03-04 08:15:00", **changes}
    refused, (stored,) = load(storage, folder, written(row.keys(), row.values()))
    assert refused == []
    return stored


@pytest.mark.parametrize(
    "headings", [NAMES, LABELS, [name.upper() for name in NAMES], [f" {x.lower()} " for x in LABELS]]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_however_it_was_saved(storage, tmp_path, encoding, separator, end, headings):
    """Encoding, separator, line ends, and headings by name or label in any case change nothing of what is loaded."""
    plain = load(Storage(), tmp_path, written(NAMES, *ROWS, end="\n"))
    assert [row["number"] for row in plain[1]] == ["INC0410001", "INC0410002"]
    assert plain[1][0]["short_description"] == "Größe – „falsch“; €, sagt sie"
    saved = written(headings, *ROWS, separator=separator, end=end).encode(encoding)
    assert load(storage, tmp_path, saved) == plain


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("sep=;\r\n", ""),
        ('"sep=;"\r\n', ""),
        ("\r\n \r\n", ""),
        ("", "\r\n\r\n"),
        ("", ";;;;;;;\r\n" * 3),
        ("\ufeffSEP=;\r\n", "   \r\n"),
    ],
)
def test_lines_around_the_rows(storage, tmp_path, before, behind):
    """A line that names the separator, blank lines and lines of separators are no rows."""
    refused, rows = load(storage, tmp_path, before + written(NAMES, *ROWS, separator=";") + behind)
    assert refused == []
    assert len(rows) == 2


def test_separators_behind_the_last_column(storage, tmp_path):
    """Empty columns at the end, in the header, in rows or in both, do not matter."""
    refused, rows = load(storage, tmp_path, "number,opened_at,,\nINC0410001,2026-03-04,,,\nINC0410002,2026-03-04\n")
    assert refused == []
    assert len(rows) == 2


def test_a_stock_list(storage, tmp_path):
    """A list with the stock columns loads; impact, urgency and active are what the instance gives a new incident."""
    names = "number,opened_at,short_description,caller_id,priority,state,category,assignment_group,assigned_to,"
    row = "INC0410001,2026-03-04 08:15:00,Printer says no,Nele Ritter,3 - Moderate,New,Hardware,Service Desk,,"
    refused, (stored,) = load(
        storage, tmp_path, f"{names}sys_updated_on,sys_updated_by\n{row}2026-03-04 09:00:00,nele.ritter\n"
    )
    assert refused == []
    assert {name: stored[name] for name in ("state", "impact", "urgency", "priority", "active", "sys_updated_on")} == {
        "state": "1",
        "impact": "3",
        "urgency": "3",
        "priority": "3",
        "active": "true",
        "sys_updated_on": "2026-03-04 09:00:00",
    }


@pytest.mark.parametrize(
    ("given_values", "state", "priority"),
    [
        ({}, "1", "5"),
        ({"resolved_at": "2026-03-05"}, "6", "5"),
        ({"resolved_at": "2026-03-05", "closed_at": "2026-03-06"}, "7", "5"),
        ({"impact": "1 - High", "urgency": "2"}, "1", "2"),
        ({"state": "", "impact": "NULL", "urgency": "N/A", "priority": "-"}, "1", "5"),
        ({"state": " CLOSED ", "priority": "4 - low"}, "7", "4"),
    ],
)
def test_what_is_missing_follows_from_the_rest(storage, tmp_path, given_values, state, priority):
    """State follows from the dates, priority from impact and urgency, which are low; choices go by label or value."""
    row = one(storage, tmp_path, **given_values)
    assert (row["state"], row["priority"]) == (state, priority)


@pytest.mark.parametrize(
    ("written_as", "stored"),
    [
        ("2026-03-04 08:15:00", "2026-03-04 08:15:00"),
        ("2026-03-04T08:15:00", "2026-03-04 08:15:00"),
        ("2026-03-04T08:15:00Z", "2026-03-04 08:15:00"),
        ("2026-03-04T08:15:00.123Z", "2026-03-04 08:15:00"),
        ("2026-03-04T08:15:00+02:00", "2026-03-04 06:15:00"),
        ("2026-03-04T00:15:00+0200", "2026-03-03 22:15:00"),
        ("2026-03-04 08:15", "2026-03-04 08:15:00"),
        ("2026-03-04T08:15", "2026-03-04 08:15:00"),
        ("2026-03-04", "2026-03-04 00:00:00"),
    ],
)
def test_iso_dates(storage, tmp_path, written_as, stored):
    """A date may have a T, no seconds, no time, or an offset, which is taken off."""
    assert one(storage, tmp_path, opened_at=written_as)["opened_at"] == stored


@pytest.mark.parametrize(
    ("form", "written_as"),
    [
        ("%d/%m/%Y %H:%M:%S", "04/03/2026 08:15:00"),
        ("%m/%d/%Y %H:%M", "3/4/2026 8:15"),
        ("%d.%m.%Y %H:%M", "04.03.2026 08:15"),
        ("%m/%d/%y %I:%M %p", "03/04/26 08:15 AM"),
        ("%d-%b-%Y %H:%M %z", "04-Mar-2026 09:15 +0100"),
    ],
)
def test_dates_in_another_form(storage, tmp_path, form, written_as):
    """With a form given, dates are read in it, ISO 8601 too, and others are refused by line and reason."""
    content = f"number,opened_at\nINC0410001,{written_as}\nINC0410002,2026-03-04T08:15:00Z\nINC0410003,46085.34375\n"
    refused, rows = load(storage, tmp_path, content, form)
    assert [row["opened_at"] for row in rows] == ["2026-03-04 08:15:00"] * 2
    assert refused == [(4, f"opened_at '46085.34375' is not a date as {form} or YYYY-MM-DD HH:MM:SS")]
    refused, _ = load(Storage(), tmp_path, content)
    assert [(line, "--date-format says how" in reason) for line, reason in refused] == [(2, True), (4, True)]


@pytest.mark.parametrize(
    "written_as",
    [
        *["", "null", "NULL", "(empty)", "(null)", "<null>", "[none]", "(blank)", "N/A", "#N/A", "n/a", "NA", "NaN"],
        *["nil", "none", "None", "-", "--", "–", "—", "?", "unknown", "Unassigned", "undefined"],
    ],
)
def test_nobody(storage, tmp_path, written_as):
    """What stands for nothing makes no person, neither as caller nor as the one who works on it."""
    row = one(storage, tmp_path, caller_id=written_as, opened_by=written_as, assigned_to=written_as)
    assert (row["caller_id"], row["opened_by"], row["assigned_to"]) == ("", "", "")
    assert storage.find("sys_user") == storage.find("entra_user") == []


def test_nothing_in_other_columns(storage, tmp_path):
    """A date, group or category that stands for nothing is empty; a short description is kept letter for letter."""
    names = (
        "resolved_at",
        "closed_at",
        "assignment_group",
        "category",
        "cmdb_ci",
        "caller_id.email",
        "short_description",
    )
    row = one(storage, tmp_path, **dict.fromkeys(names, "null"))
    assert {row[name] for name in names if name not in {"caller_id.email", "short_description"}} == {""}
    assert row["short_description"] == "null"
    assert storage.find("sys_user_group") == []


@pytest.mark.parametrize(
    "name", ["Null Nilsson", "Nan Fielding", "Nina A.", "N. A. Noone", "Empty Bottles Ltd", "李 明"]
)
def test_somebody(storage, tmp_path, name):
    """A name that only looks like a word for nothing is a caller."""
    assert storage.get("sys_user", one(storage, tmp_path, caller_id=name)["caller_id"])["name"] == name


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"INC0410002,2026-03-04,Gr\xf6\xdfe", "mixed encodings"),
        (b"INC0410002,2026-03-04,a\0b", "no text"),
        (b"INC0410002,2026-03-04," + b"x" * 140_000, "a text is longer than 131,072 characters"),
        (b"INC0410002,2026-03-04,one\rtwo", "a line break (CR) stands in a text without quotation marks"),
        (b'INC0410002,2026-03-04,"a "b" c"', "text stands behind a closing quotation mark"),
    ],
)
def test_a_damaged_line_costs_itself(storage, tmp_path, broken, reason):
    """A line that is no text or no CSV is refused by line and reason; the lines around it are loaded whole."""
    good = [f"INC041000{n},2026-03-04,Größe, nämlich ärgerlich".replace(", ", " ").encode() for n in (1, 3)]
    content = b"\n".join([b"number,opened_at,short_description", good[0], broken, good[1]])
    refused, rows = load(storage, tmp_path, content)
    assert [row["short_description"] for row in rows] == ["Größe nämlich ärgerlich"] * 2
    ((line, why),) = refused
    assert line == 3
    assert reason in why


def test_columns_that_are_not_used_may_come_twice(storage, tmp_path):
    """Only a column that is read must be named once."""
    refused, _ = load(storage, tmp_path, "number,opened_at,u_note,u_note\nINC0410001,2026-03-04,a,b\n")
    assert refused == []


def test_a_file_too_large_to_hold(storage, tmp_path, monkeypatch):
    """A file beyond the limit is refused, and the sentence names the limit."""
    monkeypatch.setattr(reading, "MAX_MEGABYTES", 1)
    with pytest.raises(ImportFailed, match="is larger than 1 MB, the most that is read"):
        load(storage, tmp_path, b"x" * 2_000_000)
