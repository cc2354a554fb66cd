"""The Aggregate API: ``/api/now[/v1|/v2]/stats/{table}``.

Counts obey a role's right to read the table but not the row rules, so they can exceed what a list returns
(servicenow.md 7). Figures are texts; ungrouped the result is an object, grouped an array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route

from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.api.aggregation import (
    COUNT,
    Aggregation,
    Function,
    figure,
    nested,
    read_aggregation,
    sorting,
)
from snlib.demo.servicenow.api.exchange import Call, Reply, endpoint
from snlib.demo.servicenow.api.table_api import ALL_METHODS, VERSIONS, check_fields, compiled
from snlib.demo.servicenow.errors import invalid_table, method_not_supported, table_not_queryable
from snlib.demo.servicenow.query import Compiled, Place
from snlib.demo.servicenow.query.values import NUMBERS
from snlib.demo.servicenow.records.display import Presenter

_HIDDEN_TYPES = frozenset({"password2", "journal_input", "journal_list"})


@dataclass(frozen=True)
class Group:
    """One group: the stored value of each field grouped by, what it displays, and the figures."""

    values: tuple[str, ...]
    shown: tuple[str, ...]
    stats: Mapping[Function, str]


def routes() -> list[BaseRoute]:
    """Return the Aggregate API's routes."""
    return [
        Route(f"/api/now{part}/stats/{{table}}", endpoint(_stats, version), methods=ALL_METHODS)
        for version, part in ((version, f"/{version}" if version else "") for version in VERSIONS)
    ]


def _stats(call: Call) -> Reply:
    table = call.names["table"]
    if table not in TABLES:
        raise invalid_table(table)
    if call.method != "GET":
        raise method_not_supported(call.method)
    if not call.access.reads_table(table):
        raise table_not_queryable()
    asked = read_aggregation(call.params.raw)
    query = compiled(call, table)
    places = [place for field in asked.group_by if (place := _place(query, field))]
    groups = _groups(call, query, asked, places)
    if not places:
        return Reply({"result": {"stats": nested(groups[0].stats, asked.shown)}})
    kept = [group for group in groups if all(part.holds(group.stats) for part in asked.having)]
    _sort(kept, asked, places)
    return Reply({"result": [_entry(call, asked, places, group) for group in kept]})


def _place(query: Compiled, field: str) -> Place | None:
    """Return a field to group by or compute on; unknown ones and secrets count as not there."""
    place = query.joins.place(field)
    return None if place is None or place.column.type in _HIDDEN_TYPES else place


def _groups(call: Call, query: Compiled, asked: Aggregation, places: list[Place]) -> list[Group]:
    """Compute every group; without fields to group by exactly one."""
    columns = {f"g{index}": place.sql for index, place in enumerate(places)}
    functions: dict[str, Function] = {}
    for index, function in enumerate(asked.functions()):
        sql = _function_sql(query, function)
        if sql:
            columns[f"f{index}"], functions[f"f{index}"] = sql, function
    check_fields(call, query)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items()) or "COUNT(*) AS everything"
    grouping = f"GROUP BY {', '.join(place.sql for place in places)}" if places else ""
    rows = call.instance.storage.rows(
        f"SELECT {selected} FROM {query.source} WHERE {query.where} {grouping}", query.params
    )
    presenter = Presenter(call.instance.storage, call.access, "")
    groups = []
    for row in rows:
        values = tuple(row[f"g{index}"] for index in range(len(places)))
        shown = tuple(_display(presenter, place, value) for place, value in zip(places, values, strict=True))
        stats = {function: figure(function[0], row[name]) for name, function in functions.items()}
        groups.append(Group(values, shown, stats))
    return groups


def _function_sql(query: Compiled, function: Function) -> str:
    """Return a function as SQL, empty fields left out; an empty text for one that cannot be computed."""
    name, field = function
    if function == COUNT:
        return "COUNT(*)"
    place = _place(query, field)
    if place is None:
        return ""
    if place.column.type in NUMBERS:
        return f"{name.upper()}(CAST(NULLIF({place.sql}, '') AS INTEGER))"
    return f"{name.upper()}(NULLIF({place.sql}, ''))" if name in {"min", "max"} else ""


def _display(presenter: Presenter, place: Place, value: str) -> str:
    """Return what a group's value displays; an empty one displays nothing."""
    if not value:
        return ""
    return presenter.display(place.table, place.column, {place.column.name: value, "sys_id": ""}) or ""


def _sort(groups: list[Group], asked: Aggregation, places: list[Place]) -> None:
    """Sort in place: by what the groups display, empty first, unless the request has an order of its own."""
    groups.sort(key=lambda group: [text.casefold() for text in group.shown])
    fields = {place.path: (index, place.column.type == "reference") for index, place in enumerate(places)}
    for key in reversed(asked.order):
        if key.function:
            function = key.function
            groups.sort(key=lambda group: sorting(group.stats.get(function, "")), reverse=key.descending)
        elif key.field in fields:
            index, by_display = fields[key.field]
            groups.sort(
                key=lambda group: sorting((group.shown if by_display else group.values)[index]),
                reverse=key.descending,
            )


def _entry(call: Call, asked: Aggregation, places: list[Place], group: Group) -> dict[str, object]:
    fields = []
    for place, value, shown in zip(places, group.values, group.shown, strict=True):
        entry = {"field": place.path, "value": shown if call.params.display == "true" else value}
        fields.append({**entry, "display_value": shown} if call.params.display == "all" else entry)
    return {"stats": nested(group.stats, asked.shown), "groupby_fields": fields}
