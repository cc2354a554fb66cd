"""Several ServiceNow users match a person: candidates, a choice that is remembered, and its undoing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.agent import Agent
from snlib.demo.server import Running
from snlib.directory import Person
from snlib.errors import InvalidInput, PermissionDenied
from snlib.helpdesk.person import callers, people
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connected_desk, desk_of, paths_asked, restored

TITLE = "2 ServiceNow users match this person"


@pytest.fixture
def someone(demo: Running) -> dict[str, str]:
    """A person whose e-mail two ServiceNow users have."""
    return cast.with_two_accounts(demo)


@pytest.fixture
def agent(services: Services) -> Agent:
    """A helpdesk agent, authenticated with ServiceNow."""
    return connected_desk(services, "helpdesk-agent").agent


def users(demo: Running, someone: dict[str, str]) -> list[dict[str, str]]:
    """The ServiceNow users of the person's e-mail."""
    return demo.instance.storage.rows(
        "SELECT * FROM sys_user WHERE lower(email) = ? ORDER BY user_name", (someone["mail"].lower(),)
    )


def pick(screen: Screen, user: dict[str, str]) -> Screen:
    """Choose one of the candidates, by user ID."""
    (radio,) = screen.at.main.radio
    (option,) = (one for one in radio.options if f"· {user['user_name']} ·".replace(".", r"\.") in one)
    radio.set_value(option)
    return screen.run()


def use(screen: Screen, user: dict[str, str]) -> Screen:
    """Choose one of the candidates and press the button."""
    return pick(screen, user).press("Use this user")


def choices(services: Services) -> list[tuple[str, str, str, str]]:
    """What the access log says of choices, newest first."""
    events = [event for event in services.audit.recent() if event.action == "caller.choose"]
    return [(event.agent_name, event.target, event.outcome, event.detail) for event in events]


@pytest.mark.parametrize("opener", [open_person, open_incidents])
def test_nobody_is_guessed(
    services: Services, demo: Running, agent: Agent, someone: dict, opener: Callable[..., Screen]
):
    """Both users are shown, none is chosen beforehand, nothing can be pressed, no incident is asked for."""
    with restored(demo):
        screen = opener(agent, someone)
        assert paths_asked(demo) == ["/api/now/table/sys_user"]
    assert screen.alert[:2] == ("warning", TITLE)
    assert "2 ServiceNow users match by e-mail" in screen.text
    assert set(screen.grid["User ID"]) == {user["user_name"] for user in users(demo, someone)}
    assert screen.at.main.radio[0].value is None
    (button,) = (one for one in screen.at.main.button if one.label == "Use this user")
    assert button.disabled
    assert choices(services) == []


@pytest.mark.parametrize("number", [0, 1])
def test_a_choice_is_remembered(services: Services, demo: Running, agent: Agent, someone: dict, number: int):
    """The chosen user's incidents are shown, with who chose, in this tab and, without asking, to every other agent."""
    user = users(demo, someone)[number]
    screen = use(open_person(agent, someone), user)
    words = (
        f"Matched to the ServiceNow caller {user['name']} ({user['user_name']}) by e-mail, chosen by Hugo Lambert on"
    )
    stored = demo.instance.storage.rows("SELECT * FROM incident WHERE caller_id = ?", (user["sys_id"],))
    for one in (screen, open_person(connected_desk(services, "intune-administrator").agent, someone)):
        assert words in one.text
        assert not one.alerts
        assert one.metrics["Incidents"] == str(len(stored))
    assert choices(services) == [("Hugo Lambert", someone["id"], "ok", f"{user['user_name']} {user['sys_id']}")]


