"""The only Streamlit caches: of one browser session, keyed by agent, short-lived, and bounded.

What was read with one ServiceNow token is never shown with another: the moment of authenticating is part of the key.
The caches hold answers only; engine, vault and tokens live elsewhere, because any client may clear these.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from snlib.directory import Person, SearchResult
from snlib.helpdesk import incident_desk, people
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller, CallerCounts, CallerMatch, IncidentFilter, IncidentList, InstanceCounts

SECONDS = 300


@st.cache_data(scope="session", ttl=60, max_entries=64, show_spinner=False)
def search(_desk: Desk, agent_key: str, text: str) -> SearchResult:
    """People matching ``text``; see `snlib.helpdesk.people.search`."""
    return people.search(_desk, text)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Asking the directory…")
def person(_desk: Desk, agent_key: str, person_id: str) -> Person:
    """One person; see `snlib.helpdesk.people.person`."""
    return people.person(_desk, person_id)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Looking for the caller in ServiceNow…")
def match(_desk: Desk, agent_key: str, version: int, connected_at: str, _person: Person, person_id: str) -> CallerMatch:
    """The person's ServiceNow caller; see `snlib.helpdesk.incident_desk.match`."""
    return incident_desk.match(_desk, _person)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Counting incidents in ServiceNow…")
def counts_of(
    _desk: Desk, agent_key: str, version: int, connected_at: str, read_at: str, caller: Caller
) -> CallerCounts:
    """The caller's counts; see `snlib.helpdesk.incident_desk.counts_of`."""
    return incident_desk.counts_of(_desk, caller)


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
) -> IncidentList:
    """The caller's incidents; see `snlib.helpdesk.incident_desk.incidents_of`."""
    return incident_desk.incidents_of(_desk, caller, filters, ZoneInfo(zone))


@st.cache_data(scope="session", ttl=SECONDS, max_entries=8, show_spinner="Counting incidents in ServiceNow…")
def instance_counts(
    _desk: Desk, agent_key: str, version: int, connected_at: str, read_at: str, opened_since: date | None, zone: str
) -> InstanceCounts:
    """The instance's counts; see `snlib.helpdesk.incident_desk.instance_counts`."""
    return incident_desk.instance_counts(_desk, opened_since, ZoneInfo(zone))
