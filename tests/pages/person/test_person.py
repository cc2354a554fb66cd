"""A person on Troubleshooting: the header, the details, and how many incidents there are."""

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import USER_NAMES, connect, connected_desk, paths_asked, restored, sign_in

BUTTON = "Authenticate ServiceNow"


def test_without_a_person(services: Services, demo: Running):
    """With nobody chosen the page says how to choose, and asks ServiceNow nothing."""
    screen = Screen(connected_desk(services, "helpdesk-agent").agent, "troubleshooting")
    demo.instance.request_log.clear()
    screen.run()
    assert screen.alert[0] == "info"
    assert "Recent people" in screen.text
    assert demo.instance.request_log.entries() == []


@pytest.mark.parametrize(
    "person_id",
    [
        "00000000-0000-4000-8000-000000000000",
        "nobody",
        "../users",
        "x' or '1'='1",
        "hugo.lambert@example.com",
        "9" * 5000,
    ],
)
def test_an_unknown_person(services: Services, demo: Running, person_id: str):
    """An address with an unknown person shows one notice; a text that is no id is not sent."""
    screen = Screen(sign_in(services, "helpdesk-agent"), "troubleshooting", person=person_id)
    kind, title, sentence = screen.alert
    assert (kind, title) == ("warning", "Not found")
    assert "directory" in sentence
    asked = [entry.path for entry in demo.instance.request_log.entries() if entry.path.startswith("/v1.0")]
    assert asked == ([f"/v1.0/users/{person_id}"] if person_id.startswith("0") else [])
    assert screen.has_component("Find a person")


def test_the_header_and_the_details(services: Services, demo: Running):
    """Name, work and place head the page; Summary lists what the directory knows."""
    mia = cast.named(demo, "Mia Novak")
    screen = open_person(sign_in(services, "helpdesk-agent"), mia)
    for column in ("displayName", "jobTitle", "department", "city", "userPrincipalName", "mail", "employeeId"):
        assert mia[column] in screen.text, column


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("userType = 'Guest'", "Guest"),
        ("accountEnabled = 'false'", "Account disabled"),
        ("mail = ''", "No e-mail address"),
    ],
)
def test_odd_people(services: Services, demo: Running, condition: str, words: str):
    """Guests, disabled accounts and people without mail are marked as such."""
    assert words in open_person(sign_in(services, "helpdesk-agent"), cast.person(demo, condition)).text


def test_before_authenticating(services: Services, demo: Running):
    """Before the agent has authenticated both tabs offer it, for themselves and to come back to, and ask nothing."""
    agent = sign_in(services, "helpdesk-agent")
    someone = cast.busiest(demo)
    for tab, back in (("Summary", ""), ("ServiceNow incidents", "%26tab%3DServiceNow%2Bincidents")):
        screen = open_person(agent, someone, tab)
        given = screen.component(BUTTON)
        assert given["popup_url"].startswith("/servicenow/connect?purpose=agent&mode=popup&return=%2Ftroubleshooting")
        assert given["tab_url"].startswith("/servicenow/connect?purpose=agent&mode=tab&return=%2Ftroubleshooting")
        assert f"person%3D{someone['id']}{back}" in given["tab_url"]
        assert not screen.metrics
        assert not screen.at.main.dataframe
    assert paths_asked(demo) == []


def test_a_round_trip_that_failed(services: Services, demo: Running):
    """When the popup ends without access, its sentence is shown at the button, letter for letter."""
    screen = open_person(sign_in(services, "helpdesk-agent"), cast.busiest(demo))
    screen.trigger(BUTTON, "answered", {"ok": False, "message": "You pressed **Deny** ![x](http://evil.test/x.png)."})
    assert screen.alert == ("warning", "", "You pressed **Deny** ![x](http://evil.test/x.png).")
    assert "![x](" not in screen.at.main.warning[0].value
    assert screen.has_component(BUTTON)


def test_the_counts(services: Services, demo: Running):
    """After Allow Summary shows how many incidents the person has, in all and by state, as the instance holds them."""
    someone = cast.busiest(demo)
    screen = open_person(connected_desk(services, "helpdesk-agent").agent, someone)
    stored = cast.count_by(demo, "state", "caller_id = ?", someone["service_now_user"])
    expected = {cast.label(demo, "state", value): str(count) for value, count in stored.items()}
    assert screen.metrics == {"Incidents": str(sum(stored.values())), **expected}
    assert not screen.has_component(BUTTON)


def test_nobody_without_incidents_is_an_error(services: Services, demo: Running):
    """A person without incidents has a count of 0 and an empty list that says so."""
    agent = connected_desk(services, "helpdesk-agent").agent
    someone = cast.without_incidents(demo)
    summary = open_person(agent, someone)
    assert summary.metrics == {"Incidents": "0"}
    assert "This person has no incidents in ServiceNow." in summary.captions
    incidents = open_incidents(agent, someone)
    assert incidents.alert == ("info", "", "This person has no incidents that your ServiceNow account can read.")
    assert any(caption.startswith("**0 of 0** incidents · as of ") for caption in incidents.captions)


@pytest.mark.parametrize("opener", [open_person, open_incidents])
def test_no_account(services: Services, demo: Running, opener: Callable[..., Screen]):
    """Somebody without a ServiceNow user gets a sentence with what was compared, and no incidents of anybody."""
    someone = cast.without_account(demo)
    screen = opener(connected_desk(services, "helpdesk-agent").agent, someone)
    kind, title, sentence = screen.alert
    assert (kind, title) == ("info", "No ServiceNow user matches this person")
    assert f"e-mail = {someone['mail']}" in sentence
    assert f"user name = {someone['userPrincipalName']}" in sentence
    assert not screen.metrics
    assert not screen.at.main.dataframe


