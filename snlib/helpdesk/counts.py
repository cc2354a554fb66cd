"""The instance's incident counts, for a team lead."""

from __future__ import annotations

from datetime import UTC, date, tzinfo

from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import ask
from snlib.helpdesk.desk import Desk
from snlib.incidents import InstanceCounts


def instance_counts(desk: Desk, opened_since: date | None = None, zone: tzinfo = UTC) -> InstanceCounts:
    """Return the instance's counts of incidents opened since a day in ``zone`` (permission ``counts.view``)."""
    with desk.act(Act.COUNTS_READ) as permit:
        found = ask(permit, lambda gateway: gateway.incidents.counts(opened_since=opened_since, zone=zone))
        permit.detail = f"{found.total} incidents"
    return found
