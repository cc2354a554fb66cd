"""Access log: an auditor finds who did what, page by page; reading the log is logged, too."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from snlib.database.engine import writing
from snlib.helpdesk.person import people
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen
from tests.support import desk_of, sign_in


def auditor(services: Services, **query: str) -> Screen:
    """Open the page as the auditor."""
    return Screen(sign_in(services, "auditor"), "access_log", **query)


def numbers(screen: Screen) -> list[int]:
    """Return the line numbers on the screen, from the top."""
    return list(screen.grid["No."])


def fill(services: Services, count: int) -> None:
    """Write some lines."""
    for number in range(count):
        services.audit.record(None, "person.view", target=f"p-{number % 2}", target_name=f"Person {number % 2}")


def test_the_lines(services: Services, demo):
    """Who, what, about whom, how it ended and from where, newest first; reading the page is the newest line."""
    someone = cast.busiest(demo)
    desk = desk_of(services, "helpdesk-agent")
    people.person(desk, someone["id"])
    Screen(desk.agent, "access_log")
    screen = auditor(services)
    rows = screen.grid.to_dict("records")
    assert rows[0]["Agent"] == "Arthur Blom"
    assert rows[0]["Action"] == "Access log read"
    shown = [(row["Agent"], row["Action"], row["About"], row["Outcome"]) for row in rows[1:]]
    assert shown == [
        ("Hugo Lambert", "Page opened", "", "Refused"),
        ("Hugo Lambert", "Person opened", someone["displayName"], "Done"),
    ]


def test_a_rerun_is_no_second_look(services: Services):
    """Showing the same lines again is not logged; Refresh is."""
    screen = auditor(services).run().run()
    assert len(services.audit.recent()) == 1
    screen.press("Refresh")
    assert [event.action for event in services.audit.recent()] == ["audit.view", "audit.view"]


def test_pages_stay_while_lines_are_added(services: Services):
    """A hundred lines a page; Older goes on exactly where the page ended, although reading it added a line."""
    fill(services, 250)
    screen = auditor(services)
    assert numbers(screen) == list(range(251, 151, -1))
    screen.press("Older")
    assert numbers(screen) == list(range(151, 51, -1))
    assert "Lines 101 to 200 of 251" in screen.text.replace("**", "")
    screen.press("Older")
    assert numbers(screen) == list(range(51, 0, -1))
    assert screen.at.button(key="sn.log.older").disabled
    screen.press("Newer").press("Newer")
    assert numbers(screen) == list(range(251, 151, -1))
    assert screen.at.button(key="sn.log.newer").disabled


@pytest.mark.parametrize("page", ["99", "0", "x", "-1", "9" * 30])
def test_a_page_that_is_not_there(services: Services, page: str):
    """A number beyond the end shows the last page, nonsense the first."""
    fill(services, 150)
    found = numbers(auditor(services, log_page=page))
    assert found == (list(range(51, 0, -1)) if page == "99" else list(range(151, 51, -1)))


def test_filters_are_in_the_address(services: Services):
    """A filter chosen on the page is in the address, without anybody's name, and that address shows the same lines."""
    fill(services, 6)
    hugo = sign_in(services, "helpdesk-agent")
    services.audit.record(hugo, "counts.read", outcome="failed")
    screen = auditor(services)
    screen.at.selectbox(key="sn.log.person").select("p-1")
    screen.run()
    assert numbers(screen) == [6, 4, 2]
    assert screen.at.query_params["person"] == "p-1"
    assert numbers(auditor(services, person="p-1")) == [6, 4, 2]
    assert numbers(auditor(services, log_agent=hugo.key)) == [7]
    assert numbers(auditor(services, outcome="failed")) == [7]
    assert numbers(auditor(services, action="counts.read")) == [7]
    assert numbers(auditor(services, log_agent=hugo.key, action="counts.read")) == [7]


def test_days_are_those_of_the_viewer(services: Services):
    """A day begins at midnight of the viewer's zone, and the last day counts whole."""
    fill(services, 1)
    today = services.clock().date().isoformat()
    assert numbers(Screen(sign_in(services, "auditor"), "access_log", **{"from": today, "to": today}))
    screen = Screen(sign_in(services, "auditor"), "access_log", to="2020-01-01")
    assert screen.alert[0] == "info"
    assert "No line matches the filters" in screen.text
    assert numbers(Screen(sign_in(services, "auditor"), "access_log", **{"from": "yesterday"}))


def test_the_export_has_the_same_filter(services: Services):
    """The two links export what is on the page, whole."""
    fill(services, 2)
    screen = auditor(services, person="p-1", **{"from": "2026-01-01"})
    links = [node.proto.url for node in screen.elements if node.type == "link_button"]
    assert [urlsplit(link).path for link in links] == ["/export/access-log"] * 2
    queries = [parse_qs(urlsplit(link).query) for link in links]
    assert [query.pop("format") for query in queries] == [["csv"], ["xlsx"]]
    assert queries[0] == queries[1] == {"person": ["p-1"], "since": ["2026-01-01T00:00:00+00:00"]}


def test_the_check(services: Services):
    """The page checks the chain: whole at first, and the first broken row after somebody changed the database."""
    fill(services, 3)
    screen = auditor(services).press("Check the log")
    assert screen.alert[0] == "success"
    with writing(services.engine) as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(text("UPDATE audit_event SET detail = 'x' WHERE seq = 2"))
    kind, title, _ = screen.press("Check the log").alert
    assert (kind, title) == ("error", "The access log is broken at row 2")
    assert [event.outcome for event in services.audit.recent(2)] == ["failed", "ok"]


def test_texts_of_strangers_stay_dead(services: Services):
    """Markdown and direction marks in lines of the log change nothing on the page."""
    services.audit.record(None, "person.view", target="![x](https://evil.example/x.png)", target_name="\u202eevil<b>")
    row = auditor(services).grid.to_dict("records")[1]
    assert row["About"] == "evil<b>"
