"""Writes one condition as SQL. Empty counts as "not equal", "not like" and "not in", as on a real instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from snlib.demo.servicenow.query import periods, scripts
from snlib.demo.servicenow.query.joins import Joins, Place
from snlib.demo.servicenow.query.nodes import Condition
from snlib.demo.servicenow.query.values import DATES, NUMBERS, comparable
from snlib.demo.servicenow.viewer import Viewer

Sql = tuple[str, list[object]]
"""A boolean SQL expression and its parameters."""

NEVER: Sql = ("0", [])
ALWAYS: Sql = ("1", [])

_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_FIELDS = {
    "SAMEAS": "=",
    "NSAMEAS": "<>",
    "GT_FIELD": ">",
    "LT_FIELD": "<",
    "GT_OR_EQUALS_FIELD": ">=",
    "LT_OR_EQUALS_FIELD": "<=",
}
_RELATIVE = {"RELATIVEGT": ">", "RELATIVEGE": ">=", "RELATIVELT": "<", "RELATIVELE": "<="}
_CHILDREN = {"task": ("task", "incident", "problem", "change_request")}


def sql_of(condition: Condition, place: Place, joins: Joins, viewer: Viewer) -> Sql | None:
    """Return a condition on a known field as SQL, or None for one that a real instance drops."""
    operator, value = condition.operator, condition.value
    if operator in _WITHOUT_VALUE:
        return _WITHOUT_VALUE[operator](place)
    if operator in _FIELDS:
        return _between_fields(place, operator, value, joins)
    if operator in _RELATIVE or operator == "RELATIVEEE":
        return _relative(place, operator, value, viewer)
    if operator in {"BETWEEN", "ON", "NOTON"}:
        return _range(place, operator, value, viewer)
    literal = _literal(value, viewer)
    if literal is None:
        return None
    if operator in {"=", "!="}:
        return _negated(equals(place, literal), operator == "!=")
    if operator in {"IN", "NOT IN"}:
        return _negated(any_of(equals(place, part) for part in literal.split(",")), operator == "NOT IN")
    if operator in {"LIKE", "NOT LIKE", "STARTSWITH", "ENDSWITH"}:
        return _negated(_part(place, operator.removeprefix("NOT "), literal, joins), operator == "NOT LIKE")
    if operator in _COMPARISONS:
        return _compared(place, _COMPARISONS[operator], literal)
    if operator == "INSTANCEOF":
        return any_of(equals(place, name) for name in _CHILDREN.get(literal, (literal,)))
    return None  # recognised, but not evaluated: MORETHAN, DYNAMIC, VALCHANGES …


def equals(place: Place, literal: str) -> Sql:
    """Return equality of the stored value; an empty literal asks for empty fields."""
    kind = place.column.type
    if not literal:
        return f"{place.sql} = ''", []
    operand = comparable(kind, literal)
    if operand is None:
        return NEVER
    if kind in NUMBERS:
        return f"({place.sql} <> '' AND CAST({place.sql} AS INTEGER) = ?)", [operand]
    if kind in {"GUID", "reference"}:
        # Without regard to case, but not so that no index serves: a key is in capitals or it is not.
        return f"{place.sql} IN (?, ?, ?)", [operand, literal, literal.upper()]
    if kind in DATES or kind == "boolean":
        return f"{place.sql} = ?", [operand]
    return f"casefold({place.sql}) = ?", [operand]


def any_of(parts: Iterable[Sql]) -> Sql:
    """Join expressions with OR."""
    return _joined(list(parts), "OR")


def all_of(parts: Iterable[Sql]) -> Sql:
    """Join expressions with AND."""
    return _joined(list(parts), "AND")


def _joined(parts: list[Sql], word: str) -> Sql:
    """Join by halves: SQLite refuses an expression that is nested a thousand deep, as a plain chain would be."""
    if len(parts) < 2:
        return parts[0]
    half = len(parts) // 2
    left, right = _joined(parts[:half], word), _joined(parts[half:], word)
    return f"({left[0]} {word} {right[0]})", left[1] + right[1]


_WITHOUT_VALUE: dict[str, Callable[[Place], Sql]] = {
    "ISEMPTY": lambda place: (f"{place.sql} = ''", []),
    "ISNOTEMPTY": lambda place: (f"{place.sql} <> ''", []),
    "EMPTYSTRING": lambda place: (f"{place.sql} = ''", []),
    "ANYTHING": lambda place: ALWAYS,
}


def _literal(value: str, viewer: Viewer) -> str | None:
    """Return a value, evaluated when it is a script; None when the sandbox refuses the script."""
    return scripts.evaluate(value, viewer) if value.startswith(scripts.PREFIX) else value


def _negated(sql: Sql, negate: bool) -> Sql:
    return (f"NOT ({sql[0]})", sql[1]) if negate else sql


def _part(place: Place, operator: str, literal: str, joins: Joins) -> Sql:
    """Contains, begins with, ends with; on a reference they act on what it displays."""
    if place.column.type == "password2":
        return NEVER
    if not literal:
        return ALWAYS
    text, operand = f"casefold({joins.display(place)})", literal.casefold()
    if operator == "LIKE":
        return f"instr({text}, ?) > 0", [operand]
    if operator == "STARTSWITH":
        return f"substr({text}, 1, ?) = ?", [len(operand), operand]
    return f"substr({text}, -?) = ?", [len(operand), operand]


def _compared(place: Place, sign: str, literal: str) -> Sql:
    operand = comparable(place.column.type, literal)
    if operand is None:
        return NEVER
    return f"({place.sql} <> '' AND {_ordered(place)} {sign} ?)", [operand]


def _ordered(place: Place) -> str:
    """Return a place's value in the form in which smaller and greater make sense for its kind."""
    if place.column.type in NUMBERS:
        return f"CAST({place.sql} AS INTEGER)"
    return place.sql if place.column.type in DATES else f"casefold({place.sql})"


