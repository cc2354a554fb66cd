"""The search box: finds a person by name, address, device or incident."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.directory import Person
from snlib.directory.search_text import SearchText, read_search_text
from snlib.errors import ConnectorOff, RecordNotFound, ServiceError, ServiceUnreachable, SignInRequired, SnlibError
from snlib.graph import Device
from snlib.graph import devices as managed_devices
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask, ask_directory
from snlib.helpdesk.desk import Desk, Permit
from snlib.helpdesk.person.people import with_address
from snlib.incidents.matching import IncidentCaller, caller_of_number

LIMIT = 25


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found, and by which device or incident number; by neither when their name or address matched."""

    person: Person
    device: Device | None = None
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found.

    Attributes:
        hits: At most 25, the best first; ``more`` says whether there are others.
        notes: What else the agent should know, one sentence each.
        sign_in: "ServiceNow" when the agent must authenticate there before this text can be searched, else ``""``.
    """

    hits: tuple[Hit, ...] = ()
    more: bool = False
    notes: tuple[str, ...] = ()
    sign_in: str = ""


def find(desk: Desk, text: str) -> Findings:
    """Return the people that ``text`` finds (permission ``users.search``).

    Devices are searched with ``devices.view`` only, incidents with ``incidents.view``. A person found by a device or an
    incident is logged.

    Raises:
        InvalidInput: Key ``search``: the text cannot be searched; nothing was sent.
    """
    with desk.act(Act.PERSON_SEARCH) as permit:
        where = read_search_text(text)
        if where.incident:
            return _by_incident(permit, where.incident)
        if where.person_id:
            return _by_key(permit, where.person_id)
        return _by_text(permit, where)


def _by_text(permit: Permit, where: SearchText) -> Findings:
    devices = _by_device(permit, where.text, serial_too=True) if where.device else Findings()
    found = ask_directory(permit, lambda directory: directory.search(where.text, LIMIT))
    if where.device_if_nobody and not found.people:
        devices = _by_device(permit, where.text, serial_too=False)
    known = {hit.person.id for hit in devices.hits}
    people = tuple(Hit(person) for person in found.people if person.id not in known)
    return Findings((*devices.hits, *people)[:LIMIT], more=found.more, notes=devices.notes)


def _by_key(permit: Permit, person_id: str) -> Findings:
    try:
        return Findings((Hit(ask_directory(permit, lambda directory: directory.get(person_id))),))
    except RecordNotFound as error:
        return Findings(notes=(error.user_message,))


def _by_device(permit: Permit, text: str, *, serial_too: bool) -> Findings:
    """Find people by a device's name or serial number; a failure is a note, so that other people found still show."""
    if not permit.desk.may("devices.view").allowed:
        return Findings()
    try:
        graph = permit.services.graph_for(permit.agent)
        serial = managed_devices.by_serial_number(graph, text).devices if serial_too else ()
        devices = (*serial, *managed_devices.by_name(graph, text).devices)
    except ConnectorOff:
        return Findings()  # without Microsoft Graph there are no devices to look for
    except (ServiceError, ServiceUnreachable) as error:
        return Findings(notes=(f"Devices were not searched. {error.user_message}",))
    hits, notes = [], []
    for device in {device.id: device for device in devices}.values():
        try:
            person = _user_of(permit, device)
        except RecordNotFound:
            person = None
        if person is None:
            notes.append(f"No user in the directory owns the device {device.name}.")
        else:
            hits.append(Hit(person, device=device))
            permit.note(Act.DEVICE_FIND, person, detail=device.serial_number)
    return Findings(tuple(hits), notes=tuple(notes))


def _user_of(permit: Permit, device: Device) -> Person | None:
    if permit.services.settings.directory == "servicenow":
        return _by_address(permit, device.user_name)
    if not device.user_id:
        return None
    return ask_directory(permit, lambda directory: directory.get(device.user_id))


def _by_incident(permit: Permit, number: str) -> Findings:
    decision = permit.desk.may("incidents.view")
    if not decision.allowed:
        return Findings(notes=(f"{number} is an incident's number. {decision.reason}",))
    try:
        found = ask(permit, lambda gateway: caller_of_number(gateway.table, number, gateway.connector.table))
    except SignInRequired as error:
        sentence = f"{number} is an incident's number: authenticate with ServiceNow to find its caller."
        return Findings(notes=(sentence,), sign_in=error.service)
    except SnlibError as error:
        return Findings(notes=(error.user_message,))
    if found is None:
        return Findings(notes=(f"There is no incident {number}, or your ServiceNow account may not read it.",))
    if not found.caller_sys_id:
        return Findings(notes=(f"{number} has no caller, or your ServiceNow account may not read who it is.",))
    person = _person_of(permit, found)
    if person is None:
        return Findings(notes=(f"{number} was opened for {found.caller_name}, who is not in the directory.",))
    permit.note(Act.INCIDENT_FIND, person, detail=number)
    return Findings((Hit(person, incident=number),))


def _person_of(permit: Permit, found: IncidentCaller) -> Person | None:
    if permit.services.settings.directory == "servicenow":
        return ask_directory(permit, lambda directory: directory.get(found.caller_sys_id))
    return _by_address(permit, found.user_name) or _by_address(permit, found.email)


def _by_address(permit: Permit, address: str) -> Person | None:
    address = address.strip().casefold()
    if "@" not in address:
        return None
    return with_address(ask_directory(permit, lambda directory: directory.search(address, LIMIT)).people, address)
