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
from snlib.servicenow import refusals
from snlib.servicenow.aggregate import AggregateClient, GroupCount
from snlib.servicenow.client import Progress, TableClient
from snlib.servicenow.encoded_query import Query, field

FIRST_ROWS = 500
"""Rows of a list that is to show at once."""

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""No incident was opened after it: whoever counts some dropped the condition."""

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

        Raises:
            UnexpectedAnswer: None of the rows is the caller's, or it is not certain that there are none.
        """
        chosen = filters or IncidentFilter()
        as_of = self._clock()
        query = narrowed(Query().where(field("caller_id").equals(caller.sys_id)), chosen, zone=zone)
        query = query.order_by("opened_at", descending=True)
        walk = self._table_client.walk(self._table, query, FIELDS, max_rows=max_rows, progress=progress)
        # An instance drops a condition it cannot read: a stranger's incident must not show as this person's.
        own = pc.equal(pc.utf8_lower(walk.rows["caller_id"]), caller.sys_id.lower())  # instances compare so, too
        built = build_frame(walk.rows.filter(own))
        if len(walk.rows) and not len(built.frame):
            raise refusals.not_narrowed(200, "no row is the caller's")
        if not len(walk.rows):
            self._check_empty("caller_id")
            if walk.total:  # rows that the agent may not read: they are counted as this caller's, so they must be
                self._by_state(caller)
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
        """Return how many incidents the caller has, in all and by state, with one call; with two where there is none.

        Raises:
            UnexpectedAnswer: It is not certain that the caller's incidents were counted, and nothing else.
        """
        as_of = self._clock()
        by_state = in_value_order(self._by_state(caller))
        if not by_state:
            self._check_empty("caller_id")
        return CallerCounts(total=sum(count.count for count in by_state), by_state=by_state, as_of=as_of)

    def _by_state(self, caller: Caller) -> tuple[GroupCount, ...]:
        own = field("caller_id").equals(caller.sys_id)
        return self._aggregate.group_counts(self._table, "state", Query().where(own), only=("caller_id", caller.sys_id))

    def _check_empty(self, name: str) -> None:
        """Raise unless an empty answer to a condition on the field ``name`` means that no row meets it.

        An instance set to return no rows for a condition it cannot read (``glide.invalid_query.returns_no_rows``) gives
        none for any condition on the field; one that can read it gives those in which it is filled. Where it is filled
        nowhere, only an empty table is proof.
        """
        filled = self._table_client.page(
            self._table, Query().where(field(name).is_not_empty()), (name,), limit=1, labels=False
        )
        if filled.total or any(record.value(name) for record in filled.records):
            return
        if self._table_client.page(self._table, Query(), ("sys_id",), limit=1, labels=False).total != 0:
            raise refusals.unproven_empty(f"no row with {name} was found")

    def counts(self, *, opened_since: date | None = None, zone: tzinfo = UTC) -> InstanceCounts:
        """Return how many incidents the instance has, in all and by state, priority and assignment group.

        Only those count that were opened on the day ``opened_since``, which begins in the viewer's ``zone``, or later.

        Raises:
            UnexpectedAnswer: It is not certain that only those were counted.
        """
        as_of = self._clock()
        query = narrowed(Query(), IncidentFilter(opened_since=opened_since), zone=zone)
        by_state, by_priority, by_group = (
            self._aggregate.group_counts(self._table, name, query) for name in ("state", "priority", "assignment_group")
        )
        if opened_since is not None:
            if self._aggregate.count(self._table, Query().where(field("opened_at").on_or_after(_NEVER))):
                raise refusals.not_narrowed(200, "the condition on opened_at was dropped")
            if not by_state:
                self._check_empty("opened_at")
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
