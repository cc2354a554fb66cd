"""The search box: devices and incidents lead to their person, on the right tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from snlib.settings import AccessPolicy
from tests.entra import connect_graph, sign_in_of_entra
from tests.pages import cast
from tests.pages.screen import Screen
from tests.support import connect, connected_desk, sign_in

BOX = "Find a person"
AGENT = "helpdesk-agent"


def laptop(demo: Running) -> dict[str, str]:
    """Amélie's laptop, as stored."""
    (row,) = demo.instance.storage.find("managed_device", deviceName="NB-FR-10005")
    return row


def first(screen: Screen) -> dict[str, str]:
    """The first person offered."""
    return screen.component(BOX)["options"][0]


@pytest.mark.parametrize("page", ["", "troubleshooting"])
def test_a_serial_number_lands_on_the_device(services: Services, demo: Running, page: str):
    """A serial number offers its person; picked, the person opens on the tab Devices with that device first."""
    row = laptop(demo)
    amelie = cast.named(demo, "Amélie Fontaine")
    screen = Screen(sign_in(services, AGENT), page)
    screen.type(BOX, q=row["serialNumber"].lower())
    offered = first(screen)
    assert offered["name"] == "Amélie Fontaine"
    assert offered["detail"].startswith(f"Device NB-FR-10005 · {row['serialNumber']}")
    screen.trigger(BOX, "picked", offered["id"])
    query = {name: value for name, value in screen.at.query_params.items() if value}
    assert (query["person"], query["device"]) == (amelie["id"], row["id"])
    screen.run()
    assert screen.at.main.subheader[0].value.endswith("NB\\-FR\\-10005")
    assert not any("ServiceNow incidents" in str(value) for value in query.values())


def test_the_next_person_is_not_shown_that_device(services: Services, demo: Running):
    """A person picked by name afterwards opens on the open tab, without the device searched before."""
    row = laptop(demo)
    screen = Screen(sign_in(services, AGENT), "troubleshooting", person=row["userId"], device=row["id"], tab="Devices")
    screen.trigger(BOX, "picked", cast.named(demo, "Mia Novak")["id"])
    assert screen.at.query_params["person"] == cast.named(demo, "Mia Novak")["id"]
    assert "device" not in screen.at.query_params


def test_an_incident_number_asks_for_servicenow_first(services: Services, demo: Running):
    """Before authenticating an incident's number gets a sentence and the button; afterwards it offers the caller."""
    agent = sign_in(services, AGENT)
    someone = cast.busiest(demo)
    number = demo.instance.storage.find("incident", caller_id=someone["service_now_user"])[0]["number"]
    screen = Screen(agent, "troubleshooting")
    screen.type(BOX, q=number)
    given = screen.component(BOX)
    assert given["options"] == []
    assert given["note"] == f"{number} is an incident's number: authenticate with ServiceNow to find its caller."
    assert screen.has_component("Authenticate ServiceNow")
    assert connect(services, agent, AGENT).ok
    screen.run()
    assert first(screen)["name"] == someone["displayName"]
    assert first(screen)["detail"].startswith(f"Caller of {number}")
    assert not screen.has_component("Authenticate ServiceNow")


def test_a_caller_opens_on_the_incidents(services: Services, demo: Running):
    """A caller found by an incident's number opens on the tab with the incidents."""
    someone = cast.busiest(demo)
    number = demo.instance.storage.find("incident", caller_id=someone["service_now_user"])[0]["number"]
    screen = Screen(connected_desk(services, AGENT).agent, "troubleshooting")
    screen.type(BOX, q=number)
    screen.trigger(BOX, "picked", first(screen)["id"])
    screen.run()
    assert screen.at.query_params["person"] == someone["id"]
    assert number in screen.text


def test_connecting_microsoft_graph_comes_first(demo: Running, serve: Callable[..., Services]):
    """With delegated access a button replaces the box until Graph is connected, on Home and here; nothing is asked."""
    services = serve(demo, graph_access="delegated")
    agent = sign_in_of_entra(services, demo, AGENT)
    demo.instance.request_log.clear()
    for page in ("", "troubleshooting"):
        screen = Screen(agent, page)
        assert not screen.has_component(BOX)
        given = screen.component("Connect Microsoft Graph")
        assert given["popup_url"].startswith("/graph/connect?")
        assert given["channel"] == "graph-oauth"
    person = Screen(agent, "troubleshooting", person=cast.named(demo, "Mia Novak")["id"])
    assert person.has_component("Connect Microsoft Graph")
    assert "Mia Novak" not in person.text
    assert demo.instance.request_log.entries() == []
    assert connect_graph(services, demo, agent).ok
    person.run()
    assert "Mia Novak" in person.text
    assert not person.has_component("Connect Microsoft Graph")
    assert person.has_component(BOX)


