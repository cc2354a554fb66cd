"""Filters of the incident list: chosen in the popover, shown as chips, kept in the address."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from snlib.incidents import FilterField
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, read
from tests.support import connected_desk, paths_asked, restored

VALUES = "sn.filters.values"


@pytest.fixture
def agent(services: Services) -> Agent:
    """A helpdesk agent who has authenticated with ServiceNow."""
    return connected_desk(services, "helpdesk-agent").agent


def numbers(screen: Screen) -> list[str]:
    """Return the numbers on the list; an empty list has no grid."""
    return list(screen.grid["number"]) if screen.at.main.dataframe else []


def choose(screen: Screen, field: str, *values: str) -> Screen:
    """Add filters → the field → the values → Apply."""
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField(field))
    screen.run()
    screen.at.button_group(key=f"{VALUES}.{field}").set_value(list(values))
    return screen.press("Apply")


def expected(demo: Running, someone: dict[str, str], condition: str) -> list[str]:
    """Return the numbers of the person's incidents that meet a condition, from the database."""
    return [row["number"] for row in cast.incidents_of(demo, someone, condition)]


def test_apply(agent: Agent, demo: Running):
    """State → Closed → Apply leaves the closed ones, in order, with a chip, the count, the address, and no call."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone)
    total = len(numbers(screen))
    with restored(demo):
        choose(screen, "state", "7")
        assert paths_asked(demo) == []
    closed = expected(demo, someone, "state = '7'")
    assert numbers(screen) == closed
    assert screen.chips() == ["State is Closed"]
    assert any(caption.startswith(f"**{len(closed)} of {total}** incidents") for caption in screen.captions)
    assert screen.at.query_params["filters"] == '{"state":["7"]}'


def test_remove(agent: Agent, demo: Running):
    """A press on a chip takes that filter off and leaves the others."""
    screen = open_incidents(agent, cast.busiest(demo), filters='{"state":["7"],"priority":["4","5"]}')
    assert screen.chips() == ["State is Closed", "Priority is 4 - Low or 5 - Planning"]
    screen.press("State is Closed")
    assert screen.chips() == ["Priority is 4 - Low or 5 - Planning"]
    assert json.loads(screen.at.query_params["filters"]) == {"priority": ["4", "5"]}
    screen.press("Priority is 4 - Low or 5 - Planning")
    assert screen.chips() == []
    assert "filters" not in screen.at.query_params


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        ({"state": ["1", "2", "3"]}, "state IN ('1', '2', '3')"),
        ({"priority": ["5"]}, "priority = '5'"),
        ({"state": ["7"], "priority": ["4"]}, "state = '7' AND priority = '4'"),
        ({"opened_since": "2026-06-01"}, "opened_at >= '2026-06-01 00:00:00'"),
    ],
)
def test_the_address_survives_a_reload(agent: Agent, demo: Running, filters: dict[str, object], condition: str):
    """Filters of an address are applied as they were when it was copied; several fields narrow each other."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone, filters=json.dumps(filters))
    assert numbers(screen) == expected(demo, someone, condition)
    assert len(screen.chips()) == len(filters)


def test_by_assignment_group(agent: Agent, demo: Running):
    """A group is chosen by its name and kept by its sys_id."""
    someone = cast.busiest(demo)
    group = cast.incidents_of(demo, someone)[0]["assignment_group"]
    name = demo.instance.storage.get("sys_user_group", group)["name"]
    screen = choose(open_incidents(agent, someone), "assignment_group", group)
    assert screen.chips() == [f"Assignment group is {name}"]
    assert numbers(screen) == expected(demo, someone, f"assignment_group = '{group}'")


def test_opened_since(agent: Agent, demo: Running):
    """Opened since takes a day and keeps what was opened from that day on."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone)
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField.OPENED_SINCE)
    screen.run()
    screen.at.date_input[0].set_value(date(2026, 3, 1))
    screen.press("Apply")
    assert screen.chips() == ["Opened since 2026-03-01"]
    assert numbers(screen) == expected(demo, someone, "opened_at >= '2026-03-01 00:00:00'")


def test_a_day_begins_in_the_viewers_zone(agent: Agent, demo: Running):
    """The day of Opened since begins at the viewer's midnight."""
    someone = cast.busiest(demo)
    newest = cast.incidents_of(demo, someone)[0]
    hour = int(newest["opened_at"][11:13])
    day = date.fromisoformat(newest["opened_at"][:10])
    # Somewhere the same moment is a day earlier, elsewhere a day later.
    zone, local = (
        ("Pacific/Pago_Pago", day - timedelta(days=1)) if hour < 11 else ("Pacific/Kiritimati", day + timedelta(days=1))
    )
    query = {"person": someone["id"], "tab": "ServiceNow incidents"}
    for since, shown in ((local, True), (local + timedelta(days=1), False)):
        filters = json.dumps({"opened_since": since.isoformat()})
        screen = Screen(agent, "troubleshooting", timezone=zone, **query, filters=filters)
        assert (newest["number"] in numbers(screen)) is shown


