"""The questions pages ask about incidents; each is one walk of the Table API or a few counts of the Aggregate API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

import pandas as pd

from snlib.clock import Clock, utc_now
from snlib.incidents.columns import FIELDS
from snlib.incidents.counts import CallerCounts, InstanceCounts, in_value_order, largest_first
from snlib.incidents.filters import IncidentFilter
from snlib.incidents.frames import build_frame
from snlib.incidents.matching import Caller
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field

MAX_ROWS = 500
PAGE_ROWS = 500

FOREIGN_ROWS = "ServiceNow returned rows outside your filter; they were hidden."
COUNTS_MOVED = "Incidents changed while they were counted: the figures may differ by a few."


@dataclass(frozen=True, slots=True)
class IncidentList:
    """A caller's incidents, newest first.

    Attributes:
        frame: Columns as ``columns.COLUMNS``.
        total: How many match on the instance, hidden ones included; None when it did not say.
        loaded: Rows in ``frame``.
        hidden: How many of ``total`` the agent's own access did not show.
        complete: Whether every readable row is here; False when there are more than were asked for.
        as_of: When the question was asked; aware UTC.
        notes: What an agent should know, one sentence each.
        foreign: Rows that ServiceNow returned although they do not match; they are not in ``frame``.
    """

    frame: pd.DataFrame
    total: int | None
    loaded: int
    hidden: int
    complete: bool
    as_of: datetime
    notes: tuple[str, ...] = ()
    foreign: int = 0


class IncidentQuestions:
    """Ask one instance, with one agent's token.

    Args:
        table_client: Reads records.
        aggregate: Counts them.
        table: The incident table's name.
        clock: What time it is.
    """

    def __init__(
        self,
        table_client: TableClient,
        aggregate: AggregateClient,
        *,
        table: str = "incident",
        clock: Clock = utc_now,
    ) -> None:
        self._table_client = table_client
        self._aggregate = aggregate
        self._table = table
        self._clock = clock

    def of_caller(
        self, caller: Caller, filters: IncidentFilter | None = None, *, max_rows: int = MAX_ROWS, zone: tzinfo = UTC
    ) -> IncidentList:
        """Return the caller's incidents that pass ``filters``, the newest first.

        Args:
            caller: As ``match_caller`` found it.
            filters: What to keep; None keeps everything.
            max_rows: Rows to load at most.
            zone: The viewer's time zone, for ``opened_since``.

        Raises:
            SignInRequired: The agent must authenticate with ServiceNow.
            ServiceError: ServiceNow answered with an error.
            ServiceUnreachable: ServiceNow did not answer.
        """
        wanted = filters or IncidentFilter()
        as_of = self._clock()
        query = narrowed(Query().where(field("caller_id").equals(caller.sys_id)), wanted, zone=zone)
        walk = self._table_client.walk(
            self._table,
            query.order_by("opened_at", descending=True),
            FIELDS,
            page_rows=min(PAGE_ROWS, max_rows),
            max_rows=max_rows,
        )
        # An instance drops a condition it cannot read: a stranger's incident must not show as this person's.
        own = [record for record in walk.records if record.value("caller_id") == caller.sys_id]
        built = build_frame(own)
        frame = wanted.apply(built.frame, zone=zone).reset_index(drop=True)
        foreign = len(walk.records) - len(frame)
        total = None if foreign else walk.total
        loaded = len(frame)
        return IncidentList(
            frame=frame,
            total=total,
            loaded=loaded,
            hidden=0 if foreign else walk.hidden_rows,
            complete=walk.complete,
            as_of=as_of,
            notes=(*((FOREIGN_ROWS,) if foreign else walk.notes), *built.notes()),
            foreign=foreign,
        )

    def counts_of_caller(self, caller: Caller) -> CallerCounts:
        """Return how many incidents the caller has, in all and by state, with one call.

        Raises:
            SignInRequired: The agent must authenticate with ServiceNow.
            ServiceError: ServiceNow answered with an error.
            ServiceUnreachable: ServiceNow did not answer.
        """
        as_of = self._clock()
        query = Query().where(field("caller_id").equals(caller.sys_id))
        by_state = in_value_order(self._aggregate.group_counts(self._table, "state", query))
        return CallerCounts(total=sum(count.count for count in by_state), by_state=by_state, as_of=as_of)

    def counts(self, *, opened_since: date | None = None, zone: tzinfo = UTC) -> InstanceCounts:
        """Return how many incidents the instance has, in all and by state, priority and assignment group.

        Args:
            opened_since: First day of opening that counts; None counts all.
            zone: The viewer's time zone, which decides when that day begins.

        Raises:
            SignInRequired: The agent must authenticate with ServiceNow.
            ServiceError: ServiceNow answered with an error.
            ServiceUnreachable: ServiceNow did not answer.
        """
        as_of = self._clock()
        query = Query()
        if opened_since is not None:
            start = datetime.combine(opened_since, time.min, tzinfo=zone).astimezone(UTC)
            query = query.where(field("opened_at").on_or_after(start))
        by_state, by_priority, by_group = (
            self._aggregate.group_counts(self._table, name, query) for name in ("state", "priority", "assignment_group")
        )
        totals = {sum(count.count for count in counts) for counts in (by_state, by_priority, by_group)}
        return InstanceCounts(
            # Incidents without the field have a bucket of their own, so the buckets add up to everything.
            total=sum(count.count for count in by_state),
            by_state=in_value_order(by_state),
            by_priority=in_value_order(by_priority),
            by_group=largest_first(by_group),
            as_of=as_of,
            notes=(COUNTS_MOVED,) if len(totals) > 1 else (),
        )


def narrowed(query: Query, filters: IncidentFilter, *, zone: tzinfo = UTC) -> Query:
    """Return ``query`` with the conditions of ``filters`` added."""
    if filters.states:
        query = query.where(field("state").is_in(filters.states))
    if filters.priorities:
        query = query.where(field("priority").is_in(filters.priorities))
    if filters.groups:
        group = field("assignment_group")
        sys_ids = [sys_id for sys_id in filters.groups if sys_id]
        conditions = [group.is_in(sys_ids)] if sys_ids else []
        query = query.any_of(*conditions, *([group.is_empty()] if "" in filters.groups else []))
    if (since := filters.opened_from(zone)) is not None:
        query = query.where(field("opened_at").on_or_after(since))
    return query