def test_disconnecting_microsoft_graph(demo: Running, serve: Callable[..., Services]):
    """Home names the account that Graph is connected as; Disconnect ends it, and the button to connect is back."""
    services = serve(demo, graph_access="delegated")
    agent = sign_in_of_entra(services, demo, AGENT)
    assert connect_graph(services, demo, agent).ok
    screen = Screen(agent)
    assert "Microsoft Graph is connected as hugo.lambert@example.com." in screen.captions
    screen.press("Disconnect")
    assert screen.has_component("Connect Microsoft Graph")
    assert not screen.has_component(BOX)


def test_intune_roles_are_asked_with_the_agents_own_connection(demo: Running, serve: Callable[..., Services]):
    """Where Intune's roles count, somebody without any other role can connect Graph, and has their permissions then."""
    services = serve(demo, graph_access="delegated", access=AccessPolicy(intune_permissions=True))
    (row,) = demo.instance.storage.find("entra_user", mail="friedrich.maier@example.com")
    agent = sign_in_of_entra(services, demo, "member", mail=row["mail"])
    screen = Screen(agent)
    assert not screen.has_component(BOX)
    assert "so that your roles in Intune count here" in screen.text
    assert connect_graph(services, demo, agent).ok
    screen.run()
    assert screen.has_component(BOX)
    assert not screen.has_component("Connect Microsoft Graph")


def test_a_refused_connection_says_why(demo: Running, serve: Callable[..., Services]):
    """The popup's message is shown beside the button."""
    services = serve(demo, graph_access="delegated")
    screen = Screen(sign_in_of_entra(services, demo, AGENT), "troubleshooting")
    answer = {"ok": False, "message": "You gave no consent."}
    screen.trigger("Connect Microsoft Graph", "answered", answer)
    assert ("warning", "", "You gave no consent.") in screen.alerts


def test_a_connection_that_ended_brings_its_button(demo: Running, serve: Callable[..., Services]):
    """When Graph's connection ends between two searches, the box says so and the right button is there."""
    services = serve(demo, graph_access="delegated")
    agent = sign_in_of_entra(services, demo, AGENT)
    assert connect_graph(services, demo, agent).ok
    screen = Screen(agent, "troubleshooting")
    client = services.graph_client
    assert client is not None
    stored = services.tokens.find(agent.key, client.connection_key)
    assert stored is not None
    services.tokens.mark_dead(agent.key, client.connection_key, version=stored.version)
    screen.run()
    assert screen.has_component("Connect Microsoft Graph")
    assert not screen.has_component("Authenticate ServiceNow")


def test_people_kept_in_servicenow(demo: Running, serve: Callable[..., Services]):
    """With ServiceNow as the directory the page says that authenticating comes first; then people are found there."""
    services = serve(demo, directory="servicenow")
    agent = sign_in(services, AGENT)
    screen = Screen(agent, "troubleshooting")
    assert not screen.has_component(BOX)
    assert "whom this organisation keeps in ServiceNow" in screen.text
    assert screen.has_component("Authenticate ServiceNow")
    assert connect(services, agent, AGENT).ok
    screen.run()
    screen.type(BOX, q="mia novak")
    screen.trigger(BOX, "picked", first(screen)["id"])
    screen.run()
    assert "Mia Novak" in screen.text
    (row,) = demo.instance.storage.find("sys_user", user_name=cast_user(demo, "Mia Novak"))
    assert screen.at.query_params["person"] == row["sys_id"]
    assert "by ServiceNow record" in screen.text


def cast_user(demo: Running, name: str) -> str:
    """The ServiceNow user ID of a person of the directory."""
    key = cast.named(demo, name)["service_now_user"]
    return demo.instance.storage.find("sys_user", sys_id=key)[0]["user_name"]