def test_nothing_passes(agent: Agent, demo: Running):
    """When no incident matches, the page says that it is because of the filters; the chips stay, to be removed."""
    someone = cast.busiest(demo, "state = '7'")
    screen = open_incidents(agent, someone, filters='{"opened_since":"2199-01-01"}')
    total = len(cast.incidents_of(demo, someone))
    assert screen.alert == ("info", "", "No incident matches the filters. Remove a filter above to see more.")
    assert screen.chips() == ["Opened since 2199-01-01"]
    assert any(caption.startswith(f"**0 of {total}** incidents") for caption in screen.captions)
    screen.press("Opened since 2199-01-01")
    assert len(numbers(screen)) == total


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"state":"1"}',
        '{"state":["1^ORstate=2"]}',
        '{"caller_id":["x"]}',
        '{"opened_since":"yesterday"}',
        '{"state":["1"],"state":["2"]}',
        "[" * 3000,
        "x" * 5000,
        '{"assignment_group":["<b>^x"]}',
        '{"state":[1e999]}',
    ],
)
def test_an_address_that_cannot_be_read(agent: Agent, demo: Running, text: str):
    """Malformed filters are named in one sentence and removed from the address, and the whole list is shown."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone, filters=text)
    kind, _, sentence = screen.alert
    assert kind == "warning"
    assert sentence.endswith("The list is shown without them.")
    assert text not in sentence
    assert screen.chips() == []
    assert "filters" not in screen.at.query_params
    assert len(numbers(screen)) == len(cast.incidents_of(demo, someone))


def test_a_value_that_nobody_has(agent: Agent, demo: Running):
    """A state that no incident has is a filter like others: named by its value, and nothing matches."""
    screen = open_incidents(agent, cast.busiest(demo), filters='{"state":["99"]}')
    assert screen.alert[2].startswith("No incident matches the filters.")
    (chip,) = screen.chips()
    assert "99" in chip


def test_more_than_one_load(fresh_demo: Running, serve: Callable[..., Services]):
    """With more incidents than one load holds, the instance filters: a match beyond the loaded rows is found."""
    services = serve(fresh_demo)
    storage = fresh_demo.instance.storage
    someone = cast.busiest(fresh_demo)
    template = cast.incidents_of(fresh_demo, someone)[-1]
    rows = [
        {
            **template,
            "sys_id": f"{index:032x}",
            "number": f"INC1{index:06d}",
            "opened_at": "2026-11-01 08:00:00",
            "state": "7",
        }
        for index in range(505)
    ]
    storage.insert_many("incident", rows)
    storage.insert(
        "incident",
        {**template, "sys_id": "e" * 32, "number": "INC0000001", "opened_at": "2020-01-01 08:00:00", "state": "1"},
    )
    screen = open_incidents(connected_desk(services, "helpdesk-agent").agent, someone, filters='{"state":["1"]}')
    assert "INC0000001" in numbers(screen)
    assert numbers(screen) == expected(fresh_demo, someone, "state = '1'")


def test_choices_are_those_of_the_list(agent: Agent, demo: Running):
    """Assignment groups offered are those of the person's incidents, by name."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone)
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField.ASSIGNMENT_GROUP)
    screen.run()
    names = {
        demo.instance.storage.get("sys_user_group", row["assignment_group"])["name"]
        for row in cast.incidents_of(demo, someone)
    }
    assert {read(option) for option in screen.at.button_group(key=f"{VALUES}.assignment_group").options} == names


def test_filters_stay_with_the_next_person(agent: Agent, demo: Running):
    """Filters chosen for one person apply to the next."""
    screen = open_incidents(agent, cast.busiest(demo), filters='{"state":["7"]}')
    screen.at.query_params["person"] = cast.with_hidden_rows(demo)["id"]
    screen.run()
    assert screen.chips() == ["State is Closed"]
    hidden = cast.hidden_condition(demo)
    assert numbers(screen) == expected(demo, cast.with_hidden_rows(demo), f"state = '7' AND NOT {hidden}")


@pytest.mark.parametrize("day", ["2199-01-01", "1970-01-01"])
def test_a_far_day_in_the_address_can_be_changed(agent: Agent, demo: Running, day: str):
    """A day far away in the address is shown in the popover, to be changed, and does no harm there."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone, filters=json.dumps({"opened_since": day}))
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField.OPENED_SINCE)
    screen.run()
    screen.at.date_input[0].set_value(date(2026, 3, 1))
    screen.press("Apply")
    assert screen.chips() == ["Opened since 2026-03-01"]


def test_an_emptied_day_is_no_filter(agent: Agent, demo: Running):
    """Apply without a day takes the filter off."""
    screen = open_incidents(agent, cast.busiest(demo), filters='{"opened_since":"2026-03-01"}')
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField.OPENED_SINCE)
    screen.run()
    screen.at.date_input[0].set_value(None)
    screen.press("Apply")
    assert screen.chips() == []
