"""What an Aggregate API request asks to be computed, and what its HAVING and order make of the groups."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

Function = tuple[str, str]
"""A function and its field: ``("avg", "reassignment_count")``; the count is ``("count", "")``."""

COUNT: Function = ("count", "")
FUNCTIONS = ("avg", "min", "max", "sum")

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Having:
    """One condition on a group: ``avg^priority^>^3``."""

    function: Function
    operator: str
    value: float

    def holds(self, stats: Mapping[Function, str]) -> bool:
        """Whether a group's figures meet it; a figure that is no number meets nothing."""
        figure = _number(stats.get(self.function, ""))
        return figure is not None and _OPERATORS[self.operator](figure, self.value)


@dataclass(frozen=True)
class SortKey:
    """One term of ``sysparm_order_by``: a function (``COUNT``, ``AVG^field``) or a group field."""

    function: Function | None
    field: str
    descending: bool


@dataclass(frozen=True)
class Aggregation:
    """A request.

    Attributes:
        shown: The functions whose figures are answered.
        group_by: The fields to group by.
        having: Conditions on the groups.
        order: The order of the groups; empty is the order of what they display.
    """

    shown: tuple[Function, ...]
    group_by: tuple[str, ...]
    having: tuple[Having, ...]
    order: tuple[SortKey, ...]

    def functions(self) -> tuple[Function, ...]:
        """Return every function to compute, those that only HAVING or the order need included."""
        needed = [*self.shown, *(part.function for part in self.having)]
        needed += [key.function for key in self.order if key.function]
        return tuple(dict.fromkeys(needed))


def read_aggregation(raw: str) -> Aggregation:
    """Read a query string; what cannot be understood is ignored."""
    values = dict(reversed(parse_qsl(raw, keep_blank_values=True)))
    shown: list[Function] = [COUNT] if values.get("sysparm_count", "").strip().lower() == "true" else []
    for function in FUNCTIONS:
        shown += [(function, field) for field in _list(values.get(f"sysparm_{function}_fields", ""))]
    having = [found for part in _list(values.get("sysparm_having", "")) if (found := _having(part))]
    order = [_sort_key(part) for part in _list(values.get("sysparm_order_by", ""))]
    return Aggregation(tuple(shown), tuple(_list(values.get("sysparm_group_by", ""))), tuple(having), tuple(order))


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _having(text: str) -> Having | None:
    parts = text.split("^")
    if len(parts) != 4 or parts[2] not in _OPERATORS:
        return None
    function = _function(parts[0], parts[1])
    value = _number(parts[3])
    return Having(function, parts[2], value) if function and value is not None else None


def _function(name: str, field: str) -> Function | None:
    lowered = name.strip().lower()
    if lowered == "count":
        return COUNT
    return (lowered, field) if lowered in FUNCTIONS else None


def _sort_key(text: str) -> SortKey:
    """Read ``state``, ``state^DESC``, ``COUNT``, ``COUNT^DESC``, ``AVG^field`` or ``AVG^field^DESC``."""
    parts = text.split("^")
    descending = len(parts) > 1 and parts[-1].upper() == "DESC"
    parts = parts[:-1] if descending else parts
    function = _function(parts[0], parts[1] if len(parts) > 1 else "") if parts[0].isupper() else None
    return SortKey(function, parts[0], descending)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def figure(name: str, value: object) -> str:
    """Return a computed figure as it is answered: a text, averages with four decimals, nothing as an empty text."""
    if value is None:
        return ""
    if name == "avg" and isinstance(value, int | float):
        return f"{value:.4f}"
    return str(value)


def sorting(text: str) -> tuple[int, float, str]:
    """Return a key that sorts numbers by size and before texts, empty values first."""
    number = _number(text)
    if not text:
        return (0, 0.0, "")
    return (1, number, "") if number is not None else (2, 0.0, text.casefold())


def nested(stats: Mapping[Function, str], shown: Sequence[Function]) -> dict[str, object]:
    """Return figures as the answer holds them: ``{"count": "12", "avg": {"field": "1.2500"}}``."""
    found: dict[str, object] = {}
    for function in FUNCTIONS:
        fields = {field: stats[name, field] for name, field in shown if name == function and (name, field) in stats}
        if fields:
            found[function] = fields
    return {"count": stats[COUNT], **found} if COUNT in shown else found
