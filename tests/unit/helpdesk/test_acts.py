"""The façade: each function checks its permission and the session, and none can be added without."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import snlib.helpdesk
from snlib.audit import AuditFilter
from snlib.connector.connection_tests import ConnectionTest
from snlib.connector.model import ConnectorDraft, ValidConnector
from snlib.demo.server import Running
from snlib.devices import Device
from snlib.directory import Person
from snlib.errors import ConnectorOff, PermissionDenied
from snlib.helpdesk import access_log, counts
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connector import connector_desk, intune_import, prerequisites
from snlib.helpdesk.desk import SESSION_ENDED, Desk
from snlib.helpdesk.person import callers, devices, finding, incidents, people
from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.helpdesk.services import Services
from snlib.incidents import Caller, CallerMatch, IncidentFilter
from tests.support import desk_of, paths_asked

SOURCES = Path(snlib.helpdesk.__file__).parent
SOMEBODY = Person(id="3f1b6f0e-0000-4000-8000-000000000000", name="Somebody")
CALLER = Caller(sys_id="0" * 32, name="Somebody", user_name="somebody", email="", active=True)
SEVERAL = CallerMatch("several", candidates=(CALLER, CALLER))
DRAFT = ConnectorDraft(True, "", "/api/now/table/incident", "x" * 32)
TEST = ConnectionTest("no such test", ValidConnector(True, "", "", ""), (), datetime.now(UTC))
DEVICE = Device(id="1", name="PC")
BACK: Any = {"return_path": "/", "mode": "popup"}

CASES: list[tuple[str, Callable[..., Any], Callable[[Desk], Any]]] = [
    # the permission that is missing, the function, how a page or route calls it
    ("users.search", finding.find, lambda desk: finding.find(desk, "hugo")),
    ("users.search", people.person, lambda desk: people.person(desk, SOMEBODY.id)),
    ("users.search", people.photo, lambda desk: people.photo(desk, SOMEBODY.id)),
    ("users.search", devices.groups_of, lambda desk: devices.groups_of(desk, SOMEBODY)),
    ("devices.view", devices.devices_of, lambda desk: devices.devices_of(desk, SOMEBODY)),
    ("devices.view", devices.details_of, lambda desk: devices.details_of(desk, SOMEBODY, DEVICE)),
    ("devices.view", devices.computers_of, lambda desk: devices.computers_of(desk, SOMEBODY, (DEVICE,))),
    ("incidents.view", callers.match, lambda desk: callers.match(desk, SOMEBODY)),
    ("incidents.view", callers.applied, lambda desk: callers.applied(desk, SOMEBODY, SEVERAL)),
    ("incidents.view", callers.choose, lambda desk: callers.choose(desk, SOMEBODY, CALLER.sys_id)),
    ("incidents.view", callers.connected_as_another, callers.connected_as_another),
    ("incidents.view", callers.forget, lambda desk: callers.forget(desk, SOMEBODY)),
    ("incidents.view", incidents.counts_of, lambda desk: incidents.counts_of(desk, CALLER)),
    ("incidents.view", incidents.incidents_of, lambda desk: incidents.incidents_of(desk, CALLER, IncidentFilter())),
    ("counts.view", counts.instance_counts, counts.instance_counts),
    ("connector.read", connector_desk.settings, connector_desk.settings),
    ("connector.read", connector_desk.latest_test, connector_desk.latest_test),
    ("connector.read", connector_desk.is_saved, lambda desk: connector_desk.is_saved(desk, TEST)),
    ("connector.read", prerequisites.check, prerequisites.check),
    ("connector.update", connector_desk.save, lambda desk: connector_desk.save(desk, DRAFT, expected_version=1)),
    ("connector.update", connector_desk.start_test, lambda desk: connector_desk.start_test(desk, DRAFT)),
    ("connector.update", connector_desk.finish_test, lambda desk: connector_desk.finish_test(desk, "x")),
    ("connector.update", intune_import.connections, intune_import.connections),
    ("connector.update", round_trip.begin, lambda desk: round_trip.begin(desk, "test", test_id="x", **BACK)),
    ("incidents.view", round_trip.begin, lambda desk: round_trip.begin(desk, "agent", **BACK)),
    ("users.search", round_trip.begin, lambda desk: round_trip.begin(desk, "graph", **BACK)),
    ("incidents.view", round_trip.disconnect, lambda desk: round_trip.disconnect(desk, SERVICENOW)),
    ("audit.view", access_log.read_page, lambda desk: access_log.read_page(desk, AuditFilter())),
    ("audit.view", access_log.filter_values, access_log.filter_values),
    ("audit.view", access_log.export, lambda desk: access_log.export(desk, AuditFilter(), "csv")),
    ("audit.view", access_log.check, access_log.check),
]
ABOUT_ONESELF = {"decisions", "unknown_roles", "session_ends_at", "recent", "complete"}
"""Functions for everybody who is signed in: they say what one may, or answer without an error."""


def facade() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the façade that a desk is handed to."""
    for module in pkgutil.walk_packages([str(SOURCES)], "snlib.helpdesk."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            if function.__module__ == module.name and not name.startswith("_"):
                first = next(iter(inspect.signature(function).parameters.values()), None)
                if first is not None and first.annotation == "Desk":
                    yield name, function


def test_every_function_is_in_the_table():
    """A function that is new in the façade has its permission tested here."""
    assert {function for name, function in facade() if name not in ABOUT_ONESELF} == {case[1] for case in CASES}


def test_the_services_are_reached_through_a_permit_only():
    """No module of the façade or the pages reaches the process's services without `Desk.act`."""
    reached = set()
    for path in [*SOURCES.rglob("*.py"), *SOURCES.parent.joinpath("ui").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "_services" and ast.unparse(node.value) != "self":
                reached.add(path.name)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Permit"):
                reached.add(path.name)
    assert reached == {"desk.py"}


@pytest.mark.parametrize(("permission", "function", "act"), CASES)
def test_without_the_permission(services: Services, demo: Running, permission: str, function: Any, act: Any):
    """A person without a role is refused with the reason, nothing is sent, and the refusal is logged."""
    desk = desk_of(services, "member")
    with pytest.raises(PermissionDenied) as caught:
        act(desk)
    assert (caught.value.permission, caught.value.reason) == (permission, desk.may(permission).reason)
    (event,) = services.audit.recent()
    assert (event.agent_key, event.outcome, event.detail) == (desk.agent.key, "refused", permission)
    assert demo.instance.request_log.entries() == []


@pytest.mark.parametrize(("permission", "function", "act"), CASES)
def test_after_signing_out(services: Services, demo: Running, permission: str, function: Any, act: Any):
    """After a sign-out in another tab a button pressed in this one has no effect, and that is logged."""
    desk = desk_of(services, "intune-administrator")
    services.sessions.end(desk.agent.session_id)
    with pytest.raises(PermissionDenied) as caught:
        act(desk)
    assert caught.value.reason == SESSION_ENDED
    (event,) = services.audit.recent()
    assert (event.outcome, event.detail) == ("refused", "session ended")
    assert demo.instance.request_log.entries() == []


def test_an_answer_to_an_authorization_after_signing_out(services: Services):
    """An agent who has signed out meanwhile is not connected, and a sentence says why."""
    desk = desk_of(services, "helpdesk-agent")
    services.sessions.end(desk.agent.session_id)
    outcome = round_trip.complete(desk, GRAPH, [("state", "x"), ("code", "y")])
    assert (outcome.ok, outcome.message) == (False, SESSION_ENDED)


def test_one_of_several_permissions_is_enough(services: Services):
    """Where one of several permissions is enough, each is, and a refusal names the last."""
    for permission, persona in (("connector.update", "intune-administrator"), ("users.search", "helpdesk-agent")):
        desk = desk_of(services, persona)
        assert desk.may(permission).allowed
        with desk.act(Act.GRAPH_CONNECT) as permit:
            permit.quiet = True
    with pytest.raises(PermissionDenied, match=r"users\.search"), desk_of(services, "auditor").act(Act.GRAPH_CONNECT):
        pass


def test_what_fails_is_written_down_and_passes_on(services: Services):
    """An `SnlibError` in an act is logged with its class; one in a quiet act is not."""
    desk = desk_of(services, "helpdesk-agent")
    for act in (Act.INCIDENTS_READ, Act.CALLER_MATCH):
        with pytest.raises(ConnectorOff), desk.act(act, SOMEBODY):
            raise ConnectorOff("off")
    (event,) = services.audit.recent()
    assert (event.action, event.outcome, event.detail) == ("incidents.read", "failed", "ConnectorOff")
    assert (event.target, event.target_name) == (SOMEBODY.id, SOMEBODY.name)


def test_recent_people_are_empty_without_permission(services: Services):
    """Who may not search has no recent people, without an error: Home is open to everybody."""
    assert people.recent(desk_of(services, "member")) == ()


def test_a_switched_off_connector_says_who_and_when(services: Services, demo: Running):
    """A question with the exchange switched off raises ConnectorOff with who and when, and sends nothing."""
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    off = ConnectorDraft(False, saved.instance_url, saved.incident_api_path, saved.client_id)
    changed = connector_desk.save(admin, off, expected_version=saved.version)
    asked = [
        act for _, function, act in CASES if function in (incidents.counts_of, counts.instance_counts, callers.match)
    ]
    for act in (*asked, lambda desk: round_trip.begin(desk, "agent", **BACK)):
        with pytest.raises(ConnectorOff) as caught:
            act(admin)
        assert "switched off by Ingrid Vogel" in caught.value.user_message
        assert f"{changed.toggled_at:%Y-%m-%d %H:%M}" in caught.value.user_message
    assert paths_asked(demo) == []


def test_what_is_done_is_written_down(services: Services):
    """Saving, searching for nothing and opening a person leave the lines that the access log promises."""
    desk = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(desk)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    connector_desk.save(desk, draft, expected_version=saved.version)
    people.person(desk, finding.find(desk, "Mia Novak").hits[0].person.id)
    lines = [(event.action, event.outcome) for event in services.audit.recent()]
    assert lines == [("person.view", "ok"), ("connector.save", "ok")]


def with_intune(services: Services, *granted: str) -> Desk:
    """A member's desk where Intune's permissions count and Graph grants these, however often it is asked."""
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
    with desk.act(Act.INCIDENTS_READ):
        pass
    assert not desk.may("devices.view").allowed
    assert not desk.may("audit.view").allowed
    assert desk.roles() == ("Intune role",)


def test_intune_permissions_need_the_switch(services: Services):
    """With the switch off an answer of Graph's that is remembered opens nothing, and nobody asks for one."""
    desk = desk_of(services, "member")
    services.intune_permissions.of(desk.agent, lambda: frozenset({"Microsoft.Intune_ServiceNow_ViewIncidents"}))
    assert not desk.may("incidents.view").allowed
    assert desk.roles() == ()
