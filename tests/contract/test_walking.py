"""Walking through the demo instance's lists: every readable row once, whatever the instance does to pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.auth import HTTPBasicAuth

from snlib.demo.server import Running
from snlib.servicenow import Query, TableClient, field
from snlib.transport import Transport

NEWEST = Query().order_by("opened_at", descending=True)
PEOPLE = ("admin", "hugo.lambert", "arthur.blom", "mia.novak")


@pytest.fixture(scope="module")
def walked(start_module_demo: Callable[..., Running]) -> Running:
    """A demo instance whose page cap this module may turn."""
    return start_module_demo(incidents=150)


def table(demo: Running, person: str) -> TableClient:
    """Return a client that acts as ``person``."""
    password = "admin" if person == "admin" else "demo"
    return TableClient(demo.origin, Transport(), HTTPBasicAuth(person, password), sleep=lambda _: None)


def readable(demo: Running, person: str) -> list[str]:
    """Return the keys a person may read, asked for one page of one thousand rows."""
    demo.instance.switches.page_cap_rows = 0
    return table(demo, person).page("incident", NEWEST, (), limit=1000).rows["sys_id"].to_pylist()


@given(person=st.sampled_from(PEOPLE), page_rows=st.integers(5, 60), cap=st.integers(4, 70) | st.just(0))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_readable_row_comes_once(walked: Running, person: str, page_rows: int, cap: int) -> None:
    """For any person, page and cap: the same rows in the same order as in one large page, and the count is told."""
    wanted = readable(walked, person)
    walked.instance.switches.page_cap_rows = cap
    found = table(walked, person).walk("incident", NEWEST, ("number",), page_rows=page_rows)
    assert found.rows["sys_id"].to_pylist() == wanted
    assert found.complete
    assert found.total == 150
    assert bool(found.notes) == (len(wanted) < 150)


def test_a_read_without_labels_brings_the_same_rows(walked: Running) -> None:
    """Stored values are the same with labels and without, and without them half the bytes came."""
    walked.instance.switches.reset()
    fields = ("number", "state", "opened_at", "caller_id", "caller_id.email", "cmdb_ci.serial_number")
    both, stored = (
        table(walked, "hugo.lambert").walk("incident", NEWEST, fields, labels=labels) for labels in (True, False)
    )
    assert stored.rows == both.rows.select(stored.rows.column_names)
    assert both.rows.num_columns == stored.rows.num_columns + len(fields) + 1


def test_some_rows_are_hidden_from_some(start_demo: Callable[..., Running]) -> None:
    """The claims above are about something: of these people one reads all rows, others do not."""
    demo = start_demo(incidents=150)
    counts = {person: len(readable(demo, person)) for person in PEOPLE}
    assert counts["admin"] == 150
    assert counts["mia.novak"] < counts["hugo.lambert"] < 150


@pytest.mark.parametrize(
    "value", ["O'Brien", "a=b", "100 %", "%5E", "@x", "Zoë", "x,y", 'say "hi"', "back\\slash", "_", "*"]
)
def test_a_value_finds_exactly_the_rows_that_hold_it(walked: Running, value: str) -> None:
    """Whatever stands in a value, the instance compares with just that."""
    storage = walked.instance.storage
    sys_id = storage.insert("incident", {"number": "INC7777777", "short_description": f"about {value} here"})
    try:
        query = Query().where(field("short_description").contains(value))
        found = table(walked, "admin").walk("incident", query, ("short_description",))
    finally:
        storage.delete("incident", sys_id)
    assert sys_id in found.rows["sys_id"].to_pylist()
    assert all(value.lower() in text.lower() for text in found.rows["short_description"].to_pylist())
