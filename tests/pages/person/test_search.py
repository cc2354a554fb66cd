"""The box that finds a person: what is typed is asked of the directory, a pick opens the person."""

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents
from tests.support import connected_desk, order, sign_in

BOX = "Find a person"


@pytest.fixture
def screen(services: Services) -> Screen:
    """A helpdesk agent on Troubleshooting, nobody chosen."""
    return Screen(sign_in(services, "helpdesk-agent"), "troubleshooting")


def asked(demo: Running) -> list[str]:
    """Return the queries that reached the directory's list of users."""
    return [entry.query for entry in demo.instance.request_log.entries() if entry.path == "/v1.0/users"]


def names(screen: Screen) -> list[str]:
    """Return the names offered."""
    return [option["name"] for option in screen.component(BOX)["options"]]


def test_an_empty_box(screen: Screen, demo: Running):
    """Before anything is typed the box is empty, the page says what to do, and nothing is asked."""
    assert screen.component(BOX)["options"] == []
    assert screen.alert[2].startswith("Find a person by display name or e-mail")
    assert asked(demo) == []


@pytest.mark.parametrize("typed", ["Mia Novak", "mia nov", "mia.novak@ex", "MIA"])
def test_by_name_and_by_address(screen: Screen, typed: str):
    """Part of the display name or of the e-mail finds the person; people of one name differ by their address."""
    screen.type(BOX, q=typed)
    (mia,) = (one for one in screen.component(BOX)["options"] if one["name"] == "Mia Novak")
    assert mia["detail"].startswith("mia.novak@example.com")
    assert screen.component(BOX)["q"] == typed


def test_one_letter_is_not_asked(screen: Screen, demo: Running):
    """A single letter sends no request."""
    screen.type(BOX, q="m")
    assert screen.component(BOX)["options"] == []
    assert asked(demo) == []


def test_the_same_text_is_asked_once(screen: Screen, demo: Running):
    """A rerun of the page with the same text asks the directory no second time."""
    screen.type(BOX, q="novak").run()
    assert len(asked(demo)) == 1


@pytest.mark.parametrize("typed", ["a^b", "^ORuser_name=admin", "mi\u0000a"])
def test_a_text_that_cannot_be_searched_for(screen: Screen, demo: Running, typed: str):
    """A text with a caret or a control character gets one sentence at the box, and nothing is sent."""
    screen.type(BOX, q=typed)
    given = screen.component(BOX)
    assert given["problem"] is True
    assert given["note"].endswith(".")
    assert given["options"] == []
    assert given["q"] == typed
    assert asked(demo) == []


def test_nobody(screen: Screen):
    """A text that nobody matches says so and what to try."""
    screen.type(BOX, q="zzqqxx")
    given = screen.component(BOX)
    assert given["note"] == "Nobody matches “zzqqxx”. Try part of the name, or the e-mail address."
    assert given["problem"] is False


def test_more_than_fit(screen: Screen):
    """With more people than the list shows, it says how many it shows and what to do."""
    screen.type(BOX, q="ma")
    given = screen.component(BOX)
    assert given["note"] == f"Showing the first {len(given['options'])}. Type more to narrow it down."
    assert len(given["options"]) == 25


@pytest.mark.parametrize("name", ["O'Brien", "Amélie Fontaine", "Müller"])
def test_apostrophes_and_accents(screen: Screen, demo: Running, name: str):
    """Names with an apostrophe or accents are found as they are written."""
    expected = cast.person(demo, "displayName LIKE ?", f"%{name}%")
    screen.type(BOX, q=name)
    assert expected["displayName"] in names(screen)


def test_a_pick_opens_the_person(screen: Screen, demo: Running):
    """A pick opens the person and puts the person into the address; columns, tab and filters chosen stay."""
    mia = cast.named(demo, "Mia Novak")
    screen.at.query_params["filters"] = '{"state":["1"]}'
    screen.trigger(BOX, "picked", mia["id"])
    assert screen.at.query_params == {"person": mia["id"], "filters": '{"state":["1"]}'}
    assert "Mia Novak" in screen.text


def test_a_pick_keeps_every_column(services: Services, demo: Running):
    """All columns chosen for one person stay chosen for the next."""
    screen = open_incidents(
        connected_desk(services, "helpdesk-agent").agent, cast.busiest(demo), columns=["Severity", "State"]
    )
    screen.trigger(BOX, "picked", cast.with_hidden_rows(demo)["id"])
    assert screen.at.query_params["columns"] == ["Severity", "State"]


def test_a_pick_on_home_leads_to_troubleshooting(services: Services, demo: Running):
    """The box on Home opens the person on the page Troubleshooting."""
    screen = Screen(sign_in(services, "helpdesk-agent"))
    screen.trigger(BOX, "picked", cast.named(demo, "Mia Novak")["id"])
    assert [title.value for title in screen.at.title] == ["Troubleshooting"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("403", "Microsoft Graph"),
        ("429_headers", "Microsoft Graph is limiting requests"),
        ("not_json", "Microsoft Graph's answer"),
    ],
)
def test_a_directory_that_fails(services: Services, demo: Running, fault: str, sentence: str):
    """A faulty answer of the directory is one sentence at the box; the rest of the page stays."""
    screen = Screen(sign_in(services, "helpdesk-agent"), "troubleshooting")
    order(demo, "fault", match="/v1.0/users", kind=fault, count=9)
    screen.type(BOX, q="novak")
    given = screen.component(BOX)
    assert given["problem"] is True
    assert sentence in given["note"]
    assert "Recent people" in screen.text


def test_markup_in_a_name_is_data(fresh_demo: Running, serve: Callable[..., Services]):
    """A display name with markup reaches the component as it is; the component writes it with textContent."""
    name = "<img src=x onerror=alert(1)> Novak"
    fresh_demo.instance.storage.execute(
        "UPDATE entra_user SET displayName = ? WHERE userPrincipalName = ?", (name, "mia.novak@example.com")
    )
    screen = Screen(sign_in(serve(fresh_demo), "helpdesk-agent"), "troubleshooting")
    screen.type(BOX, q="mia.novak")
    assert names(screen) == [name]
