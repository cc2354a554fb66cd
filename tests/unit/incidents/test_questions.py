"""What is asked of ServiceNow, and what is made of its counts."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from snlib.incidents.filters import IncidentFilter
from snlib.incidents.questions import COUNTS_MOVED, IncidentQuestions, narrowed
from snlib.servicenow.aggregate import GroupCount
from snlib.servicenow.encoded_query import Query

GROUP = "b" * 32


class Counted:
    """Answers each grouping with what it was given, and remembers the queries."""

    def __init__(self, **groups: list[GroupCount]) -> None:
        self.groups = groups
        self.queries: list[str] = []

    def group_counts(self, table: str, field: str, query: Query) -> tuple[GroupCount, ...]:
        self.queries.append(query.encode(ordered=False))
        return tuple(self.groups[field])

    def count(self, table: str, query: Query) -> int:
        return 0


def questions(aggregate: Any) -> IncidentQuestions:
    """Return questions that count with ``aggregate`` and read no table."""
    return IncidentQuestions(None, aggregate, clock=lambda: datetime(2026, 11, 23, tzinfo=UTC))  # type: ignore[arg-type]


def test_figures_that_moved_are_told():
    """When incidents changed between two counts, so that their totals differ, this is told."""
    group = {"assignment_group": [GroupCount(GROUP, "Network", 3)]}
    steady = Counted(state=[GroupCount("1", "New", 3)], priority=[GroupCount("3", "3 - Moderate", 3)], **group)
    moved = Counted(state=[GroupCount("1", "New", 4)], priority=[GroupCount("3", "3 - Moderate", 3)], **group)
    assert questions(steady).counts().notes == ()
    assert questions(moved).counts().notes == (COUNTS_MOVED,)
    assert questions(moved).counts().total == 4


def test_counts_begin_with_the_viewers_day():
    """Counts since a day begin at midnight where the viewer is, asked for in UTC."""
    one = [GroupCount("1", "", 1)]
    counted = Counted(state=one, priority=one, assignment_group=one)
    questions(counted).counts(opened_since=date(2026, 11, 21), zone=ZoneInfo("Europe/Stockholm"))
    assert set(counted.queries) == {"opened_at>=2026-11-20 23:00:00"}


@pytest.mark.parametrize(
    ("filters", "encoded"),
    [
        (IncidentFilter(), ""),
        (IncidentFilter(states=("1", "2")), "stateIN1,2"),
        (IncidentFilter(states=("",)), "stateISEMPTY"),
        (IncidentFilter(priorities=("p1", "")), "priorityINp1^ORpriorityISEMPTY"),
        (IncidentFilter(states=("1", "a,b")), "stateIN1^ORstate=a,b"),
        (IncidentFilter(groups=("",)), "assignment_groupISEMPTY"),
        (IncidentFilter(groups=("", GROUP)), f"assignment_groupIN{GROUP}^ORassignment_groupISEMPTY"),
        (
            IncidentFilter(("1",), ("3",), (), date(2026, 11, 1)),
            "stateIN1^priorityIN3^opened_at>=2026-11-01 00:00:00",
        ),
    ],
)
def test_the_same_filter_upstream(filters: IncidentFilter, encoded: str):
    """The filter becomes the conditions ServiceNow is asked with."""
    assert narrowed(Query(), filters).encode(ordered=False) == encoded
