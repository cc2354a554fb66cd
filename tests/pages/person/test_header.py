"""The header of a person: photo or initials, work, place and time there, account, VIP, manager, the matching chip."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.graph import photos
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connect, connected_desk, paths_asked, restored, sign_in

NOON = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
PICTURE = re.compile(r'<img alt="" src="data:(image/(?:jpeg|png));base64,([A-Za-z0-9+/=]+)"')


def header(screen: Screen) -> str:
    """The HTML that names who is open."""
    (only,) = (node.proto.body for node in screen.elements if node.type == "html" and "<h2" in node.proto.body)
    return str(only)


def photo_paths(demo: Running) -> list[str]:
    """What Microsoft Graph was asked about photos."""
    return [entry.path for entry in demo.instance.request_log.entries() if "/photo" in entry.path]


def by_photo(services: Services, demo: Running) -> dict[bool, dict[str, str]]:
    """Somebody with a photo, and somebody without, as Microsoft Graph answers."""
    found: dict[bool, dict[str, str]] = {}
    for row in demo.instance.storage.rows("SELECT * FROM entra_user WHERE userType = 'Member' ORDER BY id LIMIT 60"):
        if len(found) < 2:
            found.setdefault(photos.of_user(services.app_graph, row["id"]) is not None, row)
    return found


def test_the_photo(services: Services, demo: Running):
    """Who has a photo is shown by it, inside the page, asked for once; its bytes are an image."""
    someone = by_photo(services, demo)[True]
    demo.instance.request_log.clear()
    screen = open_person(sign_in(services, "helpdesk-agent"), someone).run()
    kind, data = PICTURE.search(header(screen)).groups()
    content = base64.b64decode(data, validate=True)
    assert kind == "image/jpeg"
    assert content.startswith(b"\xff\xd8\xff")
    assert photo_paths(demo) == [f"/v1.0/users/{someone['id']}/photo/$value"]


def test_initials(services: Services, demo: Running):
    """A person without a photo has initials; so has everybody while photos cannot be read, and the page goes on."""
    found = by_photo(services, demo)
    agent = sign_in(services, "helpdesk-agent")
    nobody = header(open_person(agent, found[False]))
    demo.instance.faults.order(Fault(f"/v1.0/users/{found[True]['id']}/photo", "403"))
    refused = header(open_person(agent, found[True]))
    for someone, html in ((found[False], nobody), (found[True], refused)):
        assert "<img" not in html
        assert f">{(someone['givenName'][0] + someone['surname'][0]).upper()}</div>" in html


@pytest.mark.parametrize(
    ("name", "time"),
    [("Amélie Fontaine", "13:05 there"), ("Priya Raman", "17:35 there"), ("Tomás Herrera", "13:05 there")],
)
def test_the_time_there(demo: Running, serve: Callable[..., Services], name: str, time: str):
    """Place and phone are in the header, with the time there."""
    services = serve(demo, lambda: NOON)
    someone = cast.named(demo, name)
    html = header(open_person(sign_in(services, "helpdesk-agent"), someone))
    assert f"{someone['city']} · {someone['country']} · {time}" in html
    assert "555" in html


def test_another_day_there(demo: Running, serve: Callable[..., Services]):
    """Where it is another day than at the viewer's, the weekday is named."""
    services = serve(demo, lambda: NOON.replace(hour=22))
    screen = open_person(
        sign_in(services, "helpdesk-agent"), cast.named(demo, "Priya Raman"), timezone="America/New_York"
    )
    assert "03:35 there (Saturday)" in header(screen)


def test_an_unknown_place(services: Services, demo: Running):
    """A place that has several time zones, or none that is known, shows no time."""
    someone = cast.named(demo, "Mia Novak")
    with demo.instance.storage.transaction():
        demo.instance.storage.update(
            "entra_user", someone["sys_id"], {"city": "Springfield", "country": "United States"}
        )
    try:
        html = header(open_person(sign_in(services, "helpdesk-agent"), someone))
    finally:
        changed = {"city": someone["city"], "country": someone["country"]}
        demo.instance.storage.update("entra_user", someone["sys_id"], changed)
    assert "Springfield · United States" in html
    assert "there" not in html


@pytest.mark.parametrize(("enabled", "words"), [("true", "Account enabled"), ("false", "Account disabled")])
def test_the_account(services: Services, demo: Running, enabled: str, words: str):
    """The header says whether the account is enabled."""
    someone = cast.person(demo, "accountEnabled = ?", enabled)
    assert words in header(open_person(sign_in(services, "helpdesk-agent"), someone))


def test_the_user_principal_name(services: Services, demo: Running):
    """The user principal name is in a field with a copy button."""
    someone = cast.named(demo, "Amélie Fontaine")
    given = open_person(sign_in(services, "helpdesk-agent"), someone).component("User principal name")
    assert (given["value"], given["button"]) == (someone["userPrincipalName"], "Copy")


def test_the_manager(services: Services, demo: Running):
    """The manager is a button that opens the manager as person; who has none has no such button."""
    someone = cast.person(demo, "manager_id <> '' AND userType = 'Member'")
    manager = cast.person(demo, "id = ?", someone["manager_id"])
    screen = open_person(sign_in(services, "helpdesk-agent"), someone)
    screen.press(f"Manager: {manager['displayName']}")
    assert screen.at.query_params["person"] in (manager["id"], [manager["id"]])
    assert manager["displayName"] in header(screen)
    nobody = cast.person(demo, "manager_id = ''")
    assert not any("Manager" in label for label in open_person(sign_in(services, "team-lead"), nobody).buttons)


