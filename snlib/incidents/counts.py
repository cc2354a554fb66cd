"""Numbers of incidents, as the instance counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from snlib.incidents.columns import NONE_LABEL, value_order
from snlib.servicenow.aggregate import GroupCount
from snlib.text import plain_cell


@dataclass(frozen=True, slots=True)
class CallerCounts:
    """One caller's incidents, by state in the order of the stored values, as of an aware UTC time.

    The instance counts rows that access control rules may hide from a list.
    """

    total: int
    by_state: tuple[GroupCount, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class InstanceCounts:
    """All incidents of the instance that match a filter.

    Attributes:
        by_state: In the order of the stored values, as ``by_priority``.
        by_group: The largest first; the incidents without a group last.
        as_of: When the first question was asked; aware UTC.
        notes: What an agent should know about these figures, e.g. that they moved while they were counted.
    """

    total: int
    by_state: tuple[GroupCount, ...]
    by_priority: tuple[GroupCount, ...]
    by_group: tuple[GroupCount, ...]
    as_of: datetime
    notes: tuple[str, ...] = ()


def in_value_order(counts: Iterable[GroupCount]) -> tuple[GroupCount, ...]:
    """Return ``counts`` labelled, in the order of the stored values, the empty bucket last."""
    return tuple(sorted(map(_labelled, counts), key=lambda count: value_order(count.value)))


def largest_first(counts: Iterable[GroupCount]) -> tuple[GroupCount, ...]:
    """Return ``counts`` labelled, the largest first (equal ones by name), the empty bucket last."""

    def order(count: GroupCount) -> tuple[bool, int, str, str]:
        return not count.value, -count.count, count.display_value.casefold(), count.value

    return tuple(sorted(map(_labelled, counts), key=order))


def _labelled(count: GroupCount) -> GroupCount:
    if not count.value:
        return replace(count, display_value=NONE_LABEL)
    return replace(count, display_value=plain_cell(count.display_value) or plain_cell(count.value))
