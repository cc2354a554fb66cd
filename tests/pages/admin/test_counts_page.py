"""Incident counts: the Aggregate API's figures, by state, priority and assignment group."""

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.person import people
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen
from tests.stores import HandClock
from tests.support import connected_desk, paths_asked, restored, sign_in

STATS = "/api/now/stats/incident"


def figures(demo: Running, element: str, condition: str = "1 = 1") -> dict[str, str]:
    """Return the instance's figures by label, counted in its database."""
    found = cast.count_by(demo, element, condition)
    if element == "assignment_group":
        names = {row["sys_id"]: row["name"] for row in demo.instance.storage.find("sys_user_group")} | {"": "(none)"}
        return {names[value]: str(count) for value, count in found.items()}
    return {cast.label(demo, element, value): str(count) for value, count in found.items()}


def test_before_authenticating(services: Services, demo: Running):
    """Before the agent has authenticated the page offers it and asks nothing."""
    screen = Screen(sign_in(services, "team-lead"), "counts")
    assert screen.has_component("Authenticate ServiceNow")
    assert "this person" not in screen.text
    assert not screen.metrics
    assert paths_asked(demo) == []


def test_the_figures(services: Services, demo: Running):
    """Total, states, priorities and the largest groups are the instance's own rows, counted."""
    screen = Screen(connected_desk(services, "team-lead").agent, "counts")
    shown = screen.metrics
    assert shown.pop("Incidents on the instance") == str(len(demo.instance.storage.find("incident")))
    states, priorities = figures(demo, "state"), figures(demo, "priority")
    assert {name: shown.pop(name) for name in [*states, *priorities]} == {**states, **priorities}
    groups = figures(demo, "assignment_group")
    largest = sorted((int(count) for count in groups.values()), reverse=True)[: len(shown)]
    assert [int(count) for count in shown.values()] == largest
    assert {name: groups[name] for name in shown} == shown


def test_all_groups_are_in_the_table(services: Services, demo: Running):
    """Groups beyond the figures are in a table, each with its count."""
    grid = Screen(connected_desk(services, "team-lead").agent, "counts").grid
    shown = {name: str(count) for name, count in zip(grid.iloc[:, 0], grid.iloc[:, 1], strict=True)}
    assert shown == figures(demo, "assignment_group")


def test_three_calls(services: Services, demo: Running):
    """The page asks three counts; a rerun none, Refresh three again."""
    agent = connected_desk(services, "team-lead").agent
    with restored(demo):
        screen = Screen(agent, "counts").run()
        assert paths_asked(demo) == [STATS] * 3
        screen.press("Refresh")
        assert paths_asked(demo) == [STATS] * 6


@pytest.mark.parametrize(("period", "days"), [("7", 7), ("30", 30), ("365", 365)])
def test_a_period(demo: Running, serve: Callable[..., Services], period: str, days: int):
    """A period counts what was opened since that many days ago, from midnight of the viewer's zone."""
    clock = HandClock()
    services = serve(demo, clock)
    screen = Screen(connected_desk(services, "team-lead").agent, "counts")
    screen.at.button_group(key="since").set_value(period)
    screen.run()
    since = clock.now.date().toordinal() - days
    day = clock.now.date().fromordinal(since).isoformat()
    total = sum(cast.count_by(demo, "state", "opened_at >= ?", f"{day} 00:00:00").values())
    assert screen.metrics["Incidents on the instance"] == str(total)


def test_an_empty_period(demo: Running, serve: Callable[..., Services]):
    """A period without any incident says so and what to do, without charts."""
    clock = HandClock()
    services = serve(demo, clock)
    lead = connected_desk(services, "team-lead").agent
    clock.advance(minutes=5)
    demo_now = cast.count_by(demo, "state", "opened_at >= ?", "2026-11-20 12:00:00")
    assert demo_now == {}
    clock.now = clock.now.replace(day=28)
    lead = connected_desk(services, "team-lead").agent
    screen = Screen(lead, "counts")
    screen.at.button_group(key="since").set_value("7")
    screen.run()
    assert screen.metrics == {"Incidents on the instance": "0"}
    assert screen.alert == ("info", "", "No incident was opened in this period. Choose a longer one above.")


def test_an_empty_instance(start_demo: Callable[..., Running], serve: Callable[..., Services]):
    """An instance without any incident counts 0, without an error."""
    services = serve(start_demo(incidents=0))
    screen = Screen(connected_desk(services, "team-lead").agent, "counts")
    assert screen.metrics == {"Incidents on the instance": "0"}


def test_it_is_written_down(services: Services):
    """Reading the counts is in the access log."""
    desk = connected_desk(services, "team-lead")
    Screen(desk.agent, "counts")
    assert services.audit.recent()[0].action == "counts.read"
    assert people.recent(desk) == ()


def test_it_says_who_counted_and_when(services: Services):
    """The figures say that ServiceNow counted, when, and that they may hold what the account cannot open."""
    screen = Screen(connected_desk(services, "team-lead").agent, "counts")
    (caption,) = (caption for caption in screen.captions if "as of" in caption)
    assert caption.startswith("Counted by ServiceNow")
    assert "may not" in caption
