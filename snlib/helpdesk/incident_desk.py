"""Questions about incidents, asked at the instance with the agent's own token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from snlib.connector.model import ConnectorSettings
from snlib.directory import Person
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.gateway import Gateway, ask, oauth_client
from snlib.incidents import (
    Caller,
    CallerCounts,
    CallerMatch,
    IncidentFilter,
    IncidentList,
    IncidentQuestions,
    InstanceCounts,
    match_caller,
)
from snlib.incidents.matching import match_record
from snlib.incidents.questions import FIRST_ROWS
from snlib.servicenow.client import Progress
from snlib.servicenow.links import record_url


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether the agent is authenticated with the connected instance.

    Attributes:
        connected: A token is stored; it may still be refused.
        connected_at: ISO text of when, also a key for what was read with this token; empty when not connected.
        connected_as: Whom ServiceNow takes the agent for, empty when it did not say.
    """

    connected: bool
    connected_at: str = ""
    connected_as: str = ""


def connector(desk: Desk) -> ConnectorSettings:
    """Return the saved connector for a page about incidents (permission ``incidents.view`` or ``counts.view``)."""
    desk.require("counts.view", "incidents.view", action="incidents.connector")
    return desk.services.connector.load()


def connection(desk: Desk) -> Connection:
    """Return whether the agent has authenticated with ServiceNow; asks our database only."""
    desk.require("counts.view", "incidents.view", action="incidents.connection")
    connector = desk.services.connector.load()
    if not connector.instance_url:
        return Connection(connected=False)
    client = oauth_client(desk.services, connector)
    stored = desk.services.tokens.find(desk.agent.key, client.connection_key)
    if stored is None:
        return Connection(connected=False)
    return Connection(connected=True, connected_at=stored.connected_at.isoformat(), connected_as=stored.connected_as)


def match(desk: Desk, person: Person) -> CallerMatch:
    """Return the ServiceNow caller that is this person, or why there is none (permission ``incidents.view``).

    A remembered choice among several is not in it; see `snlib.helpdesk.caller_choice.applied`.
    """
    desk.require("incidents.view", action="caller.match", target=person.id)
    if desk.services.settings.directory == "servicenow":
        return ask(desk, lambda gateway: match_record(gateway.table, person.id))
    column = desk.services.settings.caller_column
    return ask(desk, lambda gateway: match_caller(gateway.table, person, column=column))


def counts_of(desk: Desk, caller: Caller, *, person_id: str = "") -> CallerCounts:
    """Return how many incidents the caller has, in all and by state (permission ``incidents.view``).

    Args:
        desk: Who asks.
        caller: The ServiceNow caller.
        person_id: The person who is this caller, for the access log; the caller itself when empty.
    """
    about = person_id or caller.sys_id
    desk.require("incidents.view", action="incidents.count", target=about)
    with desk.failure_noted("incidents.count", target=about, target_name=caller.name):
        found = ask(desk, lambda gateway: _questions(gateway).counts_of_caller(caller))
    desk.note("incidents.count", target=about, target_name=caller.name, detail=f"{found.total} incidents")
    return found


def incidents_of(
    desk: Desk,
    caller: Caller,
    filters: IncidentFilter,
    zone: tzinfo = UTC,
    *,
    person_id: str = "",
    max_rows: int = FIRST_ROWS,
    progress: Progress | None = None,
) -> IncidentList:
    """Return the caller's incidents, newest first; that they were read is logged (permission ``incidents.view``).

    Args:
        desk: Who asks.
        caller: The ServiceNow caller.
        filters: Which incidents.
        zone: The zone in which a filter's day begins.
        person_id: As for `counts_of`.
        max_rows: Incidents to load at most; ``desk.services.settings.max_incident_rows`` is the operator's limit.
        progress: As for `snlib.incidents.IncidentQuestions.of_caller`.
    """
    about = person_id or caller.sys_id
    desk.require("incidents.view", action="incidents.read", target=about)
    with desk.failure_noted("incidents.read", target=about, target_name=caller.name):
        found = ask(
            desk,
            lambda gateway: _questions(gateway).of_caller(
                caller, filters, max_rows=max_rows, zone=zone, progress=progress
            ),
        )
    desk.note("incidents.read", target=about, target_name=caller.name, detail=f"{len(found.frame)} rows")
    if found.foreign:
        desk.note("incidents.filter_violation", target=about, outcome="failed", detail=f"{found.foreign} rows")
    return found


def instance_counts(desk: Desk, opened_since: date | None = None, zone: tzinfo = UTC) -> InstanceCounts:
    """Return the instance's incident counts, of those opened since a day in ``zone`` (permission ``counts.view``)."""
    desk.require("counts.view", action="counts.read")
    with desk.failure_noted("counts.read"):
        found = ask(desk, lambda gateway: _questions(gateway).counts(opened_since=opened_since, zone=zone))
    desk.note("counts.read", detail=f"{found.total} incidents")
    return found


def link_to(desk: Desk, sys_id: str) -> str:
    """Return the address that opens the incident in ServiceNow."""
    connector = desk.services.connector.load()
    return record_url(connector.instance_url, connector.table, sys_id)


def _questions(gateway: Gateway) -> IncidentQuestions:
    return IncidentQuestions(gateway.table, gateway.aggregate, table=gateway.connector.table)
