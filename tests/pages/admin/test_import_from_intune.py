"""Connector page: Import from Intune fills the form in and saves nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.errors import PermissionDenied
from snlib.helpdesk import runtime
from snlib.helpdesk.connector import intune_import
from snlib.helpdesk.services import Services
from tests.entra import connect_graph, sign_in_of_entra
from tests.pages.admin.test_connector_page import fill, values
from tests.pages.screen import Screen
from tests.support import CLIENT_ID, demo_services, desk_of, sign_in

IMPORT = "Import from Intune"
PATH = "/beta/deviceManagement/serviceNowConnections"
METHOD = "microsoft.graph.serviceNowOauthSecretAuthentication"
SEEDED_PATH = "/api/now/table/incident"


def row(**changes: str) -> dict[str, str]:
    """A connection as the demo's Intune stores it."""
    made = str(uuid.uuid4())
    return {
        "sys_id": made.replace("-", ""),
        "id": made,
        "instanceUrl": "https://acme.service-now.com",
        "incidentApiUrl": "api/now/table/incident",
        "authenticationType": METHOD,
        "appId": "acme-client-id",
        "serviceNowConnectionStatus": "enabled",
        "createdDateTime": "2026-03-02T08:11:00Z",
        "lastModifiedDateTime": "2026-03-02T08:11:00Z",
        "lastQueriedDateTime": "0001-01-01T00:00:00Z",
        **changes,
    }


@pytest.fixture
def intune(demo: Running) -> Iterator[Callable[..., None]]:
    """Let the demo's Intune have these connections, and give it its own back afterwards."""
    storage = demo.instance.storage
    before = storage.find("service_now_connection")

    def put(*rows: dict[str, str]) -> None:
        for old in storage.find("service_now_connection"):
            storage.delete("service_now_connection", old["sys_id"])
        storage.insert_many("service_now_connection", list(rows))

    yield put
    put(*before)


@pytest.fixture
def screen(services: Services) -> Screen:
    """The connector page of an administrator."""
    return Screen(sign_in(services, "intune-administrator"), "connector")


def imports(services: Services) -> list[tuple[str, str]]:
    """What the access log says of imports, newest first."""
    return [(event.outcome, event.detail) for event in services.audit.recent() if event.action == "connector.import"]


@pytest.mark.parametrize("mark", ["", "#"])
def test_the_form_is_filled_in(screen: Screen, services: Services, intune: Callable[..., None], mark: str):
    """Host, API URL and client ID come from Intune, however its type is spelt; nothing is saved; it is logged."""
    intune(row(authenticationType=f"{mark}{METHOD}"))
    before = services.connector.load()
    fill(screen, secret="typed-secret").press(IMPORT)
    assert values(screen) == {
        "host": "https://acme.service-now.com",
        "api": "api/now/table/incident",
        "client": "acme-client-id",
        "secret": "typed-secret",
    }
    assert "Nothing is saved until you press Save" in screen.text
    assert services.connector.load() == before
    assert imports(services) == [("ok", "1 found")]
    assert "Nothing is saved until" not in screen.run().text
    assert values(screen)["client"] == "acme-client-id"


def test_then_saved(screen: Screen, services: Services, demo: Running):
    """What the demo's Intune holds can be saved as it is: it is this very instance."""
    (stored,) = demo.instance.storage.find("service_now_connection")
    fill(screen, host="https://typed.example.com", client="typed").press(IMPORT)
    assert values(screen)["host"] == demo.origin
    screen.press("Save")
    saved = services.connector.load()
    assert (saved.instance_url, saved.incident_api_path, saved.client_id) == (demo.origin, SEEDED_PATH, stored["appId"])


def test_what_is_imported_is_checked(screen: Screen, services: Services, intune: Callable[..., None]):
    """Values from Intune are checked like typed ones: a host that is not allowed is refused at Save."""
    intune(row(instanceUrl="https://evil.example.com/![x](http://evil.test/x.png)"))
    before = services.connector.load()
    screen.press(IMPORT).press("Save")
    assert "In demo mode only the demo instance can be used" in screen.text
    assert services.connector.load() == before


def test_several(screen: Screen, services: Services, intune: Callable[..., None]):
    """Several connections are offered and none is taken by itself; the chosen one fills the form in."""
    intune(row(), row(instanceUrl="https://other.service-now.com", appId="other-client-id"))
    screen.press(IMPORT)
    assert values(screen)["client"] == CLIENT_ID
    (radio,) = screen.at.main.radio
    assert (len(radio.options), radio.value) == (2, None)
    (option,) = (one for one in radio.options if "other" in one)
    radio.set_value(option)
    screen.run().press("Use this one")
    assert values(screen)["host"] == "https://other.service-now.com"
    assert values(screen)["client"] == "other-client-id"
    assert not screen.at.main.radio


def test_none(screen: Screen, intune: Callable[..., None]):
    """Without a connector in Intune one sentence says so and the form stays as it was."""
    intune()
    before = values(screen)
    screen.press(IMPORT)
    assert "Intune has no ServiceNow connector, so there is nothing to import." in screen.text
    assert values(screen) == before


@pytest.mark.parametrize("kind", ["403", "502", "truncated"])
def test_errors(screen: Screen, services: Services, demo: Running, kind: str):
    """An error of Microsoft Graph is one notice, shown once; the form stays, and the failure is logged."""
    demo.instance.faults.order(Fault(PATH, kind, count=9))
    before = values(screen)
    screen.press(IMPORT)
    assert len(screen.alerts) == 1
    assert values(screen) == before
    assert imports(services)[0][0] == "failed"
    assert screen.run().alerts == []


def test_who_may_not_change_the_connector(services: Services, demo: Running):
    """Without the permission there is no button, and its action is refused and logged."""
    desk = desk_of(services, "helpdesk-agent")
    assert IMPORT not in Screen(desk.agent, "connector").buttons
    demo.instance.request_log.clear()
    with pytest.raises(PermissionDenied):
        intune_import.connections(desk)
    assert imports(services) == [("refused", "connector.update")]
    assert demo.instance.request_log.entries() == []


def test_without_microsoft_graph(services: Services):
    """Where Microsoft Graph is not configured there is nothing to import from, so there is no button."""
    settings = services.settings.model_copy(update={"graph": None})
    runtime.install(replace(services, settings=settings))
    assert IMPORT not in Screen(sign_in(services, "intune-administrator"), "connector").buttons


def test_in_the_agents_own_name(fresh_demo: Running, tmp_path: Path):
    """With delegated access the page first has the agent connect Microsoft Graph, then imports with their rights."""
    services = demo_services(fresh_demo, tmp_path, graph_access="delegated")
    runtime.install(services)
    st.cache_data.clear()
    agent = sign_in_of_entra(services, fresh_demo, "intune-administrator")
    screen = Screen(agent, "connector").press(IMPORT)
    assert screen.alert[0] == "warning"
    assert screen.has_component("Connect Microsoft Graph")
    assert connect_graph(services, fresh_demo, agent, "ingrid.vogel@example.com").ok
    assert "press Import from Intune again" in screen.run().text
    fill(screen, client="typed").press(IMPORT)
    assert values(screen)["client"] == fresh_demo.instance.storage.find("service_now_connection")[0]["appId"]
    assert not screen.alerts
    services.engine.dispose()
