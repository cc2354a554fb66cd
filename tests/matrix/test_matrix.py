"""Who may do what, through the running dashboard: every page and action, every persona, on every way in.

Three ways in: the page as a person meets it (AppTest), the raw WebSocket with forged page hashes and widget ids against
``streamlit run app.py``, and the HTTP routes. What is printed (``pytest -n0 -s tests/matrix``) is compared with the
matrix below, letter for letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import streamlit as st

from snlib.demo.server import Running
from snlib.helpdesk import runtime
from tests.browser.running import Dashboard, running_dashboard
from tests.matrix import forced
from tests.matrix.rows import CALLER, ROUTES, ROWS
from tests.matrix.served import Visitor, signed_in
from tests.matrix.ui import Person
from tests.matrix.wire import Tab
from tests.pages import cast
from tests.support import PERSONAS, demo_services, restored

pytestmark = pytest.mark.xdist_group("matrix")

COLUMNS = ("admin", "agent", "lead", "auditor", "member", "ended", "nobody")
"""The five personas; an administrator whose session has ended while the tab was open; nobody, with forged headers."""

UI = """
                                   admin    agent     lead  auditor   member
home: open                           yes      yes      yes      yes      yes
home: find a person                  yes      yes      yes       no       no
troubleshooting: open                yes      yes      yes       no       no
troubleshooting: find a person       yes      yes      yes       no       no
troubleshooting: read a person       yes      yes      yes       no       no
troubleshooting: read incidents      yes      yes      yes       no       no
troubleshooting: read devices        yes      yes      yes       no       no
troubleshooting: read groups         yes      yes      yes       no       no
counts: open                         yes       no      yes       no       no
connector: open                      yes      yes      yes       no       no
connector: test                      yes       no       no       no       no
connector: save                      yes       no       no       no       no
connector: import                    yes       no       no       no       no
connector: check                     yes      yes      yes       no       no
access_log: open                     yes       no       no      yes       no
access_log: check                    yes       no       no      yes       no
access: open                         yes      yes      yes      yes      yes
troubleshooting: disconnect          yes      yes      yes       no       no
"""
WEBSOCKET = """
                                   admin    agent     lead  auditor   member    ended   nobody
home: open                           yes      yes      yes      yes      yes       no       no
home: find a person                  yes      yes      yes       no       no       no       no
troubleshooting: open                yes      yes      yes       no       no       no       no
troubleshooting: find a person       yes      yes      yes       no       no       no       no
troubleshooting: read a person       yes      yes      yes       no       no       no       no
troubleshooting: read incidents      yes      yes      yes       no       no       no       no
troubleshooting: read devices        yes      yes      yes       no       no       no       no
troubleshooting: read groups         yes      yes      yes       no       no       no       no
counts: open                         yes       no      yes       no       no       no       no
connector: open                      yes      yes      yes       no       no       no       no
connector: test                      yes       no       no       no       no       no       no
connector: save                      yes       no       no       no       no       no       no
connector: import                    yes       no       no       no       no       no       no
connector: check                     yes      yes      yes       no       no       no       no
access_log: open                     yes       no       no      yes       no       no       no
access_log: check                    yes       no       no      yes       no       no       no
access: open                         yes      yes      yes      yes      yes       no       no
troubleshooting: disconnect          yes      yes      yes       no       no       no       no
"""
HTTP = """
                                     admin    agent     lead  auditor   member    ended   nobody
/servicenow/connect?purpose=agent      yes      yes      yes       no       no       no       no
/servicenow/connect?purpose=test       yes       no       no       no       no       no       no
/graph/connect                         yes      yes      yes       no       no       no       no
/export/access-log?format=csv          yes       no       no      yes       no       no       no
/export/access-log?format=xlsx         yes       no       no      yes       no       no       no
"""

Cells = dict[str, dict[str, bool]]


def printed(cells: Cells) -> str:
    """Return the matrix as text: a line an action, a column a persona."""
    columns = list(next(iter(cells.values())))
    width = max(len(name) for name in cells)
    lines = [" " * width + "".join(f"{column:>9}" for column in columns)]
    for name, row in cells.items():
        lines.append(f"{name:<{width}}" + "".join(f"{'yes' if row[column] else 'no':>9}" for column in columns))
    return "\n".join(lines)


def compare(title: str, cells: Cells, expected: str) -> None:
    """Print the matrix, and hold it against the snapshot."""
    print(f"\n{title}\n{printed(cells)}")
    assert printed(cells).strip() == expected.strip()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard as the README starts it."""
    with running_dashboard(tmp_path_factory.mktemp("matrix")) as started:
        yield started


