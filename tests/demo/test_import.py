"""Loading an incident log: display values become stored ones, and what cannot be read is said line by line."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from snlib.demo.core.instance import Setup
from snlib.demo.core.schema.choices import choice_label
from snlib.demo.core.storage import Storage
from snlib.demo.seed import seed_storage
from snlib.demo.seed.incident_log.importer import import_incidents
from snlib.demo.seed.incident_log.reading import ImportFailed

HEADER = (
    "number,state,hold_reason,active,caller_id,caller_id.email,opened_by,opened_at,sys_updated_on,contact_type,"
    "category,impact,urgency,severity,priority,assignment_group,assigned_to,short_description,resolved_at,closed_at"
)
GOOD = {
    "number": "INC0000045",
    "state": "Closed",
    "active": "false",
    "caller_id": "Caller 2403",
    "caller_id.email": "caller.2403@example.com",
    "opened_by": "Opened by 8",
    "opened_at": "2016-02-29 01:16:00",
    "sys_updated_on": "2016-03-05 12:00:00",
    "contact_type": "Phone",
    "category": "Category 55",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "severity": "2 - Medium",
    "priority": "3 - Moderate",
    "assignment_group": "Group 56",
    "assigned_to": "Resolver 89",
    "short_description": "printer alert",
    "resolved_at": "2016-02-29 11:29:00",
    "closed_at": "2016-03-05 12:00:00",
}


@pytest.fixture
def storage():
    """A seeded database to load into."""
    made = Storage()
    seed_storage(made, Setup(incidents=20))
    return made


def line(**changes):
    """One line of a log, right unless changed, every value quoted."""
    row = {**GOOD, **changes}
    return ",".join(f'"{row.get(name, "")}"' for name in HEADER.split(","))


def load(storage, folder, *lines):
    """Write a log of these lines and load it; the report."""
    path = folder / "log.csv"
    path.write_bytes(("\n".join((HEADER, *lines)) + "\n").encode())
    return import_incidents(storage, path, 7)


def test_a_row_becomes_an_incident_with_stored_values(storage, tmp_path):
    """Labels become stored values; caller, group and resolver become records; the number stays."""
    report = load(storage, tmp_path, line())
    assert (report.loaded, report.refused) == (1, [])
    (row,) = storage.find("incident", number="INC0000045")
    assert (row["state"], row["incident_state"], row["active"]) == ("7", "7", "false")
    assert (row["impact"], row["urgency"], row["priority"], row["contact_type"]) == ("2", "2", "3", "phone")
    assert (row["opened_at"], row["closed_at"]) == ("2016-02-29 01:16:00", "2016-03-05 12:00:00")
    assert storage.get("sys_user_group", row["assignment_group"])["name"] == "Group 56"
    assert storage.get("sys_user", row["assigned_to"])["name"] == "Resolver 89"
    assert storage.get("sys_user", row["caller_id"])["email"] == "caller.2403@example.com"


def test_callers_can_be_found_in_the_directory(storage, tmp_path):
    """An imported caller is an Entra user of that name and mail; a resolver is not."""
    load(storage, tmp_path, line())
    (person,) = storage.find("entra_user", mail="caller.2403@example.com")
    assert person["displayName"] == "Caller 2403"
    assert storage.get("sys_user", person["service_now_user"])["user_name"] == "caller.2403"
    assert storage.find("entra_user", displayName="Resolver 89") == []


def test_people_and_groups_are_made_once(storage, tmp_path):
    """Two rows of one caller, group and category share the records."""
    load(storage, tmp_path, line(), line(number="INC0000046"))
    rows = storage.find("incident", category="Category 55")
    assert len({(row["caller_id"], row["assignment_group"], row["opened_by"]) for row in rows}) == 1
    assert len(storage.find("sys_user_group", name="Group 56")) == 1
    assert len(storage.find("sys_choice", value="Category 55")) == 1


def test_hold_reasons_of_older_releases_are_understood(storage, tmp_path):
    """The former label Awaiting User Info is stored as Awaiting Caller."""
    load(storage, tmp_path, line(state="On Hold", hold_reason="Awaiting User Info", active="true", closed_at=""))
    assert storage.find("incident", number="INC0000045")[0]["hold_reason"] == "1"


def test_a_caller_may_be_missing(storage, tmp_path):
    """A row without a caller is loaded and has none."""
    report = load(storage, tmp_path, line(**{"caller_id": "", "caller_id.email": ""}))
    assert report.loaded == 1
    assert storage.find("incident", number="INC0000045")[0]["caller_id"] == ""


def test_a_log_without_categories_has_the_instances_own(storage, tmp_path):
    """Without the column a row gets the category of a new incident; an empty value in it stays empty."""
    path = tmp_path / "log.csv"
    path.write_text("number,opened_at\nINC0000045,2016-02-29\n", encoding="utf-8")
    assert import_incidents(storage, path, 7).loaded == 1
    assert storage.find("incident", number="INC0000045")[0]["category"] == "inquiry"
    load(storage, tmp_path, line(number="INC0000046", category=""))
    assert storage.find("incident", number="INC0000046")[0]["category"] == ""


BAD = {
    "unknown state": (line(state="Sleeping"), "unknown state 'Sleeping'"),
    "unknown priority": (line(priority="9"), "unknown priority '9'"),
    "bad date": (line(opened_at="29.02.2016 01:16"), "opened_at '29.02.2016 01:16' is not a date"),
    "impossible date": (line(closed_at="2016-02-30 01:16:00"), "closed_at '2016-02-30 01:16:00' is not a date"),
    "year one": (line(opened_at="0001-01-01 00:00:00"), "opened_at '0001-01-01 00:00:00' is before 1970"),
    "closed too early": (line(closed_at="2015-01-01 00:00:00"), "closed_at 2015-01-01 00:00:00 is before opened_at"),
    "no number": (line(number=""), "number is missing"),
    "odd number": (line(number="INC45"), "number 'INC45' is not INC and digits"),
    "too few columns": ("INC0000045,Closed", "2 columns instead of 20"),
    "too many columns": (line() + ",x", "21 columns instead of 20"),
    "bad flag": (line(active="perhaps"), "active 'perhaps' is neither true nor false"),
    "bad e-mail": (line(**{"caller_id.email": "Caller 2403"}), "caller_id.email 'Caller 2403' is not an e-mail"),
    "no name": (line(caller_id="???"), "caller_id '???' is not a name"),
    "stray quote": ('INC0000045,"Closed,,,', "quotation mark"),
    "text behind a quote": ('INC0000045,"Clo"sed",,', "not readable as CSV"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_and_the_others_are_loaded(storage, tmp_path, case):
    """The report has the bad row's line number and reason; the rows before and behind it are there."""
    bad, reason = BAD[case]
    report = load(
        storage, tmp_path, line(number="INC0000001"), bad, line(number="INC0000002"), line(number="INC0000003")
    )
    assert report.loaded == 3
    ((number, text),) = report.refused
    assert number == 3
    assert reason in text
    assert len(storage.find("incident", short_description="printer alert")) == 3


