"""A person's devices and groups, read from Microsoft Graph, and the devices' records in ServiceNow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from snlib.devices import Computers, Device, facts_of, find_computers, newest_first
from snlib.directory import Person
from snlib.errors import RecordNotFound
from snlib.graph import GraphClient, MembershipList, groups, users
from snlib.graph import devices as managed_devices
from snlib.graph.fields import is_object_id
from snlib.graph.protocol import SERVICE
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person.people import with_address


@dataclass(frozen=True, slots=True)
class PersonDevices:
    """A person's managed devices, the latest check-in first; whether these are all; when Graph was asked (UTC)."""

    devices: tuple[Device, ...]
    complete: bool
    as_of: datetime


def devices_of(desk: Desk, person: Person) -> PersonDevices:
    """Return the person's managed devices; logged (permission ``devices.view``).

    Raises:
        RecordNotFound: The person is from ServiceNow, and Microsoft Entra has no user with the same address.
    """
    as_of = desk.now()
    with desk.act(Act.DEVICES_READ, person) as permit:
        graph = permit.services.graph_for(desk.agent)
        found = managed_devices.of_user(graph, _entra_id(graph, person))
        permit.detail = f"{len(found.devices)} devices"
    return PersonDevices(newest_first(found.devices), found.complete, as_of)


def details_of(desk: Desk, person: Person, device: Device) -> dict[str, str]:
    """Return facts that Graph gives for a single device only (permission ``devices.view``)."""
    with desk.act(Act.DEVICE_READ, person) as permit:
        found = managed_devices.details(permit.services.graph_for(desk.agent), device.id)
        permit.detail = f"{device.name} {device.id}"
    return facts_of(found)


def computers_of(desk: Desk, person: Person, devices: tuple[Device, ...], caller_sys_id: str = "") -> Computers:
    """Return the devices' configuration items in ServiceNow, with one request; logged (permission ``devices.view``).

    ``caller_sys_id`` is the person's ServiceNow user, where it is known.
    """
    with desk.act(Act.COMPUTERS_READ, person) as permit:
        found = ask(permit, lambda gateway: find_computers(gateway.table, devices, caller_sys_id))
        permit.detail = f"{len(found.found)} records" if found.readable else "not readable"
    return found


def groups_of(desk: Desk, person: Person) -> MembershipList:
    """Return the person's groups, direct and transitive; logged (permission ``users.search``).

    Raises:
        RecordNotFound: As `devices_of`.
    """
    with desk.act(Act.GROUPS_READ, person) as permit:
        graph = permit.services.graph_for(desk.agent)
        found = groups.of_user(graph, _entra_id(graph, person))
        permit.detail = f"{len(found.memberships)} groups"
    return found


def _entra_id(graph: GraphClient, person: Person) -> str:
    """Return the person's object id; a person from ServiceNow is found by an address that exactly one user has."""
    if is_object_id(person.id):
        return person.id
    for address in dict.fromkeys(text.casefold() for text in (person.mail, person.username) if "@" in text):
        if user := with_address(users.search(graph, address).people, address):
            return user.id
    raise RecordNotFound(
        "This person's address was not found in Microsoft Entra, so there are no devices and groups to show.",
        service=SERVICE,
        detail="no user of this address",
    )