def _between_fields(place: Place, operator: str, field: str, joins: Joins) -> Sql | None:
    other = joins.place(field)
    if other is None:
        return None
    expression = f"{_ordered(place)} {_FIELDS[operator]} {_ordered(other)}"
    if operator in {"SAMEAS", "NSAMEAS"}:
        return f"({expression})", []
    return f"({place.sql} <> '' AND {other.sql} <> '' AND {expression})", []


def _range(place: Place, operator: str, value: str, viewer: Viewer) -> Sql | None:
    """``BETWEENa@b`` and ``ONlabel@start@end``, both ends included; the label is for people only."""
    parts = value.split("@")
    if operator != "BETWEEN":
        parts = parts[1:] if place.column.type in DATES else []
    if len(parts) != 2:
        return None
    literals = [_literal(part, viewer) for part in parts]
    if literals[0] is None or literals[1] is None:
        return None
    low, high = _compared(place, ">=", literals[0]), _compared(place, "<=", literals[1])
    return _negated((f"({low[0]} AND {high[0]})", low[1] + high[1]), operator == "NOTON")


def _relative(place: Place, operator: str, value: str, viewer: Viewer) -> Sql | None:
    """``RELATIVEGT@hour@ago@1``: after, before … the moment so many units from now; ``EE`` is within that unit."""
    parts = value.removeprefix("@").split("@")
    if place.column.type not in DATES or len(parts) != 3:
        return None
    unit, direction, count = parts
    if unit not in periods.UNITS or direction not in {"ago", "ahead"} or not count.isdecimal():
        return None
    now = viewer.now.astimezone(viewer.zone).replace(tzinfo=None, microsecond=0)
    try:
        moment = periods.shifted(now, unit, -int(count) if direction == "ago" else int(count))
        edges = (moment, periods.beginning(moment, unit), periods.end(moment, unit))
        exact, low, high = (periods.stored(edge, viewer.zone) for edge in edges)
    except (OverflowError, ValueError):
        return None  # beyond the calendar
    if operator in _RELATIVE:
        return _compared(place, _RELATIVE[operator], exact)
    return f"({place.sql} BETWEEN ? AND ?)", [low, high]
