"""docs/demo-instance.md: command line, people, tables, addresses, switches, faults, import, as in the code."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields

import pytest

from snlib.demo.__main__ import main
from snlib.demo.app import create_app
from snlib.demo.core.faults import KINDS
from snlib.demo.core.instance import Instance, Setup
from snlib.demo.core.schema import TABLES
from snlib.demo.core.storage import Storage
from snlib.demo.core.switches import Switches
from snlib.demo.seed import seed_storage
from snlib.demo.seed.cast import KNOWN, PASSWORD, PERSONAS
from snlib.demo.seed.devices.known import KNOWN_DEVICES
from snlib.demo.seed.incident_log.importer import import_incidents
from snlib.demo.seed.names import ascii_name
from snlib.demo.seed.organisation import HIDDEN_GROUP
from snlib.demo.seed.people import PEOPLE, QUIRKS
from snlib.demo.servicenow.acl import _READERS, _WRITERS
from tests.docs.reading import codes, section, table, text_of

PAGE = "docs/demo-instance.md"
GRAPH_PAGE = "docs/demo-graph.md"
AT_RANDOM = "at random"


@pytest.fixture(scope="module")
def seeded():
    """A database with everything that a start without options makes up."""
    storage = Storage()
    seed_storage(storage, Setup())
    return storage


@pytest.fixture(scope="module")
def instance(seeded):
    """An instance around it, its control plane open."""
    return Instance(storage=seeded, origin="http://127.0.0.1:8600", control=True)


def test_the_command_line_is_documented(capsys):
    """Every option of `python -m snlib.demo` has its line, and no other has."""
    with pytest.raises(SystemExit):
        main(["--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out))
    documented = [option for row in table(PAGE, "Start it") for option in codes(row[0])]
    assert Counter(documented) == Counter(options)


def test_the_default_passwords_are_documented():
    """The page says the password of those who may sign in, and its people are all of those."""
    assert f"`{PASSWORD}` for these five" in section(text_of(PAGE), "Who can sign in")
    documented = {row[0] for row in table(PAGE, "People to look up") if f"password `{PASSWORD}`" in "".join(row)}
    assert documented == {f"{part.given} {part.surname}" for part in KNOWN if part.password}


def test_the_known_people_are_documented(seeded):
    """Every person for guides is named, with the number of incidents the seed gives or with "at random"."""
    documented = {row[0]: row[2] for row in table(PAGE, "People to look up") if len(row) == 3 and row[0][0] not in "`"}
    promised: dict[str, list[str]] = {}
    for part in KNOWN:
        incidents = AT_RANDOM if part.incidents < 0 else str(part.incidents)
        promised.setdefault(f"{part.given} {part.surname}", []).append(incidents)
    assert {name: ", ".join(incidents) for name, incidents in promised.items()} == {
        name: incidents for name, incidents in documented.items() if name in promised
    }
    assert documented.keys() - promised.keys() == set()
    counted = Counter(row["caller_id"] for row in seeded.find("incident"))
    for part in (*PERSONAS, *KNOWN):
        users = seeded.find("sys_user", first_name=part.given, last_name=part.surname)
        if part.incidents >= 0 and len(promised.get(f"{part.given} {part.surname}", [""])) == 1:
            assert sum(counted[user["sys_id"]] for user in users) == part.incidents, part


def test_one_row_of_the_apostrophe_is_confidential(seeded):
    """The page's example of a count above the list is one: exactly one incident of O'Brien is hidden from agents."""
    caller = seeded.find("sys_user", last_name="O'Brien", first_name="Siobhán")[0]["sys_id"]
    group = seeded.find("sys_user_group", name=HIDDEN_GROUP)[0]["sys_id"]
    assert "one incident is confidential" in text_of(PAGE)
    assert len(seeded.find("incident", caller_id=caller, assignment_group=group)) == 1


def test_the_disagreements_are_documented():
    """Every way in which directory and ServiceNow disagree is named with how many people have it."""
    documented: dict[str, int] = {}
    for row in table(PAGE, "People to look up"):
        if row[0].startswith("`"):
            documented.update(zip(codes(row[0]), map(int, row[1].split(",")), strict=True))
    assert documented == QUIRKS
    assert f"There are {PEOPLE} people." in text_of(PAGE)


def test_the_devices_of_known_people_are_documented():
    """The people whose devices the Graph page counts have as many."""
    rows = table(GRAPH_PAGE, "What the data shows")
    documented = {person: int(row[1]) for row in rows for person in row[0].split(", ")}
    made = {name: len(KNOWN_DEVICES[ascii_name(name)]) for name in documented}
    assert documented == made


def test_the_tables_and_their_roles_are_documented():
    """Every table of the Table API is named, with the roles that read and write it."""
    documented = {}
    for names, read, written in table(PAGE, "Tables and who may use them"):
        for name in codes(names):
            documented[name] = (("*",) if read == "all" else tuple(codes(read)), tuple(codes(written)))
    assert documented == {name: (_READERS.get(name, ()), _WRITERS.get(name, ())) for name in TABLES}


def test_the_tables_said_to_be_empty_are(seeded):
    """The tables that the page calls empty are those that hold nothing after a start and are not filled by use."""
    line = next(part for part in section(text_of(PAGE), "Known differences").split("- ") if "are empty" in part)
    named = [name for name in codes(line) if name in TABLES]
    made_by_use = {"oauth_entity", "oauth_credential", "sys_cors_rule"}
    empty = [name for name in TABLES if not seeded.rows(f'SELECT 1 AS one FROM "{name}" LIMIT 1')]
    assert sorted(named) == sorted(set(empty) - made_by_use)


def test_the_addresses_are_documented(instance):
    """Every route of the application is named, and every address named is a route."""
    routes = {route.path for route in create_app(instance).routes}
    rows = [*table(PAGE, "Addresses"), *table(GRAPH_PAGE, "Addresses")]
    documented = {path for row in rows for path in codes(row[1]) if path.startswith("/")}
    control = {endpoint.split()[1] for row in table(PAGE, "Control plane") for endpoint in codes(row[0])}
    assert documented | control == routes
    assert documented & control == set()


def test_the_control_plane_is_documented(instance):
    """Every method of every address of the control plane has its line; only the health check is elsewhere."""
    documented = {endpoint for row in table(PAGE, "Control plane") for endpoint in codes(row[0])}
    served = {
        f"{method} {route.path}"
        for route in create_app(instance).routes
        if route.path.startswith("/demo/")
        for method in route.methods - {"HEAD"}
    }
    assert documented == served - {"GET /demo/health"}


def test_the_switches_are_documented():
    """Every switch has its line with its default, in the order of the code."""
    documented = [(codes(row[0])[0], codes(row[1])[0]) for row in table(PAGE, "Switches")]
    assert documented == [(field.name, str(field.default)) for field in fields(Switches)]


def test_the_faults_are_documented():
    """Every kind of fault has its line, and no other has."""
    documented = [kind for row in table(PAGE, "Faults") for kind in codes(row[0])]
    assert Counter(documented) == Counter(KINDS)


VALUES = {
    "number": "INC0000045",
    "state": "On Hold",
    "hold_reason": "Awaiting Vendor",
    "active": "false",
    "caller_id": "Caller One",
    "caller_id.email": "one@example.net",
    "opened_by": "Opener Two",
    "opened_at": "2016-02-29 01:16:00",
    "sys_created_on": "2016-02-29 01:17:00",
    "sys_updated_on": "2016-03-05 12:00:00",
    "contact_type": "Phone",
    "location": "Hall 3",
    "category": "Own category",
    "subcategory": "Own subcategory",
    "cmdb_ci": "Press 7",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "severity": "1 - High",
    "priority": "2 - High",
    "assignment_group": "Own group",
    "assigned_to": "Solver Three",
    "short_description": "printer alert",
    "reassignment_count": "4",
    "reopen_count": "2",
    "made_sla": "false",
    "resolved_at": "2016-03-01 11:29:00",
    "closed_at": "2016-03-05 12:00:00",
}


def imported(folder, columns):
    """What an import of one row with these columns stores, without what is the same anyway."""
    path = folder / "log.csv"
    path.write_text(",".join(columns) + "\n" + ",".join(VALUES[name] for name in columns) + "\n", encoding="utf-8")
    storage = Storage()
    report = import_incidents(storage, path, seed=7)
    assert (report.loaded, report.refused) == (1, [])
    return {name: storage.rows(f'SELECT * FROM "{name}"') for name in (*TABLES, "entra_user")}


def test_the_columns_of_an_import_are_documented(tmp_path):
    """Without a needed column the file is refused; each column "used when there" changes what is stored."""
    needed, used = (codes(row[1]) for row in table(PAGE, "Importing an incident log"))
    assert {*needed, *used} == VALUES.keys()
    for name in needed:
        with pytest.raises(Exception, match=f"no column {name}"):
            imported(tmp_path, [column for column in needed if column != name])
    whole = imported(tmp_path, [*needed, *used])
    for name in used:
        assert imported(tmp_path, [column for column in (*needed, *used) if column != name]) != whole, name


def test_the_real_log_has_documented_columns(incident_log):
    """The real incident log has no column that the page does not name."""
    with incident_log.open(encoding="utf-8-sig") as log:
        header = log.readline().strip().split(",")
    documented = {name for row in table(PAGE, "Importing an incident log") for name in codes(row[1])}
    assert set(header) - documented == set()
