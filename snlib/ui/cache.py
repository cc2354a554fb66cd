"""The only Streamlit caches: of one browser session, keyed by agent, short-lived, and bounded.

What was read with one ServiceNow token is never shown with another: the moment of authenticating is part of the key.
What a directory answered is keyed by the agent here, whatever the caller's ``source`` says of his tokens.
The caches hold answers only; engine, vault and tokens live elsewhere, because any client may clear these.
"""

from __future__ import annotations

import logging
from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from snlib.audit import AuditFilter
from snlib.devices import Computers, Device, Fact
from snlib.directory import Person, Photo
from snlib.errors import SnlibError
from snlib.graph import MembershipList
from snlib.helpdesk import access_log as log_desk
from snlib.helpdesk import caller_choice, devices_desk, finding, incident_desk, people
from snlib.helpdesk.access_log import Choices, LogPage
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.devices_desk import PersonDevices
from snlib.helpdesk.finding import Findings
from snlib.incidents import Caller, CallerCounts, CallerMatch, IncidentFilter, IncidentList, InstanceCounts

log = logging.getLogger(__name__)

SECONDS = 300


@st.cache_data(scope="session", ttl=60, max_entries=64, show_spinner=False)
def _find(_desk: Desk, agent_key: str, source: str, text: str) -> Findings:
    return finding.find(_desk, text)


def find(desk: Desk, source: str, text: str) -> Findings:
    """Whom ``text`` leads to; see `snlib.helpdesk.finding.find` and `snlib.ui.directory_gate.source`."""
    return _find(desk, desk.agent.key, source, text)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Asking the directory…")
def _person(_desk: Desk, agent_key: str, source: str, person_id: str) -> Person:
    return people.person(_desk, person_id)


def person(desk: Desk, source: str, person_id: str) -> Person:
    """One person; see `snlib.helpdesk.people.person` and `snlib.ui.directory_gate.source`."""
    return _person(desk, desk.agent.key, source, person_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner=False)
def _photo(_desk: Desk, agent_key: str, source: str, person_id: str) -> Photo | None:
    try:
        return people.photo(_desk, person_id)
    except SnlibError as error:
        log.warning("no photo: %s: %s", type(error).__name__, error)
        return None


def photo(desk: Desk, source: str, person_id: str) -> Photo | None:
    """The person's photo; None without one, and when it could not be had: initials stand for it then."""
    return _photo(desk, desk.agent.key, source, person_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Looking for the caller in ServiceNow…")
def _match(
    _desk: Desk, agent_key: str, version: int, connected_at: str, _person: Person, person_id: str
) -> CallerMatch:
    """The person's ServiceNow caller; see `snlib.helpdesk.incident_desk.match`."""
    return incident_desk.match(_desk, _person)


def match(desk: Desk, agent_key: str, version: int, connected_at: str, person: Person, person_id: str) -> CallerMatch:
    """The person's ServiceNow caller with what an agent chose among several, which is read each time: it is shared."""
    return caller_choice.applied(desk, person, _match(desk, agent_key, version, connected_at, person, person_id))


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Counting incidents in ServiceNow…")
def counts_of(
    _desk: Desk, agent_key: str, version: int, connected_at: str, read_at: str, caller: Caller, person_id: str
) -> CallerCounts:
    """The caller's counts; see `snlib.helpdesk.incident_desk.counts_of`."""
    return incident_desk.counts_of(_desk, caller, person_id=person_id)


@st.cache_data(
    scope="session", ttl=SECONDS, max_entries=8, max_size="64mb", show_spinner="Reading incidents from ServiceNow…"
)
def incidents_of(
    _desk: Desk,
    agent_key: str,
    version: int,
    connected_at: str,
    read_at: str,
    caller: Caller,
    filters: IncidentFilter,
    zone: str,
    person_id: str,
) -> IncidentList:
    """The caller's incidents; see `snlib.helpdesk.incident_desk.incidents_of`."""
    return incident_desk.incidents_of(_desk, caller, filters, ZoneInfo(zone), person_id=person_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=8, show_spinner="Counting incidents in ServiceNow…")
def instance_counts(
    _desk: Desk, agent_key: str, version: int, connected_at: str, read_at: str, opened_since: date | None, zone: str
) -> InstanceCounts:
    """The instance's counts; see `snlib.helpdesk.incident_desk.instance_counts`."""
    return incident_desk.instance_counts(_desk, opened_since, ZoneInfo(zone))


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Reading devices from Microsoft Intune…")
def _devices_of(
    _desk: Desk, agent_key: str, source: str, read_at: str, _person: Person, person_id: str
) -> PersonDevices:
    return devices_desk.devices_of(_desk, _person)


def devices_of(desk: Desk, source: str, read_at: str, person: Person, person_id: str) -> PersonDevices:
    """The person's devices; see `snlib.helpdesk.devices_desk.devices_of`."""
    return _devices_of(desk, desk.agent.key, source, read_at, person, person_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=32, show_spinner="Reading the device from Microsoft Intune…")
def _details_of(
    _desk: Desk, agent_key: str, source: str, read_at: str, _person: Person, _device: Device, device_id: str
) -> tuple[Fact, ...]:
    return devices_desk.details_of(_desk, _person, _device)


def details_of(
    desk: Desk, source: str, read_at: str, person: Person, device: Device, device_id: str
) -> tuple[Fact, ...]:
    """One device's details; see `snlib.helpdesk.devices_desk.details_of`."""
    return _details_of(desk, desk.agent.key, source, read_at, person, device, device_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Looking for the devices in ServiceNow…")
def computers_of(
    _desk: Desk,
    agent_key: str,
    version: int,
    connected_at: str,
    read_at: str,
    _person: Person,
    person_id: str,
    _devices: tuple[Device, ...],
    serials: tuple[str, ...],
    owner_sys_id: str,
) -> Computers:
    """The devices' configuration items; see `snlib.helpdesk.devices_desk.computers_of`."""
    return devices_desk.computers_of(_desk, _person, _devices, owner_sys_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Reading groups from Microsoft Entra…")
def _groups_of(
    _desk: Desk, agent_key: str, source: str, read_at: str, _person: Person, person_id: str
) -> MembershipList:
    return devices_desk.groups_of(_desk, _person)


def groups_of(desk: Desk, source: str, read_at: str, person: Person, person_id: str) -> MembershipList:
    """What the person is a member of; see `snlib.helpdesk.devices_desk.groups_of`."""
    return _groups_of(desk, desk.agent.key, source, read_at, person, person_id)


@st.cache_data(scope="session", ttl=60, max_entries=16, show_spinner="Reading the access log…")
def access_log(_desk: Desk, agent_key: str, wanted: AuditFilter, number: int, read_at: str) -> LogPage:
    """A page of the access log; see `snlib.helpdesk.access_log.look`."""
    return log_desk.look(_desk, wanted, number)


@st.cache_data(scope="session", ttl=60, max_entries=2, show_spinner=False)
def access_log_choices(_desk: Desk, agent_key: str, read_at: str) -> Choices:
    """What the access log can be filtered by; see `snlib.helpdesk.access_log.choices`."""
    return log_desk.choices(_desk)
