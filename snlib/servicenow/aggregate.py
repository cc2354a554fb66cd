"""Counting on the instance, through the Aggregate API.

A count covers every row that matches; rows that access control rules hide one by one are counted too. So a count can be
larger than the list an agent may read.

Vendor: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_AggregateAPI.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snlib.errors import InvalidInput
from snlib.servicenow import refusals
from snlib.servicenow.client import InstanceClient
from snlib.servicenow.encoded_query import Query
from snlib.servicenow.known_fields import is_known
from snlib.servicenow.protocol import result_of, table_path
from snlib.servicenow.records import record_of
from snlib.transport import Answer


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many rows hold one value; ``value`` is "" for the rows that hold none."""

    value: str
    display_value: str
    count: int


class AggregateClient(InstanceClient):
    """Counts records."""

    def count(self, table: str, query: Query | None = None) -> int:
        """Return how many rows match.

        Raises:
            InvalidInput: The query names a field the table does not have; nothing was sent.
        """

        def read(answer: Answer) -> int:
            return decipher_count(answer.status_code, answer.headers, answer.body, table=table)

        return self.calls.get(table_path(table, version=self.version, api="stats"), _params(table, query), read)

    def group_counts(
        self, table: str, field: str, query: Query | None = None, *, only: tuple[str, str] | None = None
    ) -> tuple[GroupCount, ...]:
        """Return how many rows match for each value of ``field``, in the instance's order.

        ``only`` is a field and the value that every row must hold in it: the rows are grouped by it too, so that the
        answer itself shows that the instance did not drop the condition.

        Raises:
            InvalidInput: The table does not have this field, or one the query names; nothing was sent.
            UnexpectedAnswer: Rows with another value of ``only`` were counted, or it was left out.
        """
        if not is_known(table, field):
            raise InvalidInput({field: f"{field} is not a known field of the table {table}."})
        params = {
            **_params(table, query),
            "sysparm_group_by": field if only is None else f"{field},{only[0]}",
            "sysparm_display_value": "all",
        }

        def read(answer: Answer) -> tuple[GroupCount, ...]:
            given = (answer.status_code, answer.headers, answer.body)
            return decipher_groups(*given, table=table, field=field, only=only)

        return self.calls.get(table_path(table, version=self.version, api="stats"), params, read)


def decipher_count(status_code: int, headers: Mapping[str, str], body: bytes, *, table: str = "incident") -> int:
    """Return the count an ungrouped answer holds; raises as :func:`snlib.servicenow.protocol.decipher`."""
    count = _count(result_of(status_code, headers, body, table=table))
    if count is None:
        raise refusals.shape(status_code, headers)
    return count


def decipher_groups(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    field: str,
    table: str = "incident",
    only: tuple[str, str] | None = None,
) -> tuple[GroupCount, ...]:
    """Return the groups a grouped answer holds; raises as :func:`snlib.servicenow.protocol.decipher`."""
    result = result_of(status_code, headers, body, table=table)
    if only is not None and _count(result) != 0:
        result = [_without(entry, *only) for entry in result] if isinstance(result, list) else [None]
        if None in result:
            raise refusals.not_narrowed(status_code, f"the counts are not of one {only[0]}")
    if _count(result) == 0:  # nothing matched, said as an answer without groups is said
        return ()
    groups = [_group(entry, field) for entry in result] if isinstance(result, list) else [None]
    found: dict[str, GroupCount] = {}
    for group in groups:
        if group is None:
            # Without one of the counts every sum would be too small.
            raise refusals.shape(status_code, headers)
        # Where null and empty text are both stored, rows without a value come as several groups.
        before = found.get(group.value)
        label = (before and before.display_value) or group.display_value
        found[group.value] = GroupCount(group.value, label, group.count + (before.count if before else 0))
    return tuple(found.values())


def _without(entry: Any, name: str, value: str) -> Any:
    """Return a group without its field ``name``; None when the group does not hold ``value`` there."""
    named = entry.get("groupby_fields") if isinstance(entry, dict) else None
    if not isinstance(named, list) or not all(isinstance(one, dict) for one in named):
        return None
    held = [one.get("value") for one in named if one.get("field") == name]
    if len(held) != 1 or not isinstance(held[0], str) or held[0].lower() != value.lower():
        return None
    return {**entry, "groupby_fields": [one for one in named if one.get("field") != name]}


def _params(table: str, query: Query | None) -> dict[str, str]:
    params = {"sysparm_count": "true"}
    if query is not None:
        query.check(table)
        if encoded := query.encode(ordered=False):
            params["sysparm_query"] = encoded
    return params


def _count(entry: Any) -> int | None:
    """Return the count of ``{"stats": {"count": "66"}}``, None for any other form."""
    stats = entry.get("stats") if isinstance(entry, dict) else None
    text = stats.get("count") if isinstance(stats, dict) else None
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) <= 13):
        return None
    return int(text)


def _group(entry: Any, field: str) -> GroupCount | None:
    count = _count(entry)
    named = entry.get("groupby_fields") if isinstance(entry, dict) else None
    if count is None or not isinstance(named, list) or len(named) != 1 or not isinstance(named[0], dict):
        return None
    if named[0].get("field") != field:
        return None
    cell = record_of({field: {name: named[0][name] for name in ("value", "display_value") if name in named[0]}})
    if cell.unreadable:
        return None
    return GroupCount(cell.value(field), cell.display_value(field), count)