def test_a_quote_that_never_closes_costs_its_own_row_only(storage, tmp_path):
    """Where no later line has a quotation mark either, the lines behind the stray one are read all the same."""
    plain = [line(number=f"INC000000{n}").replace('"', "") for n in range(1, 4)]
    report = load(storage, tmp_path, plain[0], plain[1].replace("Closed", '"Closed'), plain[2])
    assert report.loaded == 2
    assert report.refused == [(3, "a quotation mark is not closed")]


def test_a_number_comes_once(storage, tmp_path):
    """The second row of a number, and a row with a number of the seed, are refused."""
    report = load(storage, tmp_path, line(), line(), line(number="INC0010001"))
    assert report.loaded == 1
    assert report.refused == [
        (3, "number INC0000045 is there already"),
        (4, "number INC0010001 is there already"),
    ]


def test_line_numbers_count_lines_of_the_file(storage, tmp_path):
    """A text with line breaks is one row; the rows behind it are still named by their line."""
    report = load(storage, tmp_path, line(short_description="one\ntwo\nthree"), "", line(state="Odd"))
    assert report.loaded == 1
    assert [number for number, _ in report.refused] == [6]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(storage, tmp_path):
    """A file as Excel saves it ("CSV UTF-8") loads."""
    path = tmp_path / "log.csv"
    path.write_bytes(f"{HEADER}\r\n{line()}\r\n".encode("utf-8-sig"))
    assert import_incidents(storage, path, 7).loaded == 1
    assert storage.find("incident", number="INC0000045")[0]["closed_at"] == "2016-03-05 12:00:00"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\nstate,opened_at\n", ", line 2: there is no column number."),
        (b"number,state\n", ", line 1: there is no column opened_at or sys_created_on."),
        ((HEADER + ",State\n").encode(), ", line 1 names a column twice: state."),
        (b'sep=;\nnumber;"state\n', ", line 2: the quotation marks of the columns' names do not match."),
        ("number\nINC".encode("utf-16") + b"x", ", line 2: this is not UTF-16 text."),
        (b"PK\x03\x04xlsx", "is an Excel workbook (XLSX) or another ZIP archive: open it and save it as CSV."),
        (b' {"result": []}', "is JSON, not CSV: export the list as CSV."),
        (b"<?xml version='1.0'?>", "is XML or HTML, not CSV: export the list as CSV."),
    ],
)
def test_a_broken_file_is_one_sentence(storage, tmp_path, content, sentence):
    """A file that cannot be loaded as a whole fails with what is wrong, and nothing is stored."""
    path = tmp_path / "log.csv"
    if content is not None:
        path.write_bytes(content)
    before = len(storage.find("incident"))
    with pytest.raises(ImportFailed) as failure:
        import_incidents(storage, path, 7)
    assert sentence in str(failure.value)
    assert len(storage.find("incident")) == before


def test_a_folder_is_no_file(storage, tmp_path):
    """Naming a folder is said to be just that."""
    with pytest.raises(ImportFailed, match="is a folder"):
        import_incidents(storage, tmp_path, 7)


def test_the_real_log_loads_whole(storage, incident_log):
    """Every row of the real log is loaded; states, callers, groups and priorities equal the file's."""
    with incident_log.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report = import_incidents(storage, incident_log, 7)
    assert (report.loaded, report.refused) == (len(rows), [])
    names = {user["sys_id"]: user["name"] for user in storage.find("sys_user")} | {"": ""}
    groups = {group["sys_id"]: group["name"] for group in storage.find("sys_user_group")} | {"": ""}
    stored = [row for row in storage.find("incident") if row["number"] < "INC0010000" or row["number"] > "INC0010020"]
    assert Counter(_seen(row, names, groups) for row in stored) == Counter(
        (
            row["number"],
            row["state"],
            row["caller_id"],
            row["assignment_group"],
            row["assigned_to"],
            row["priority"],
            row["category"],
            row["opened_at"],
            row["closed_at"],
        )
        for row in rows
    )


def _seen(row, names, groups):
    return (
        row["number"],
        choice_label("incident", "state", row["state"]),
        names[row["caller_id"]],
        groups[row["assignment_group"]],
        names[row["assigned_to"]],
        choice_label("incident", "priority", row["priority"]),
        row["category"],
        row["opened_at"],
        row["closed_at"],
    )
