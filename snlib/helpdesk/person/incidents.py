"""A person's incidents, counted and listed with the agent's own token."""

from __future__ import annotations

from datetime import UTC, tzinfo

from snlib.errors import UnexpectedAnswer
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Desk, Target
from snlib.incidents import Caller, CallerCounts, IncidentFilter, IncidentList
from snlib.incidents.questions import FIRST_ROWS
from snlib.servicenow.client import Progress


def counts_of(desk: Desk, caller: Caller, *, person_id: str = "") -> CallerCounts:
    """Return how many incidents the caller has, in all and by state (permission ``incidents.view``).

    ``person_id`` is the person who is this caller, for the access log; the caller's sys_id when empty.
    """
    with desk.act(Act.INCIDENTS_COUNT, Target(person_id or caller.sys_id, caller.name)) as permit:
        found = ask(permit, lambda gateway: gateway.incidents.counts_of_caller(caller))
        permit.detail = f"{found.total} incidents"
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
    """Return the caller's incidents, newest first; logged (permission ``incidents.view``).

    A filter's day begins in ``zone``. At most ``max_rows`` are loaded; ``desk.settings.max_incident_rows`` is the
    operator's limit. ``person_id`` is as for `counts_of`, ``progress`` as for `IncidentQuestions.of_caller`.
    """
    about = Target(person_id or caller.sys_id, caller.name)
    with desk.act(Act.INCIDENTS_READ, about) as permit:
        try:
            found = ask(
                permit,
                lambda gateway: gateway.incidents.of_caller(
                    caller, filters, max_rows=max_rows, zone=zone, progress=progress
                ),
            )
        except UnexpectedAnswer as error:
            if error.kind == "foreign":
                permit.note(Act.INCIDENTS_FOREIGN, Target(about.id), outcome="failed", detail="every row")
            raise
        permit.detail = f"{len(found.frame)} rows"
        if found.foreign:
            permit.note(Act.INCIDENTS_FOREIGN, Target(about.id), outcome="failed", detail=f"{found.foreign} rows")
    return found
