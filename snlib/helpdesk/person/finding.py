"""The search box: finds a person by name, address, account name, device or incident.

Whom a device or an incident leads to is decided as on the person's own page (`snlib.helpdesk.person.callers`), so that
every way leads to the same person.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from snlib.directory import Person
from snlib.directory.search_text import SearchText, read_search_text
from snlib.errors import ConnectorOff, RecordNotFound, ServiceError, ServiceUnreachable, SignInRequired, SnlibError
from snlib.graph import Device, GraphClient, users
from snlib.graph import devices as managed_devices
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask, ask_directory
from snlib.helpdesk.desk import Desk, Permit
from snlib.helpdesk.person.callers import match_entra, people_of
from snlib.helpdesk.service import ServiceState
from snlib.incidents.matching import IncidentCaller, callers_of_number

LIMIT = 25

DeviceRole = Literal["primary user", "enrolled it", "named by Intune"]
"""What a person is to a device that was found. The last: it is not known whether they use it or only enrolled it."""

_NO_INCIDENT = "There is no incident {number}, or your ServiceNow account may not read it."
_NO_CALLER = "{number} has no caller, or your ServiceNow account may not read who it is."
_GONE = "{number} was opened for a ServiceNow user whose record is deleted, or hidden from your account."
_NAMED_GONE = "{number} was opened for {caller}, whose ServiceNow record is deleted, or hidden from your account."
_NOT_THERE = "{number} was opened for {caller}, who is not in the directory. Looked for: {tried}."
_NOT_FOUND = (
    "{number} was opened for {caller}. Nobody was found in the directory who is this user. Looked for: {tried}."
)
_NO_KEYS = (
    "{number} was opened for {caller}. ServiceNow shows your account neither a user ID nor an e-mail of this user, so "
    "the directory could not be searched."
)
_FAILED = "{number} was opened for {caller}. Who that is in the directory could not be looked up. {why}"
_IS_A_NUMBER = "{number} is an incident's number: authenticate with ServiceNow to find its caller."
_MAY_BE_A_NUMBER = (
    "Nobody matches “{number}”. If it is an incident's number, authenticate with ServiceNow to find its caller."
)
_NO_OWNER = "The device {device} has no primary user."
_UNKNOWN_OWNER = "Nobody was found in the directory who uses the device {device}."


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found, and by which device or incident number; by neither when their name or address matched.

    ``device_role`` is what they are to the device.
    """

    person: Person
    device: Device | None = None
    incident: str = ""
    device_role: DeviceRole = "primary user"


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
        if where.person_id:
            return _by_key(permit, where.person_id)
        if where.incident:
            return _by_incident(permit, where.incident)
        found = _by_text(permit, where)
        if where.device and not found.hits:
            # An instance gives its records a prefix of its own: any code may be a number.
            found = _by_other_number(permit, where.text, found)
        return found


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
    hits: list[Hit] = []
    notes: list[str] = []
    for device in {device.id: device for device in devices}.values():
        roles = _roles(graph, device)
        own = [
            Hit(person, device=device, device_role=role)
            for user_id, role in roles.items()
            if (person := _person_of_entra(permit, graph, user_id))
        ]
        if not own:
            notes.append((_UNKNOWN_OWNER if roles else _NO_OWNER).format(device=device.name))
        for hit in own:
            permit.note(Act.DEVICE_FIND, hit.person, detail=device.serial_number)
        hits += own
    return Findings(tuple(hits), notes=tuple(notes))


def _roles(graph: GraphClient, device: Device) -> dict[str, DeviceRole]:
    """Return what whom is to the device, by object id: the primary users first, then who enrolled it."""
    try:
        primary = managed_devices.primary_user_ids(graph, device.id)
    except (ServiceError, ServiceUnreachable):
        return {device.user_id: "named by Intune"} if device.user_id else {}
    roles: dict[str, DeviceRole] = dict.fromkeys(primary, "primary user")
    if device.user_id:
        roles.setdefault(device.user_id, "enrolled it")
    return roles


