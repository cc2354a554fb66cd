"""The tab ServiceNow incidents: the person's rows, newest first, nobody else's, and a note about hidden ones."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from snlib.incidents import COLUMNS, EXCHANGED
from snlib.servicenow.encoded_query import Query
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connect, connected_desk, paths_asked, restored, sign_in

DEFAULT = ["number", "short_description", "state", "priority", "opened", "assignment_group"]
LIST = "/api/now/table/incident"


def chosen_columns(screen: Screen) -> list[str]:
    """Return the columns of the list but the one that marks the person's own devices."""
    return [key for key in screen.grid.columns if key not in ("device", "link")]


def numbers(screen: Screen) -> list[str]:
    """Return the numbers as the cells show them."""
    return list(screen.grid["number"])


@pytest.fixture
def agent(services: Services):
    """A helpdesk agent who has authenticated with ServiceNow."""
    return connected_desk(services, "helpdesk-agent").agent


def test_newest_first(agent, demo: Running):
    """The list is the person's incidents as stored, the newest first."""
    someone = cast.busiest(demo)
    stored = cast.incidents_of(demo, someone)
    screen = open_incidents(agent, someone)
    assert numbers(screen) == [row["number"] for row in stored]
    assert any(caption.startswith(f"**{len(stored)} of {len(stored)}** incidents") for caption in screen.captions)


def test_the_cells(agent, demo: Running):
    """All thirteen fields hold what the instance holds: labels for choices, times in UTC, the caller's own keys."""
    someone = cast.busiest(demo)
    stored = cast.incidents_of(demo, someone)
    chosen = [key for key in EXCHANGED if key != "number"]
    screen = open_incidents(agent, someone)
    screen.at.button_group(key="columns").set_value(chosen)
    screen.run()
    grid = screen.grid
    assert chosen_columns(screen) == list(EXCHANGED)
    assert list(grid["sys_id"]) == [row["sys_id"] for row in stored]
    assert list(grid["short_description"]) == [row["short_description"] for row in stored]
    for key in ("state", "priority", "urgency", "impact", "severity"):
        assert list(grid[key].str.strip()) == [cast.label(demo, key, row[key]) for row in stored], key
    assert list(grid["opened"]) == [row["opened_at"] for row in stored]
    user = demo.instance.storage.get("sys_user", someone["service_now_user"])
    assert set(grid["caller"]) == set(grid["name"]) == {user["name"]}
    assert set(grid["user_principal_name"]) == {user["email"]}


def test_the_link_beside_the_number_opens_the_record(agent, demo: Running):
    """Beside each number is the link to its own record on the connected instance, by sys_id."""
    someone = cast.busiest(demo)
    grid = open_incidents(agent, someone).grid
    for number, link, row in zip(grid["number"], grid["link"], cast.incidents_of(demo, someone), strict=True):
        assert number == row["number"]
        assert unquote(link) == f"{demo.origin}/nav_to.do?uri=incident.do?sys_id={row['sys_id']}"


def test_hidden_rows_are_named(agent, demo: Running):
    """Incidents that the agent's account may not read are not shown, and the page says how many there are."""
    someone = cast.with_hidden_rows(demo)
    stored = cast.incidents_of(demo, someone)
    hidden = cast.incidents_of(demo, someone, cast.hidden_condition(demo))
    screen = open_incidents(agent, someone)
    assert len(numbers(screen)) == len(stored) - len(hidden)
    assert not {row["number"] for row in hidden} & set(numbers(screen))
    assert any(caption.startswith(f"**{len(stored) - len(hidden)} of {len(stored)}**") for caption in screen.captions)
    sentence = f"ServiceNow counts {len(stored)} records; your account can read {len(stored) - len(hidden)} of them."
    assert sentence in screen.text


def test_a_capped_instance_shows_all(agent, demo: Running):
    """Where the instance grants three rows a page, the list still holds every row once."""
    demo.instance.switches.set("page_cap_rows", 3)
    someone = cast.busiest(demo)
    found = numbers(open_incidents(agent, someone))
    assert found == [row["number"] for row in cast.incidents_of(demo, someone)]


def test_refresh(agent, demo: Running):
    """Refresh asks ServiceNow once more and keeps the filters; other reruns ask nothing."""
    someone = cast.busiest(demo)
    with restored(demo):
        screen = open_incidents(agent, someone, filters='{"state":["7"]}')
        screen.run()
        assert paths_asked(demo).count(LIST) == 1
        screen.press("Refresh")
        assert paths_asked(demo).count(LIST) == 2
    assert screen.chips() == ["State is Closed"]