@pytest.mark.parametrize("opener", [open_person, open_incidents])
def test_two_accounts(services: Services, demo: Running, opener: Callable[..., Screen]):
    """Two users of the same e-mail are both shown, none is chosen, and no incident is asked for."""
    someone = cast.with_two_accounts(demo)
    agent = connected_desk(services, "helpdesk-agent").agent
    with restored(demo):
        screen = opener(agent, someone)
        asked = paths_asked(demo)
    assert screen.alert[:2] == ("warning", "2 ServiceNow users match this person")
    assert set(screen.grid["E-mail"].str.lower()) == {someone["mail"].lower()}
    assert asked == ["/api/now/table/sys_user"]


def test_opening_a_person_takes_three_calls(services: Services, demo: Running):
    """Match, counts and list are three calls to ServiceNow in all; going back to a tab asks nothing again."""
    agent = connected_desk(services, "helpdesk-agent").agent
    someone = cast.busiest(demo)
    with restored(demo):
        open_person(agent, someone).run()
        open_incidents(agent, someone).run()
        open_person(agent, someone)
        assert paths_asked(demo) == ["/api/now/table/sys_user", "/api/now/stats/incident", "/api/now/table/incident"]


def test_two_agents_never_share_an_answer(services: Services, demo: Running):
    """What one agent's account could read is never shown to another, even within one browser session's cache."""
    someone = cast.with_hidden_rows(demo)
    everything = open_incidents(connected_desk(services, "intune-administrator").agent, someone)
    readable = open_incidents(connected_desk(services, "helpdesk-agent").agent, someone)
    assert len(everything.grid) == len(cast.incidents_of(demo, someone))
    assert len(readable.grid) == len(cast.incidents_of(demo, someone, f"NOT {cast.hidden_condition(demo)}"))
    assert len(readable.grid) < len(everything.grid)


def test_what_was_read_is_written_down(services: Services, demo: Running):
    """Opening a person and reading the incidents are in the access log, each once, with who was read."""
    desk = connected_desk(services, "helpdesk-agent")
    someone = cast.busiest(demo)
    open_incidents(desk.agent, someone).run()
    events = [(event.action, event.target) for event in services.audit.recent() if event.agent_key == desk.agent.key]
    assert events.count(("person.view", someone["id"])) == 1
    assert events.count(("incidents.read", someone["id"])) == 1


def test_connected_as_whom(services: Services, demo: Running):
    """Summary names the account that the agent is connected as; Disconnect ends it here and in ServiceNow."""
    desk = connected_desk(services, "helpdesk-agent")
    screen = open_person(desk.agent, cast.busiest(demo))
    assert any(caption.startswith("Connected to ServiceNow as Hugo Lambert") for caption in screen.captions)
    demo.instance.request_log.clear()
    screen.press("Disconnect")
    assert screen.has_component(BUTTON)
    assert not screen.metrics
    assert set(paths_asked(demo)) == {"/oauth_revoke_token.do"}


@pytest.mark.parametrize("opener", [open_person, open_incidents])
def test_connected_as_somebody_else(services: Services, demo: Running, opener: Callable[..., Screen]):
    """Whoever authenticated with another account than their own is warned once, with Disconnect beside it."""
    agent = sign_in(services, "helpdesk-agent")
    assert connect(services, agent, "team-lead").ok
    screen = opener(agent, cast.busiest(demo))
    ((kind, title, sentence),) = screen.alerts
    assert (kind, title) == ("warning", "You are connected to ServiceNow as somebody else")
    assert "signed in here as hugo.lambert@example.com, and to ServiceNow as Lena Okafor (lena.okafor)." in sentence
    screen.press("Disconnect")
    assert screen.has_component(BUTTON)


def test_an_own_account_of_another_name(services: Services, demo: Running, monkeypatch: pytest.MonkeyPatch):
    """An account that matches the agent by another key than its user ID is their own: nobody is warned of it."""
    storage, agent = demo.instance.storage, sign_in(services, "helpdesk-agent")
    (account,) = storage.find("sys_user", user_name="hugo.lambert")
    storage.update("sys_user", account["sys_id"], {"user_name": "hl01"})
    monkeypatch.setitem(USER_NAMES, "helpdesk-agent", "hl01")
    try:
        assert connect(services, agent, "helpdesk-agent").ok
        screen = open_person(agent, cast.busiest(demo))
    finally:
        storage.update("sys_user", account["sys_id"], {"user_name": account["user_name"]})
    assert screen.alerts == []
    assert "Connected to ServiceNow as Hugo Lambert (hl01)." in screen.captions


ODD = [
    {"tab": "Nonsense"},
    {"tab": ["Summary", "ServiceNow incidents"]},
    {"columns": ["State"] * 60},
    {"filters": ["x", '{"state":["1"]}']},
    {"since": "never"},
    {"embed": "true", "unknown": "\u202e"},
]


@pytest.mark.parametrize("query", ODD, ids=str)
def test_odd_addresses(services: Services, demo: Running, query: dict[str, object]):
    """Whatever else is in the address, the page opens and the person is shown."""
    agent = connected_desk(services, "team-lead").agent
    someone = cast.busiest(demo)
    screen = Screen(agent, "troubleshooting", person=someone["id"], **query)
    assert someone["displayName"] in screen.text
    assert Screen(agent, "counts", **query).metrics["Incidents on the instance"] == "400"
