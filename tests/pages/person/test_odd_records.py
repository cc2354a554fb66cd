"""Records as no stock instance has them: their keys, choices and references are shown, linked and filtered."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from snlib.demo.core.storage import Storage
from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from snlib.incidents import FilterField
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, read
from tests.support import connected_desk

NAME = "Oskar Nygård"
KEYS = (
    "imported-incident-0001",
    "AB" * 16,
    "4f2a",
    "a b",
    "a&sysparm_query=active=true",
    "a/b?c#d%e+f",
    "ключ",
    "a,b",
    "STANCEOF",
    "x.y~z",
)
"""Keys of another form than 32 hexadecimal digits, each of which a query can hold."""


@pytest.fixture
def person(fresh_demo: Running) -> dict[str, str]:
    """Somebody without incidents, to whom the tests give some."""
    someone = cast.named(fresh_demo, NAME)
    storage = fresh_demo.instance.storage
    storage.execute("DELETE FROM incident WHERE caller_id = ?", (someone["service_now_user"],))
    return someone


@pytest.fixture
def give(fresh_demo: Running, person: dict[str, str]) -> Callable[..., None]:
    """Give the person one more incident, with other values where they are given."""
    storage: Storage = fresh_demo.instance.storage
    template = storage.find("incident")[0]

    def insert(**changes: str) -> None:
        number = f"INC77{len(storage.find('incident')):05d}"
        row = {**template, "number": number, "sys_id": f"{number:a>32}", "caller_id": person["service_now_user"]}
        storage.insert("incident", row | changes)

    return insert


@pytest.fixture
def opened(fresh_demo: Running, serve: Callable[..., Services], person: dict[str, str]) -> Callable[..., Screen]:
    """Open the person's incidents as an agent who has authenticated."""
    services = serve(fresh_demo)
    return lambda **query: open_incidents(connected_desk(services, "helpdesk-agent").agent, person, **query)


def linked(screen: Screen) -> list[str]:
    """Return the sys_id that each link of the list opens."""
    found = []
    for link in screen.grid["link"]:
        (inner,) = parse_qs(urlsplit(link).query)["uri"]
        found += parse_qs(urlsplit(inner).query, keep_blank_values=True)["sys_id"]
    return found


def offered(screen: Screen, field: str) -> list[str]:
    """Return what the popover offers for a field, as the agent reads it."""
    screen.at.selectbox(key="sn.filters.field").set_value(FilterField(field))
    screen.run()
    return [read(option) for option in screen.at.button_group(key=f"sn.filters.values.{field}").options]


def choose(screen: Screen, field: str, value: str) -> Screen:
    """Add filters → the field → the value → Apply."""
    offered(screen, field)
    screen.at.button_group(key=f"sn.filters.values.{field}").set_value([value])
    return screen.press("Apply")


def test_whatever_key_a_record_has(give: Callable[..., None], opened: Callable[..., Screen]):
    """Incidents of any key are listed, and each link opens its own."""
    for at, key in enumerate(KEYS):
        give(sys_id=key, opened_at=f"2026-11-{20 - at:02d} 08:00:00")
    assert linked(opened()) == list(KEYS)


def test_a_key_that_no_query_can_hold(give: Callable[..., None], opened: Callable[..., Screen]):
    """Such an incident is listed and linked; such a group is shown, and not offered as a filter."""
    give(sys_id="a^b", assignment_group="c^d")
    screen = opened()
    assert linked(screen) == ["a^b"]
    assert list(screen.grid["assignment_group"]) == ["c^d"]
    assert "c^d" not in offered(screen, "assignment_group")


def test_two_records_of_one_number(give: Callable[..., None], opened: Callable[..., Screen]):
    """Both are listed, and each link opens its own."""
    give(sys_id="1" * 32, number="INC7700001")
    give(sys_id="2" * 32, number="INC7700001")
    screen = opened()
    assert list(screen.grid["number"]) == ["INC7700001"] * 2
    assert sorted(linked(screen)) == ["1" * 32, "2" * 32]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("state", ("-5", "18", "1.5", "awaiting_user_info", "a,b", "Überprüfung", "")),
        ("priority", ("7", "p1", "STANCEOFx", "")),
        ("assignment_group", ("service-desk-emea", "AB" * 16, "a&sysparm_query=active=true", "a,b", "")),
    ],
)
def test_every_value_that_is_offered_is_accepted(
    fresh_demo: Running, give: Callable[..., None], opened: Callable[..., Screen], field: str, values: tuple[str, ...]
):
    """Whatever value a row has, and none, can be filtered for, and the address opens the same rows again."""
    for value in values:
        if field == "assignment_group" and value:
            group = {"sys_id": value, "name": "Odd desk", "active": "true"}
            fresh_demo.instance.storage.insert("sys_user_group", group)
        give(**{field: value}, short_description=f"is {value}".strip())
    give()
    screen = opened()
    names = offered(screen, field)
    assert len(names) == len(set(names))
    for value in values:
        choose(screen, field, value)
        assert list(screen.grid["short_description"]) == [f"is {value}".strip()]
    again = opened(filters=screen.at.query_params["filters"])
    assert again.alerts == []
    assert again.chips() == screen.chips() == [f"{FilterField(field).label} is (none)"]
    assert list(again.grid["short_description"]) == ["is"]


def test_what_is_too_much_or_gone(give: Callable[..., None], opened: Callable[..., Screen]):
    """More values than can be asked for at once are refused in a sentence; a deleted group is shown by its key."""
    for at in range(51):
        give(state=f"s{at}", assignment_group="f" * 32)
    screen = choose(opened(), "assignment_group", "f" * 32)
    assert set(screen.grid["assignment_group"]) == {"f" * 32}
    offered(screen, "state")
    screen.at.button_group(key="sn.filters.values.state").set_value([f"s{at}" for at in range(51)])
    screen.press("Apply")
    assert "Choose at most 50 values." in screen.text
    assert screen.chips() == ["Assignment group is " + "f" * 32]


@pytest.mark.parametrize("key", ["u_imported_oskar", "CD" * 16, "o&n=1"])
def test_a_caller_of_any_key(
    fresh_demo: Running, person: dict[str, str], give: Callable[..., None], opened: Callable[..., Screen], key: str
):
    """A person is matched with an account of any key, and its incidents are listed."""
    storage = fresh_demo.instance.storage
    user = storage.get("sys_user", person["service_now_user"])
    storage.delete("sys_user", user["sys_id"])
    storage.insert("sys_user", {**user, "sys_id": key})
    give(caller_id=key)
    assert len(opened().grid) == 1
