"""Devices and groups asked as an agent, over the demo instance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from snlib.demo.server import Running
from snlib.directory import Person
from snlib.errors import ConnectorOff, PermissionDenied, RecordNotFound
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import devices
from snlib.helpdesk.services import Services
from tests.support import connected_desk, demo_services, desk_for, desk_of

SYS_ID = "5137153cc611227c000bbd1bd8cd2005"


@pytest.fixture
def services(demo: Running, tmp_path: Path):
    """The test's own services over the shared demo instance."""
    made = demo_services(demo, tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def desk(services: Services) -> Desk:
    """A helpdesk agent's desk."""
    return desk_of(services, "helpdesk-agent")


def amelie(demo: Running) -> Person:
    """Amélie Fontaine as a person of Microsoft Entra."""
    (row,) = demo.instance.storage.find("entra_user", userPrincipalName="amelie.fontaine@example.com")
    return Person(id=row["id"], name=row["displayName"], mail=row["mail"], username=row["userPrincipalName"])


def test_a_person_of_servicenow_is_found_by_the_address(services: Services, demo: Running) -> None:
    """Where people are kept in ServiceNow, the one user who matches the record leads to devices and groups."""
    desk, person = connected_desk(services, "helpdesk-agent"), amelie(demo)
    (row,) = demo.instance.storage.find("entra_user", id=person.id)
    kept_there = replace(person, id=row["service_now_user"], mail=person.mail.upper(), username="amelie.fontaine")
    with pytest.raises(RecordNotFound):
        devices.devices_of(desk, replace(kept_there, id=SYS_ID))
    assert len(devices.devices_of(desk, person).devices) == 3
    assert devices.devices_of(desk, kept_there).devices == devices.devices_of(desk, person).devices
    assert devices.groups_of(desk, kept_there) == devices.groups_of(desk, person)


@pytest.mark.parametrize("address", ["", "nobody.at.all@example.com", "amelie", "amelie.fontaine@example.co"])
def test_without_an_exact_address_nobody_is_taken(desk: Desk, demo: Running, address: str) -> None:
    """A part of an address, or none, leads to no devices: only an exact address counts."""
    somebody = Person(id=SYS_ID, name="Somebody", mail=address)
    for ask in (devices.devices_of, devices.groups_of):
        with pytest.raises(RecordNotFound, match="no user of this address"):
            ask(desk, somebody)


def test_without_microsoft_graph(services: Services, desk: Desk, demo: Running) -> None:
    """Where Microsoft Graph is not configured, that is said, and nothing is sent."""
    bare = replace(services, settings=services.settings.model_copy(update={"graph": None}), app_graph=None)
    demo.instance.request_log.clear()
    with pytest.raises(ConnectorOff, match="Microsoft Graph is not configured"):
        devices.devices_of(desk_for(bare, desk.agent), amelie(demo))
    assert demo.instance.request_log.entries() == []


@pytest.mark.parametrize("persona", ["auditor", "member"])
def test_refused(services: Services, demo: Running, persona: str) -> None:
    """Whoever lacks the permission is refused before anything is sent, and the refusal is logged."""
    desk, person = desk_of(services, persona), amelie(demo)
    demo.instance.request_log.clear()
    for action, ask in (
        ("devices.read", lambda: devices.devices_of(desk, person)),
        ("computers.read", lambda: devices.computers_of(desk, person, ())),
        ("groups.read", lambda: devices.groups_of(desk, person)),
    ):
        with pytest.raises(PermissionDenied):
            ask()
        newest = services.audit.recent(1)[0]
        assert (newest.action, newest.target, newest.outcome) == (action, person.id, "refused")
    assert demo.instance.request_log.entries() == []
