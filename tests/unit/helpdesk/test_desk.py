"""Every action checks again on the server: permission and session, whatever the page had drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from snlib.audit import AuditFilter
from snlib.connector.model import ConnectorDraft
from snlib.demo.server import Running
from snlib.directory import Person
from snlib.errors import PermissionDenied, SnlibError
from snlib.helpdesk import access_log, connecting, connections, devices_desk, incident_desk, people
from snlib.helpdesk.desk import SESSION_ENDED, Desk
from snlib.helpdesk.services import Services
from snlib.incidents import Caller, IncidentFilter
from tests.support import PERSONAS, demo_services, desk_of, restored

SOMEBODY = Person(id="3f1b6f0e-0000-4000-8000-000000000000", name="Somebody")
CALLER = Caller(sys_id="0" * 32, name="Somebody", user_name="somebody", email="", active=True)
DRAFT = ConnectorDraft(True, "", "/api/now/table/incident", "x" * 32)


def begin(desk: Desk, purpose: Any) -> str:
    """Begin an authorization as the web route does."""
    return connections.begin(desk.services, desk.agent, purpose=purpose, return_path="/", mode="popup", test_id="x")


ACTIONS: dict[str, tuple[str, Callable[[Desk], Any]]] = {
    # what: permission that it needs, how a page or route does it
    "search": ("users.search", lambda desk: people.search(desk, "hugo")),
    "open a person": ("users.search", lambda desk: people.person(desk, SOMEBODY.id)),
    "match": ("incidents.view", lambda desk: incident_desk.match(desk, SOMEBODY)),
    "count": ("incidents.view", lambda desk: incident_desk.counts_of(desk, CALLER)),
    "list": ("incidents.view", lambda desk: incident_desk.incidents_of(desk, CALLER, IncidentFilter())),
    "connect": ("incidents.view", lambda desk: begin(desk, "agent")),
    "disconnect": ("incidents.view", connections.disconnect),
    "counts": ("counts.view", incident_desk.instance_counts),
    "devices": ("devices.view", lambda desk: devices_desk.devices_of(desk, SOMEBODY)),
    "groups": ("users.search", lambda desk: devices_desk.groups_of(desk, SOMEBODY)),
    "look at the log": ("audit.view", lambda desk: access_log.look(desk, AuditFilter())),
    "export the log": ("audit.view", lambda desk: access_log.export(desk, AuditFilter(), "csv")),
    "read the connector": ("connector.read", connecting.settings),
    "read the test": ("connector.read", connecting.latest_test),
    "save": ("connector.update", lambda desk: connecting.save(desk, DRAFT, expected_version=1)),
    "test": ("connector.update", lambda desk: connecting.start_test(desk, DRAFT)),
    "finish the test": ("connector.update", lambda desk: connecting.finish_test(desk, "x")),
    "connect for the test": ("connector.update", lambda desk: begin(desk, "test")),
}


def refusal_of(act: Callable[[Desk], Any], desk: Desk) -> PermissionDenied | None:
    """Do it, and return the refusal by our own roles; whatever else stands against it is another test's concern."""
    try:
        act(desk)
    except PermissionDenied as error:
        return error
    except SnlibError:
        return None
    return None


@pytest.fixture
def services(demo: Running, tmp_path: Path) -> Iterator[Services]:
    """Services over the shared demo instance, whose request log is empty."""
    with restored(demo):
        built = demo_services(demo, tmp_path)
        yield built
        built.engine.dispose()


@pytest.mark.parametrize("what", ACTIONS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_each_action_asks_for_its_permission(services: Services, demo: Running, persona: str, what: str):
    """Called without the permission an action is refused and written down, and nothing is sent to anybody."""
    permission, act = ACTIONS[what]
    desk = desk_of(services, persona)
    before = services.connector.load()
    decision = desk.may(permission)
    refusal = refusal_of(act, desk)
    assert (refusal is None) is decision.allowed
    if refusal is None:
        return
    assert (refusal.permission, refusal.reason) == (permission, decision.reason)
    event = services.audit.recent()[0]
    assert (event.agent_key, event.outcome, event.detail) == (desk.agent.key, "refused", permission)
    assert demo.instance.request_log.entries() == []
    assert services.connector.load() == before


@pytest.mark.parametrize("what", ACTIONS)
def test_a_desk_of_an_ended_session_does_nothing(services: Services, demo: Running, what: str):
    """After a sign-out in another tab a button pressed in this one has no effect, and that is written down."""
    desk = desk_of(services, "intune-administrator")
    services.sessions.end(desk.agent.session_id)
    _, act = ACTIONS[what]
    with pytest.raises(PermissionDenied) as caught:
        act(desk)
    assert caught.value.reason == SESSION_ENDED
    assert demo.instance.request_log.entries() == []
    event = services.audit.recent()[0]
    assert (event.outcome, event.detail) == ("refused", "session ended")


def test_one_of_several_permissions_is_enough(services: Services):
    """Where either of two permissions will do, each does, and a refusal speaks of the last."""
    assert incident_desk.connector(desk_of(services, "helpdesk-agent")).instance_url
    with pytest.raises(PermissionDenied, match=r"incidents\.view"):
        incident_desk.connector(desk_of(services, "auditor"))


def with_intune(services: Services, *granted: str) -> Desk:
    """A member's desk where Intune's permissions count and Graph grants these; how often it asks is not looked at."""
    access = services.settings.access.model_copy(update={"intune_permissions": True})
    changed = replace(services, settings=services.settings.model_copy(update={"access": access}))
    desk = desk_of(changed, "member")
    changed.intune_permissions.of(desk.agent, lambda: frozenset(granted))
    return desk


def test_intune_permissions_open_what_they_stand_for(services: Services):
    """A member whose Intune role shows incidents may see them here, and nothing else."""
    desk = with_intune(services, "Microsoft.Intune_ServiceNow_ViewIncidents")
    assert desk.may("incidents.view").reason == (
        "Granted by the Intune permission Microsoft.Intune_ServiceNow_ViewIncidents."
    )
    assert incident_desk.connector(desk).instance_url
    assert not desk.may("devices.view").allowed
    assert not desk.may("audit.view").allowed
    assert desk.roles() == ("Intune role",)


def test_intune_permissions_need_the_switch(services: Services):
    """With the switch off an answer of Graph's that is remembered opens nothing, and nobody asks for one."""
    desk = desk_of(services, "member")
    services.intune_permissions.of(desk.agent, lambda: frozenset({"Microsoft.Intune_ServiceNow_ViewIncidents"}))
    assert not desk.may("incidents.view").allowed
    assert desk.roles() == ()
