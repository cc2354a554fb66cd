"""A real incident log, imported: what the dashboard shows equals what the file says, counted on its own."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from requests.auth import HTTPBasicAuth

from snlib.demo.server import Running
from snlib.directory import Person
from snlib.incidents import IncidentQuestions, match_caller
from snlib.servicenow import AggregateClient, TableClient
from snlib.transport import Transport


@pytest.fixture
def log(incident_log: Path) -> list[dict[str, str]]:
    """The rows of the file, read by the standard library alone."""
    with incident_log.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def imported(start_demo: Callable[..., Running], incident_log: Path) -> Running:
    """An instance that holds the log and no incident of its own."""
    return start_demo(incidents=0, import_path=incident_log)


def clients(demo: Running) -> tuple[TableClient, AggregateClient]:
    """Return the two clients, signed in as a helpdesk agent."""
    transport, auth = Transport(), HTTPBasicAuth("hugo.lambert", "demo")
    return TableClient(demo.origin, transport, auth), AggregateClient(demo.origin, transport, auth)


def test_counts_equal_the_file(imported: Running, log: list[dict[str, str]]):
    """The counts by state, priority and assignment group are those of the file's columns."""
    counts = IncidentQuestions(*clients(imported)).counts()
    assert counts.total == len(log) > 1_000
    for found, column in (
        (counts.by_state, "state"),
        (counts.by_priority, "priority"),
        (counts.by_group, "assignment_group"),
    ):
        expected = Counter(row[column] or "(none)" for row in log)
        assert {count.display_value: count.count for count in found} == expected, column


def test_a_callers_incidents_equal_the_files_rows(imported: Running, log: list[dict[str, str]]):
    """One caller's incidents, matched by e-mail, are that caller's rows of the file, cell by cell, newest first."""
    email = Counter(row["caller_id.email"] for row in log).most_common(1)[0][0]
    rows = sorted((row for row in log if row["caller_id.email"] == email), key=lambda row: row["opened_at"])[::-1]
    table, aggregate = clients(imported)
    match = match_caller(table, Person(id="imported", name=rows[0]["caller_id"], mail=email, username=email))
    assert match.caller is not None
    assert match.matched_by == "e-mail"
    questions = IncidentQuestions(table, aggregate)
    found = questions.of_caller(match.caller)
    frame = found.frame.assign(opened=found.frame["opened"].dt.strftime("%Y-%m-%d %H:%M:%S"))
    for key, column in {
        "number": "number",
        "caller": "caller_id",
        "name": "caller_id",
        "user_principal_name": "caller_id.email",
        "state": "state",
        "priority": "priority",
        "urgency": "urgency",
        "impact": "impact",
        "severity": "severity",
        "assignment_group": "assignment_group",
        "opened": "opened_at",
    }.items():
        shown = frame[key].astype(object).where(frame[key].notna(), "").tolist()
        assert shown == [row[column] for row in rows], key
    assert frame["short_description"].tolist() == [" ".join(row["short_description"].split()) for row in rows]
    assert (found.total, found.loaded, found.complete) == (len(rows), len(rows), True)
    counts = questions.counts_of_caller(match.caller)
    assert {count.display_value: count.count for count in counts.by_state} == Counter(row["state"] for row in rows)
