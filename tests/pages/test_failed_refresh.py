"""Reading again fails: what was read stays with its time, under a notice with what helps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.errors import StoreError
from snlib.helpdesk.person import people
from snlib.helpdesk.services import Services
from snlib.ui import cache, state
from tests.pages import cast
from tests.pages.screen import Screen, open_person
from tests.support import connected_desk, desk_of, order, paths_asked

AUTHENTICATE = "Authenticate ServiceNow"
KINDS = ("202", "403", "404", "429", "500_html", "502", "hibernating", "not_json", "redirect", "reset", "truncated")
OLD = "What is shown was read at "


def page_of(place: str) -> Callable[[Services, Running], Screen]:
    """Return what opens a place as somebody who may see everything there."""

    def opened(services: Services, demo: Running) -> Screen:
        desk = connected_desk(services, "intune-administrator")
        if place in ("counts", "access_log"):
            return Screen(desk.agent, place)
        return open_person(desk.agent, cast.busiest(demo), place)

    return opened


PLACES = {
    # what is asked there, and what can be read there
    "ServiceNow incidents": ("/api/now/table/incident", lambda screen: screen.grid.to_csv()),
    "Summary": ("/api/now/stats/incident", lambda screen: screen.metrics),
    "counts": ("/api/now/stats/incident", lambda screen: screen.metrics),
    "Devices": ("/v1.0/users/", lambda screen: [one.value for one in screen.at.main.subheader]),
    "Groups": ("/v1.0/users/", lambda screen: screen.component("Groups")),
}


def read_again(screen: Screen) -> Screen:
    """Press Refresh; the tab Summary has none, but reads again after one in another tab."""
    if "Refresh" in screen.buttons:
        return screen.press("Refresh")
    screen.at.session_state[state.READ_AT] = "another time"
    return screen.run()


EVERY = [(place, kind) for place in PLACES for kind in (KINDS if place == "ServiceNow incidents" else ("404", "502"))]


@pytest.mark.parametrize(("place", "kind"), EVERY)
def test_what_was_read_stays(services: Services, demo: Running, place: str, kind: str):
    """Whatever fails and wherever: the same figures and rows, their time, one notice, Try again; that reads anew."""
    match, shown = PLACES[place]
    screen = page_of(place)(services, demo)
    before = shown(screen)
    assert before
    assert not screen.alerts
    order(demo, "fault", match=match, kind=kind, count=99)
    read_again(screen)
    assert shown(screen) == before
    assert len(screen.alerts) == 1
    assert [one for one in screen.captions if one.startswith(OLD)]
    assert screen.buttons.count("Try again") == 1
    order(demo, "faults/clear")
    screen.press("Try again")
    assert shown(screen) == before
    assert not screen.alerts
    assert not [one for one in screen.captions if one.startswith(OLD)]


def test_a_filter_does_not_wait_for_what_failed(services: Services, demo: Running):
    """After a failure a click asks nothing for a while; Try again asks at once."""
    screen = page_of("ServiceNow incidents")(services, demo)
    order(demo, "fault", match="/api/now/table/incident", kind="403", count=99)
    read_again(screen)
    demo.instance.request_log.clear()
    assert screen.run().alerts
    assert demo.instance.request_log.entries() == []
    screen.press("Try again")
    assert paths_asked(demo) == ["/api/now/table/incident"]


@pytest.mark.parametrize("place", ["ServiceNow incidents", "Summary", "counts"])
def test_a_refused_token_keeps_the_rows_too(services: Services, demo: Running, place: str):
    """When ServiceNow wants the agent to authenticate again, the rows stay, and the button is there."""
    match, shown = PLACES[place]
    screen = page_of(place)(services, demo)
    before = shown(screen)
    order(demo, "fault", match=match, kind="401", count=99)
    read_again(screen)
    assert shown(screen) == before
    assert screen.has_component(AUTHENTICATE)
    assert screen.alert[1] == "Authenticate with ServiceNow"


def test_a_person_stays_when_the_directory_fails(services: Services, demo: Running, monkeypatch: pytest.MonkeyPatch):
    """The open person is read again after a while; while the directory fails the header stays."""
    someone = cast.busiest(demo)
    screen = page_of("Groups")(services, demo)
    monkeypatch.setattr(cache.person, "_ask", people.person)  # as after five minutes, when the cache forgets
    order(demo, "fault", match="/v1.0/users", kind="500_html", count=99)
    screen.run()
    assert someone["displayName"] in screen.wire
    assert len(screen.alerts) == 1
    assert "Try again" in screen.buttons


def test_the_access_log_stays(services: Services, monkeypatch: pytest.MonkeyPatch):
    """Lines that were read stay when reading them again fails."""
    screen = Screen(desk_of(services, "auditor").agent, "access_log")
    before = screen.grid.to_csv()

    def fail(*_: object, **__: object) -> None:
        raise StoreError("The dashboard's database cannot be reached, so this was not done.")

    monkeypatch.setattr("snlib.audit.log.AuditLog.find", fail)
    screen.press("Refresh")
    assert screen.grid.to_csv() == before
    assert screen.alert[1] == "The dashboard's database has a problem"
    assert "Try again" in screen.buttons


def test_another_sign_in_sees_nothing_of_it(services: Services, demo: Running):
    """An old answer is given to the sign-in that read it, to nobody else."""
    page_of("ServiceNow incidents")(services, demo)
    order(demo, "fault", match="/api/now/", kind="403", count=99)
    screen = open_person(connected_desk(services, "team-lead").agent, cast.busiest(demo), "ServiceNow incidents")
    assert not screen.at.main.dataframe
    assert screen.alerts


def test_not_found_is_an_answer(services: Services, demo: Running, monkeypatch: pytest.MonkeyPatch):
    """A person who is gone is not shown any more: that is no failure."""
    someone = cast.busiest(demo)
    screen = page_of("Groups")(services, demo)
    monkeypatch.setattr(cache.person, "_ask", people.person)
    moved = {"id": "00000000-0000-4000-8000-00000000dead"}
    demo.instance.storage.execute("UPDATE entra_user SET id = ? WHERE id = ?", [moved["id"], someone["id"]])
    try:
        screen.run()
    finally:
        demo.instance.storage.execute("UPDATE entra_user SET id = ? WHERE id = ?", [someone["id"], moved["id"]])
    assert screen.alert[1] == "Not found"
    assert someone["displayName"] not in screen.text