@pytest.mark.parametrize("vip", ["true", "false"])
def test_vip(services: Services, demo: Running, vip: str):
    """Who is a VIP in ServiceNow is marked so once the agent is connected there."""
    someone = cast.busiest(demo, f"caller_id IN (SELECT sys_id FROM sys_user WHERE vip = '{vip}')")
    assert ">VIP<" not in header(open_person(sign_in(services, "helpdesk-agent"), someone))
    agent = connected_desk(services, "helpdesk-agent").agent
    assert (">VIP<" in header(open_person(agent, someone))) is (vip == "true")


def test_the_chip(services: Services, demo: Running):
    """How the person was matched is in the header on every tab, at the cost of one request."""
    agent = connected_desk(services, "helpdesk-agent").agent
    someone = cast.busiest(demo)
    (user,) = demo.instance.storage.find("sys_user", sys_id=someone["service_now_user"])
    with restored(demo):
        screen = open_person(agent, someone, "Groups")
        assert f"Matched to the ServiceNow caller {user['name']} ({user['user_name']}) by e-mail" in screen.text
        assert paths_asked(demo) == ["/api/now/table/sys_user"]
    assert "Change" not in screen.buttons


def test_no_chip_without_servicenow(services: Services, demo: Running):
    """Before the agent has authenticated, and while the connector is off, the header says nothing about a match."""
    someone = cast.busiest(demo)
    assert "Matched" not in open_person(sign_in(services, "helpdesk-agent"), someone).text
    desk = connected_desk(services, "helpdesk-agent")
    services.connector.set_enabled(desk.agent, enabled=False, expected_version=services.connector.load().version)
    assert "Matched" not in open_person(desk.agent, someone).text


def test_no_user(services: Services, demo: Running):
    """Somebody without a ServiceNow user has a chip that says so."""
    agent = connected_desk(services, "helpdesk-agent").agent
    assert "No ServiceNow user matches" in open_person(agent, cast.without_account(demo), "Groups").text


def test_an_error_is_told_once(services: Services, demo: Running):
    """While ServiceNow fails the header has no chip, and the tab shows the error after one request."""
    agent = connected_desk(services, "helpdesk-agent").agent
    with restored(demo):
        demo.instance.faults.order(Fault("/api/now/table/sys_user", "403", count=9))
        screen = open_person(agent, cast.busiest(demo))
        asked = paths_asked(demo)
    assert "<h2" in header(screen)
    assert screen.alert[0] in {"error", "warning"}
    assert asked == ["/api/now/table/sys_user"]


def test_a_configured_column_that_is_not_there(services: Services, demo: Running):
    """With a column configured that the instance does not have, people are matched as before; a note says so."""
    settings = services.settings.model_copy(update={"caller_column": "u_user_principal_name"})
    configured = replace(services, settings=settings)
    runtime.install(configured)
    note = "ServiceNow has no column u_user_principal_name"
    for switch, noted in (("", True), ("query_acl_403", True), ("invalid_query_returns_no_rows", False)):
        agent = connected_desk(configured, "helpdesk-agent").agent
        with restored(demo):
            if switch:
                demo.instance.switches.set(switch, True)
            screen = open_person(agent, cast.busiest(demo))
            assert paths_asked(demo)[:2] == ["/api/now/table/sys_user"] * 2
        assert "by e-mail" in screen.text
        assert (note in screen.text) is noted
        assert "Incidents" in screen.metrics


def test_markup_in_a_name_stays_text(services: Services, demo: Running):
    """Names of people and managers cannot become markup."""
    someone = cast.person(demo, "manager_id <> '' AND userType = 'Member'")
    manager = cast.person(demo, "id = ?", someone["manager_id"])
    nasty = "<img src=x onerror=alert(1)> ![x](http://evil.test/x.png)"
    storage = demo.instance.storage
    rows = [(row["sys_id"], row["displayName"]) for row in (someone, manager)]
    for key, _ in rows:
        storage.update("entra_user", key, {"displayName": nasty})
    try:
        screen = open_person(sign_in(services, "helpdesk-agent"), someone)
    finally:
        for key, name in rows:
            storage.update("entra_user", key, {"displayName": name})
    assert "<img src=x" not in header(screen)
    assert not any("![x](" in one.label for one in screen.at.main.button)


@pytest.mark.parametrize("user_name", ["oskar.nygard", "oskar.nygard@corp.example.com"])
@pytest.mark.parametrize("email", ["", "oskar.nygard@example.com"])
def test_one_user_principal_name(demo: Running, serve: Callable[..., Services], user_name: str, email: str):
    """Where people are kept in ServiceNow, header, details and incident list call one value user principal name."""
    services = serve(demo, directory="servicenow")
    storage, agent = demo.instance.storage, sign_in(services, "helpdesk-agent")
    assert connect(services, agent, "helpdesk-agent").ok
    someone = cast.busiest(demo)
    (account,) = storage.find("sys_user", sys_id=someone["service_now_user"])
    storage.update("sys_user", account["sys_id"], {"user_name": user_name, "email": email})
    try:
        screen = open_incidents(agent, {"id": account["sys_id"]}, columns=["User principal name"])
    finally:
        storage.update("sys_user", account["sys_id"], {key: account[key] for key in ("user_name", "email")})
    assert set(screen.grid["user_principal_name"]) == {screen.component("User principal name")["value"]}