def test_change(services: Services, demo: Running, agent: Agent, someone: dict):
    """Change deletes the choice for everybody, shows the candidates again, and is logged."""
    first, second = users(demo, someone)
    screen = use(open_person(agent, someone), first)
    other = connected_desk(services, "team-lead").agent
    screen.press("Change")
    assert screen.alert[:2] == ("warning", TITLE)
    assert open_person(other, someone).alert[:2] == ("warning", TITLE)
    use(screen, second)
    assert f"({second['user_name']})" in open_person(other, someone).text
    assert [detail for *_, detail in choices(services)] == [
        f"{second['user_name']} {second['sys_id']}",
        "choice undone",
        f"{first['user_name']} {first['sys_id']}",
    ]


def test_a_choice_counts_while_it_is_a_candidate(services: Services, demo: Running, someone: dict):
    """When the chosen user no longer matches, the choice does not count and the other user is matched."""
    first, second = users(demo, someone)
    desk = connected_desk(services, "helpdesk-agent")
    callers.choose(desk, people.person(desk, someone["id"]), first["sys_id"])
    storage = demo.instance.storage
    storage.update("sys_user", first["sys_id"], {"email": "somebody.else@example.com", "user_name": "somebody.else"})
    try:
        screen = open_person(desk.agent, someone)
    finally:
        storage.update("sys_user", first["sys_id"], {"email": first["email"], "user_name": first["user_name"]})
    assert f"({second['user_name']})" in screen.text
    assert "chosen by" not in screen.text
    assert "Change" not in screen.buttons


def test_another_instance_has_its_own_choice(services: Services, demo: Running, someone: dict):
    """A choice is for one instance: with another instance in the connector it is not used."""
    desk = connected_desk(services, "helpdesk-agent")
    user = users(demo, someone)[0]
    services.caller_choices.save(someone["id"], "https://other.service-now.com", user["sys_id"], chosen_by="Lena")
    assert open_person(desk.agent, someone).alert[:2] == ("warning", TITLE)


def test_only_a_candidate_can_be_chosen(services: Services, demo: Running, someone: dict):
    """A forged choice of a user who does not match is refused on the server, not saved, and logged."""
    desk = connected_desk(services, "helpdesk-agent")
    person = people.person(desk, someone["id"])
    stranger = cast.busiest(demo)["service_now_user"]
    for sys_id in (stranger, "x", ""):
        with pytest.raises(InvalidInput) as caught:
            callers.choose(desk, person, sys_id)
        assert "does not match this person any more" in caught.value.user_message
    one = people.person(desk, cast.busiest(demo)["id"])
    with pytest.raises(InvalidInput):
        callers.choose(desk, one, stranger)
    assert services.caller_choices.find(person.id, services.connector.load().instance_url) is None
    assert {outcome for _, _, outcome, _ in choices(services)} == {"failed"}


def test_who_may_not_see_incidents_may_not_choose(services: Services, demo: Running, someone: dict):
    """Choosing and undoing need the permission to see incidents; the refusal is logged and nothing changes."""
    desk = desk_of(services, "auditor")
    person = Person(id=someone["id"], name=someone["displayName"], mail=someone["mail"])
    user = users(demo, someone)[0]
    instance_url = services.connector.load().instance_url
    services.caller_choices.save(person.id, instance_url, user["sys_id"], chosen_by="Hugo")
    for action in (
        lambda: callers.choose(desk, person, user["sys_id"]),
        lambda: callers.forget(desk, person),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert services.caller_choices.find(person.id, instance_url) is not None
    assert [outcome for _, _, outcome, _ in choices(services)] == ["refused", "refused"]


def test_a_lost_candidate_is_told(services: Services, demo: Running, agent: Agent, someone: dict):
    """When the picked user no longer matches, one sentence says so and nothing is saved."""
    first, _ = users(demo, someone)
    screen = pick(open_person(agent, someone), first)
    storage = demo.instance.storage
    storage.update("sys_user", first["sys_id"], {"email": "somebody.else@example.com", "user_name": "somebody.else"})
    try:
        screen.press("Use this user")
    finally:
        storage.update("sys_user", first["sys_id"], {"email": first["email"], "user_name": first["user_name"]})
    assert "does not match this person any more" in screen.text
    assert services.caller_choices.find(someone["id"], services.connector.load().instance_url) is None