def _person_of_entra(permit: Permit, graph: GraphClient, user_id: str) -> Person | None:
    """Return the directory's person for a user of Microsoft Entra, None when there is none."""
    with suppress(RecordNotFound):
        if permit.services.settings.directory == "graph":
            return ask_directory(permit, lambda directory: directory.get(user_id))
        caller = match_entra(permit, users.by_id(graph, user_id)).caller
        return ask_directory(permit, lambda directory: directory.get(caller.sys_id)) if caller else None
    return None


def _by_incident(permit: Permit, number: str) -> Findings:
    decision = permit.desk.may("incidents.view")
    if not decision.allowed:
        return Findings(notes=(f"{number} is an incident's number. {decision.reason}",))
    try:
        found = _by_number(permit, number)
    except SignInRequired as error:
        return Findings(notes=(_IS_A_NUMBER.format(number=number),), sign_in=error.service)
    except SnlibError as error:
        return Findings(notes=(error.user_message,))
    if found is not None:
        return found
    # Where records have another prefix, this may be a device's name.
    others = _by_text(permit, SearchText(number, people=True, device=True))
    return replace(others, notes=(_NO_INCIDENT.format(number=number), *others.notes))


def _by_other_number(permit: Permit, code: str, found: Findings) -> Findings:
    """Return who called about the incident of this number; ``found``, in which nobody is, when there is none."""
    if not permit.desk.may("incidents.view").allowed:
        return found
    if permit.desk.servicenow.state is ServiceState.NOT_CONNECTED:
        return replace(found, notes=(*found.notes, _MAY_BE_A_NUMBER.format(number=code)), sign_in="ServiceNow")
    if not permit.desk.servicenow.connected:
        return found
    try:
        return _by_number(permit, code) or found
    except SnlibError as error:
        return replace(found, notes=(*found.notes, f"Incidents were not searched. {error.user_message}"))


def _by_number(permit: Permit, number: str) -> Findings | None:
    """Return the people whom the incidents of this number were opened for; None when there is no such incident."""
    column = permit.services.settings.caller_column
    callers = ask(
        permit, lambda gateway: callers_of_number(gateway.table, number, gateway.connector.table, column=column)
    )
    if not callers:
        return None
    found = [_by_caller(permit, caller) for caller in callers]
    hits = {hit.person.id: hit for one in found for hit in one.hits}
    for hit in hits.values():
        permit.note(Act.INCIDENT_FIND, hit.person, detail=hit.incident)
    notes = tuple(note for one in found for note in one.notes)
    return Findings(tuple(hits.values()), notes=notes, sign_in="".join({one.sign_in for one in found}))


def _by_caller(permit: Permit, caller: IncidentCaller) -> Findings:
    """Return the people whom an incident was opened for, or a sentence that says no more than is known."""
    number, who = caller.number, caller.caller_name
    if not caller.caller_sys_id:
        return Findings(notes=(_NO_CALLER.format(number=number),))
    if permit.services.settings.directory == "servicenow":
        try:
            person = ask_directory(permit, lambda directory: directory.get(caller.caller_sys_id))
        except RecordNotFound:
            return Findings(notes=((_NAMED_GONE if who else _GONE).format(number=number, caller=who),))
        return Findings((Hit(person, incident=number),))
    tried = ", ".join(caller.keys)
    try:
        found = people_of(permit, caller)
    except SignInRequired:
        raise
    except SnlibError as error:
        return Findings(
            notes=(_FAILED.format(number=number, caller=who or caller.caller_sys_id, why=error.user_message),)
        )
    if found.people:
        return Findings(tuple(Hit(person, incident=number) for person in found.people))
    sentence = _NOT_THERE if found.none_proven else _NOT_FOUND if tried else _NO_KEYS if who else _GONE
    return Findings(notes=(sentence.format(number=number, caller=who, tried=tried),))
