"""The questions pages ask about incidents; each is one walk of the Table API or a few counts of the Aggregate API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

import pandas as pd
import pyarrow.compute as pc

from snlib.clock import Clock, utc_now
from snlib.incidents.columns import FIELDS
from snlib.incidents.counts import CallerCounts, InstanceCounts, in_value_order, largest_first
from snlib.incidents.filters import FilterField, IncidentFilter
from snlib.incidents.frames import build_frame
from snlib.incidents.matching import Caller
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import Progress, TableClient
from snlib.servicenow.encoded_query import Query, field

FIRST_ROWS = 500
"""Rows of a list that is to show at once."""

FOREIGN_ROWS = "ServiceNow returned rows outside your filter; they were hidden."
COUNTS_MOVED = "Incidents changed while they were counted: the figures may differ by a few."


@dataclass(frozen=True, slots=True)
class IncidentList:
    """A caller's incidents, newest first.

    Attributes:
        frame: Columns as ``columns.COLUMNS``.
        total: How many match on the instance, hidden ones included; None when it did not say.
        hidden: How many of ``total`` the agent's own access did not show.
        complete: Whether every readable row is here; False when there are more than were asked for.
        as_of: When the question was asked; aware UTC.
        filters: What all these incidents pass.
        notes: What an agent should know, one sentence each.
        foreign: Rows that ServiceNow returned although they do not match; they are not in ``frame``.
    """

    frame: pd.DataFrame
    total: int | None
    loaded: int
    hidden: int
    complete: bool
    as_of: datetime
    filters: IncidentFilter
    notes: tuple[str, ...] = ()
    foreign: int = 0

    def narrowed(self, filters: IncidentFilter, *, zone: tzinfo = UTC) -> IncidentList | None:
        """Return the rows of this list that pass ``filters`` too; ``total`` is then how many these are.

        Only a complete list can say how many incidents pass. Of another one None is returned: ask
        `IncidentQuestions.of_caller` with the filters, whose ``total`` is the instance's count of what passes. The
        day ``opened_since`` begins in the viewer's ``zone``.
        """
        if filters == self.filters:
            return self
        if not self.complete or self.filters:
            return None
        frame = filters.apply(self.frame, zone=zone).reset_index(drop=True)
        return replace(self, frame=frame, total=len(frame), loaded=len(frame), filters=filters)


class IncidentQuestions:
    """Ask one instance about the incidents in ``table``, with one agent's token; raises what the clients do."""

    def __init__(
        self, table_client: TableClient, aggregate: AggregateClient, *, table: str = "incident", clock: Clock = utc_now
    ) -> None:
        self._table_client = table_client
        self._aggregate = aggregate
        self._table = table
        self._clock = clock

    def of_caller(
        self,
        caller: Caller,
        filters: IncidentFilter | None = None,
        *,
        max_rows: int = FIRST_ROWS,
        zone: tzinfo = UTC,
        progress: Progress | None = None,
    ) -> IncidentList:
        """Return the caller's incidents that pass ``filters``, the newest first.

        For a person with many, ask twice: with ``FIRST_ROWS``, which is one page, for rows to show at once, and where
        that list is not complete again with more rows and ``progress``.

        Args:
            caller: As ``match_caller`` found it.
            filters: What to keep; None keeps everything. ``total`` counts what passes them.
            max_rows: Rows to load at most.
            zone: The viewer's time zone, for ``opened_since``.
            progress: Called after every page.
        """
        chosen = filters or IncidentFilter()
        as_of = self._clock()
        query = narrowed(Query().where(field("caller_id").equals(caller.sys_id)), chosen, zone=zone)
        query = query.order_by("opened_at", descending=True)
        walk = self._table_client.walk(self._table, query, FIELDS, max_rows=max_rows, progress=progress)
        # An instance drops a condition it cannot read: a stranger's incident must not show as this person's.
        own = pc.equal(pc.utf8_lower(walk.rows["caller_id"]), caller.sys_id.lower())  # instances compare so, too
        built = build_frame(walk.rows.filter(own))
        frame = chosen.apply(built.frame, zone=zone)
        foreign = len(walk.rows) - len(frame)
        return IncidentList(
            frame=frame.reset_index(drop=True) if foreign else built.frame,
            total=None if foreign else walk.total,
            loaded=len(frame),
            hidden=0 if foreign else walk.hidden_rows,
            complete=walk.complete,
            as_of=as_of,
            filters=chosen,
            notes=(*((FOREIGN_ROWS,) if foreign else walk.notes), *built.notes()),
            foreign=foreign,
        )

    def counts_of_caller(self, caller: Caller) -> CallerCounts:
        """Return how many incidents the caller has, in all and by state, with one call."""
        as_of = self._clock()
        query = Query().where(field("caller_id").equals(caller.sys_id))
        by_state = in_value_order(self._aggregate.group_counts(self._table, "state", query))
        return CallerCounts(total=sum(count.count for count in by_state), by_state=by_state, as_of=as_of)

    def counts(self, *, opened_since: date | None = None, zone: tzinfo = UTC) -> InstanceCounts:
        """Return how many incidents the instance has, in all and by state, priority and assignment group.

        Only those count that were opened on the day ``opened_since``, which begins in the viewer's ``zone``, or later.
        """
        as_of = self._clock()
        query = narrowed(Query(), IncidentFilter(opened_since=opened_since), zone=zone)
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
    for name in (FilterField.STATE, FilterField.PRIORITY, FilterField.ASSIGNMENT_GROUP):
        if values := filters.values(name):
            query = query.any_of(*field(name).one_of(values))
    if (since := filters.opened_from(zone)) is not None:
        query = query.where(field("opened_at").on_or_after(since))
    return query