@pytest.fixture(scope="module")
def visitors(dashboard: Dashboard) -> Iterator[dict[str, Visitor]]:
    """The five personas, signed in by the provider's pages; who may has authenticated with ServiceNow."""
    dashboard.start_afresh()  # the connector is verified
    with ExitStack() as stack:
        found = {}
        for column, persona in zip(COLUMNS, PERSONAS, strict=False):
            found[column] = stack.enter_context(signed_in(dashboard, persona))
            found[column].connect(persona)
        yield found


def test_as_a_person_meets_it(demo: Running, tmp_path: Path):
    """Pages offer exactly what the persona may do, and what they offer works."""
    cells: Cells = {row.name: {} for row in ROWS}
    with restored(demo):
        services = demo_services(demo, tmp_path)
        runtime.install(services)
        st.cache_data.clear()
        for column, persona in zip(COLUMNS, PERSONAS, strict=False):
            person = Person(services, demo, persona)
            for row in ROWS:
                cells[row.name][column] = person.does(row)
        services.engine.dispose()
    compare("UI (AppTest)", cells, UI)


def test_over_the_raw_websocket(demo: Running, dashboard: Dashboard, visitors: dict[str, Visitor]):
    """Page hashes and widget ids of an administrator, sent by others, by an ended session or by nobody, do nothing."""
    caller = cast.named(demo, CALLER)["id"]
    administrator = visitors["admin"]
    known = forced.learn(administrator, caller)
    cells: Cells = {row.name: {} for row in ROWS}
    for column, visitor in visitors.items():
        for row in ROWS:
            cells[row.name][column] = forced.force(visitor, visitor.tab(), row, known, caller)
    administrator.connect(PERSONAS[0])
    with signed_in(dashboard, PERSONAS[0]) as leaving:
        tabs = {row: leaving.tab() for row in ROWS}
        for row, tab in tabs.items():
            tab.forge(row.page, known, **forced.query_of(row, caller))
        leaving.get("/logout")
        for row, tab in tabs.items():
            cells[row.name]["ended"] = forced.force(leaving, tab, row, tab.known, caller, stay=True)
    forged = {"X-Sn-Session": administrator.session_id, "X-Sn-Agent": administrator.agent_key}
    for row in ROWS:
        tab = Tab(dashboard.url, headers=forged)
        cells[row.name]["nobody"] = forced.force(administrator, tab, row, known, caller)
        tab.close()
    compare("Raw WebSocket", cells, WEBSOCKET)


def test_by_http(dashboard: Dashboard, visitors: dict[str, Visitor]):
    """Routes refuse whoever may not, with a sentence that names who can grant it, and never redirect elsewhere."""
    administrator = visitors["admin"]
    tab = administrator.tab()
    tab.open("connector")
    tab.send(tab.known, "Test connection", "event", "asked")
    newest = "SELECT id FROM connector_test ORDER BY created_at DESC LIMIT 1"
    ((test_id,),) = administrator.asked(newest)
    with signed_in(dashboard, PERSONAS[0]) as ended:
        ended.get("/logout")
        everybody = {**visitors, "ended": ended, "nobody": Visitor(dashboard)}
        cells: Cells = {route: {} for route in ROUTES}
        for route in ROUTES:
            path = f"{route}&test={test_id}" if route.endswith("=test") else route
            for column, visitor in everybody.items():
                answer = visitor.get(path)
                refused = answer.status_code in (401, 403) and (
                    "Ask an administrator for" in answer.text or "Sign in to the dashboard first" in answer.text
                )
                allowed = answer.status_code in (200, 303)
                assert allowed is not refused or route == "/graph/connect", (route, column, answer.text)
                cells[route][column] = not refused
    compare("HTTP", cells, HTTP)
