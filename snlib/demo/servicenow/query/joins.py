"""Turns field names into SQL, following references: ``caller_id.department.name`` joins two tables."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.demo.core.schema import TABLES, Column
from snlib.demo.core.storage import quoted

_MOST_JOINS = 60  # SQLite joins 64 tables at most; a longer dot-walk counts as an unknown field


@dataclass(frozen=True)
class Place:
    """Where a field's value is found.

    Attributes:
        sql: An expression that yields the stored value, never NULL.
        column: The column it ends in.
        table: The table of that column.
        path: The field's name as it was asked for.
    """

    sql: str
    column: Column
    table: str
    path: str


class Joins:
    """The tables one query needs: the table itself as ``t0`` and a LEFT JOIN for each reference followed.

    Args:
        table: The table that is queried.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._aliases: dict[str, str] = {"": "t0"}
        self._clauses: list[str] = []
        self.places: list[Place] = []
        """Every field that was found, each step of a dot-walk included."""
        self.unknown: list[str] = []
        """Every field that was asked for and does not exist."""

    def place(self, field: str) -> Place | None:
        """Return where a field is, or None: no such column, or a step that is no reference."""
        table, prefix = self._table, ""
        *steps, last = field.split(".")
        for step in steps:
            column = TABLES[table].columns.get(step)
            walkable = column is not None and column.type == "reference" and column.reference in TABLES
            if column is None or not walkable or len(self._aliases) > _MOST_JOINS:
                self.unknown.append(field)
                return None
            self.places.append(self._at(prefix, column, table, f"{prefix}{step}"))
            prefix = self._joined(prefix, column)
            table = column.reference
        column = TABLES[table].columns.get(last)
        if column is None:
            self.unknown.append(field)
            return None
        place = self._at(prefix, column, table, field)
        self.places.append(place)
        return place

    def display(self, place: Place) -> str:
        """Return an expression for what a reference shows (its target's display column); others show themselves."""
        target = TABLES.get(place.column.reference)
        if place.column.type != "reference" or target is None:
            return place.sql
        prefix = place.path.removesuffix(place.column.name)
        joined = self._joined(prefix, place.column)
        return self._at(joined, target.columns[target.display], target.name, "").sql

    def from_clause(self) -> str:
        """Return ``"incident" AS t0 LEFT JOIN …`` for everything asked so far."""
        return " ".join([f"{quoted(self._table)} AS t0", *self._clauses])

    def _at(self, prefix: str, column: Column, table: str, path: str) -> Place:
        alias = self._aliases[prefix]
        plain = f"{alias}.{quoted(column.name)}"
        return Place(plain if alias == "t0" else f"COALESCE({plain}, '')", column, table, path)

    def _joined(self, prefix: str, column: Column) -> str:
        """Join a reference's target once; return the prefix under which its columns are found."""
        walked = f"{prefix}{column.name}."
        if walked not in self._aliases:
            alias = self._aliases[walked] = f"t{len(self._aliases)}"
            self._clauses.append(
                f"LEFT JOIN {quoted(column.reference)} AS {alias}"
                f' ON {alias}."sys_id" = {self._aliases[prefix]}.{quoted(column.name)}'
            )
        return walked
