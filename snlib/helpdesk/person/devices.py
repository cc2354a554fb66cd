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
from snlib.helpdesk.desk import Desk, Permit
from snlib.helpdesk.person.callers import MAX_PEOPLE, match_entra


@dataclass(frozen=True, slots=True)
class PersonDevices:
    """A person's managed devices, the latest check-in first; whether these are all; when Graph was asked (UTC).

    ``user_id`` is the object id under which Graph lists them.
    """

    devices: tuple[Device, ...]
    complete: bool
    as_of: datetime
    user_id: str


def devices_of(desk: Desk, person: Person) -> PersonDevices:
    """Return the person's managed devices; logged (permission ``devices.view``).

    Raises:
        RecordNotFound: The person is from ServiceNow, and no user of Microsoft Entra could be matched to them.
    """
    as_of = desk.now()
    with desk.act(Act.DEVICES_READ, person) as permit:
        graph = permit.services.graph_for(desk.agent)
        user_id = _entra_id(permit, graph, person)
        found = managed_devices.of_user(graph, user_id)
        permit.detail = f"{len(found.devices)} devices"
    return PersonDevices(newest_first(found.devices), found.complete, as_of, user_id)


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
        found = groups.of_user(graph, _entra_id(permit, graph, person))
        permit.detail = f"{len(found.memberships)} groups"
    return found


def _entra_id(permit: Permit, graph: GraphClient, person: Person) -> str:
    """Return the person's object id; a person from ServiceNow is the one user of Entra who matches their record."""
    if is_object_id(person.id):
        return person.id
    known = users.with_keys(graph, person.addresses, person.account_name, limit=MAX_PEOPLE)
    same = [user.id for user in known.people if _is(permit, user, person)]
    if len(same) == 1 and not known.more:
        return same[0]
    raise RecordNotFound(
        "Nobody in Microsoft Entra could be matched to this person, so there are no devices and groups to show.",
        service=SERVICE,
        detail="no user of this address or account name matches",
    )


def _is(permit: Permit, user: Person, person: Person) -> bool:
    caller = match_entra(permit, user).caller
    return caller is not None and caller.sys_id == person.id