def test_refresh_shows_what_is_new(fresh_demo: Running, serve: Callable[..., Services]):
    """A new incident appears after Refresh, first in the list."""
    agent = connected_desk(serve(fresh_demo), "helpdesk-agent").agent
    someone = cast.busiest(fresh_demo)
    screen = open_incidents(agent, someone)
    newest = cast.incidents_of(fresh_demo, someone)[0]
    fresh_demo.instance.storage.insert(
        "incident", {**newest, "sys_id": "f" * 32, "number": "INC0099999", "opened_at": "2026-11-22 08:00:00"}
    )
    assert "INC0099999" not in numbers(screen.run())
    assert numbers(screen.press("Refresh"))[0] == "INC0099999"


def test_as_of_is_in_the_viewers_zone(agent, demo: Running):
    """The time of reading is in the browser's time zone."""
    someone = cast.busiest(demo)
    times = {}
    for zone in ("UTC", "Asia/Tokyo"):
        screen = Screen(agent, "troubleshooting", timezone=zone, person=someone["id"], tab="ServiceNow incidents")
        (caption,) = (text for text in screen.captions if "as of" in text)
        times[zone] = datetime.strptime(caption.rpartition("as of ")[2], "%H:%M:%S")
    hours = round((times["Asia/Tokyo"] - times["UTC"]).total_seconds() / 3600) % 24
    assert hours == 9


def test_columns(agent, demo: Running):
    """Columns are chosen by name, kept in the list's own order, live in the address, and cost no call; number stays."""
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone)
    assert chosen_columns(screen) == DEFAULT
    with restored(demo):
        screen.at.button_group(key="columns").set_value(["severity", "short_description"])
        screen.run()
        assert chosen_columns(screen) == ["number", "short_description", "severity"]
        screen.at.button_group(key="columns").set_value([])
        screen.run()
        assert chosen_columns(screen) == ["number"]
        assert paths_asked(demo) == []


def test_columns_are_offered_by_their_headings(agent, demo: Running):
    """Every exchanged field but the number is offered, by its heading."""
    group = open_incidents(agent, cast.busiest(demo)).at.button_group(key="columns")
    assert group.options == [COLUMNS[key].label for key in EXCHANGED if key != "number"]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (["Severity"], ["number", "severity"]),
        (["Severity", "State"], ["number", "state", "severity"]),
        (["nonsense"], DEFAULT),
        (["caller_sys_id"], DEFAULT),
        (["<b>"], DEFAULT),
    ],
)
def test_columns_in_the_address(agent, demo: Running, columns: list[str], shown: list[str]):
    """Columns named in the address are shown if they exist; another name changes nothing."""
    assert chosen_columns(open_incidents(agent, cast.busiest(demo), columns=columns)) == shown


def test_an_account_without_access(services: Services, demo: Running):
    """An agent whose ServiceNow account may read no incident of others sees none of them."""
    agent = sign_in(services, "helpdesk-agent")
    assert connect(services, agent, "member").ok
    someone = cast.busiest(demo)
    screen = open_incidents(agent, someone)
    assert not screen.at.main.dataframe
    assert screen.alerts
    assert not any(row["number"] in screen.wire for row in cast.incidents_of(demo, someone))


def test_a_condition_that_the_instance_drops(services: Services, agent, demo: Running, monkeypatch: pytest.MonkeyPatch):
    """Where ServiceNow does not limit its answer to the caller, a sentence says so: no figure, and no "0 of 0"."""
    someone = cast.without_incidents(demo)
    encode = Query.encode
    monkeypatch.setattr(
        Query,
        "encode",
        lambda self, *, ordered=True: re.sub("caller_id=[0-9a-f]+", "x=1", encode(self, ordered=ordered)),
    )
    for screen in (open_person(agent, someone), open_incidents(agent, someone)):
        ((kind, _, sentence),) = screen.alerts
        assert kind == "error"
        assert sentence.startswith(
            "ServiceNow's answer is not limited to what was asked for, so nothing of it is shown."
        )
        assert screen.metrics == {}
        assert "0 of 0" not in screen.text
        assert not screen.at.main.dataframe
    noted = [event.outcome for event in services.audit.recent(9) if event.action == "incidents.filter_violation"]
    assert noted == ["failed"]
