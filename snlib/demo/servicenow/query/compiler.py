"""Compiles an encoded query for one table into SQL, dropping what does not fit, as a real instance does.

A condition on an unknown field vanishes, and with it the restriction: ``no_such_field=banana`` matches the whole table.
That is the most dangerous behaviour of the original (servicenow.md 2.3), so it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from snlib.demo.core.schema import TABLES
from snlib.demo.core.schema.choices import CHOICES
from snlib.demo.servicenow.query.joins import Joins, Place
from snlib.demo.servicenow.query.nodes import TEXT_SEARCH, Condition, EncodedQuery, Segment, Term
from snlib.demo.servicenow.query.operators import ALWAYS, NEVER, Sql, all_of, any_of, equals, sql_of
from snlib.demo.servicenow.query.parser import parse
from snlib.demo.servicenow.query.values import DATES, NUMBERS
from snlib.demo.servicenow.viewer import Viewer

_SEARCHED = frozenset({"string", "journal_input"})


@dataclass(frozen=True)
class Compiled:
    """A query as SQL.

    Attributes:
        joins: The tables it needs and every field it touches, by condition, order or dot-walk; more may be added.
        where: What follows WHERE.
        params: The parameters of ``where``.
        order: What follows ORDER BY; insertion order decides between equals.
        invalid: Whether a condition was dropped.
    """

    joins: Joins
    where: str
    params: tuple[object, ...]
    order: str
    invalid: bool

    @property
    def source(self) -> str:
        """What follows FROM."""
        return self.joins.from_clause()


def compile_query(
    table: str,
    text: str,
    viewer: Viewer,
    *,
    plain: tuple[tuple[str, str], ...] = (),
    invalid_returns_no_rows: bool = False,
) -> Compiled:
    """Compile an encoded query.

    Args:
        table: A table of the schema.
        text: The encoded query, perhaps empty.
        viewer: Whose id, groups and time zone scripts see.
        plain: ``field=value`` pairs of the URL; they take display values, too. Unknown fields are ignored.
        invalid_returns_no_rows: The property ``glide.invalid_query.returns_no_rows``.
    """
    work = _Work(table, viewer)
    where, params = work.whole(parse(text))
    for name, value in plain:
        if name.split(".")[0] in TABLES[table].columns:
            more, values = work.plain(name, value)
            where, params = f"{where} AND {more}", params + values
    order = work.order(parse(text))
    if work.invalid and invalid_returns_no_rows:
        where, params = NEVER
    return Compiled(work.joins, where, tuple(params), order, work.invalid)


@dataclass
class _Work:
    """One compilation under way."""

    table: str
    viewer: Viewer
    joins: Joins = field(init=False)
    invalid: bool = False

    def __post_init__(self) -> None:
        self.joins = Joins(self.table)

    def whole(self, query: EncodedQuery) -> Sql:
        """Segments joined by OR; one of which nothing is left matches everything."""
        return any_of(self.segment(segment) for segment in query.segments)

    def segment(self, segment: Segment) -> Sql:
        """Conditions joined by AND; alternatives of which nothing is left do not restrict."""
        kept = [[sql for sql in map(self.term, alternatives) if sql] for alternatives in segment]
        parts = [any_of(alternatives) for alternatives in kept if alternatives]
        return all_of(parts) if parts else ALWAYS

    def term(self, term: Term) -> Sql | None:
        """Return one term as SQL, or None: dropped."""
        sql = self.condition(term) if isinstance(term, Condition) else None
        self.invalid = self.invalid or sql is None
        return sql

    def condition(self, condition: Condition) -> Sql | None:
        if condition.field == TEXT_SEARCH:
            return self.text_search(condition.value)
        place = self.joins.place(condition.field)
        return sql_of(condition, place, self.joins, self.viewer) if place else None

    def text_search(self, words: str) -> Sql:
        """Every word must occur somewhere in the record's texts."""
        columns = [name for name, column in TABLES[self.table].columns.items() if column.type in _SEARCHED]
        text = " || ' ' || ".join(f't0."{name}"' for name in columns)
        parts: list[Sql] = [(f"instr(casefold({text}), ?) > 0", [word.casefold()]) for word in words.split()]
        return all_of(parts) if parts else ALWAYS

    def plain(self, name: str, value: str) -> Sql:
        """``state=closed``, ``assigned_to=john.smith``: stored value, label, displayed name or user name."""
        place = self.joins.place(name)
        if place is None:
            return ALWAYS
        parts = [equals(place, value), *(equals(place, stored) for stored in _values_labelled(place, value))]
        if value and place.column.type == "reference":
            parts.append((f"casefold({self.joins.display(place)}) = ?", [value.casefold()]))
            user_name = self.joins.place(f"{name}.user_name") if place.column.reference == "sys_user" else None
            parts += [equals(user_name, value)] if user_name else []
        return any_of(parts)

    def order(self, query: EncodedQuery) -> str:
        """References sort by what they display; fields that do not exist do not sort."""
        terms = []
        for order in query.order:
            place = self.joins.place(order.field)
            if place:
                shown = self.joins.display(place)
                text = f"CAST({shown} AS INTEGER)" if place.column.type in NUMBERS else f"casefold({shown})"
                text = shown if place.column.type in DATES else text
                terms.append(f"{text} {'DESC' if order.descending else 'ASC'}")
        return ", ".join([*terms, "t0.rowid"])


def _values_labelled(place: Place, label: str) -> list[str]:
    """Return the stored values of a choice whose label, with or without its number, is ``label``."""
    folded = label.casefold()
    return [
        choice.value
        for choice in CHOICES
        if (choice.name, choice.element) == (place.table, place.column.name)
        and folded in {choice.label.casefold(), choice.label.casefold().split(" - ")[-1]}
    ]
