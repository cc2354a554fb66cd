"""Encoded queries (``sysparm_query``), built from typed conditions only.

There is no way to write ``^`` inside a value (ServiceNow documents no escape), an unreadable condition is dropped and
the whole table comes back, and a value that begins with ``javascript:`` runs on the instance. So what cannot be sent
safely is refused before anything is sent.

Vendor: https://www.servicenow.com/docs/r/platform-user-interface/r_OpAvailableFiltersQueries.html (operators).

>>> query = Query().where(field("caller_id").equals("5137153cc611227c000bbd1bd8cd2005"))
>>> query = query.any_of(field("state").equals("1"), field("state").equals("2")).order_by("opened_at", descending=True)
>>> query.encode(ordered=False)
'caller_id=5137153cc611227c000bbd1bd8cd2005^state=1^ORstate=2'
>>> Query().order_by("number").encode()
'ORDERBYnumber^ORDERBYsys_id'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from snlib.errors import InvalidInput
from snlib.servicenow.known_fields import FIELD_NAME, is_known

MAX_VALUE_CHARS = 100
MAX_LIST_VALUES = 200
"""A list of 32-character keys longer than this does not fit into an address of 8192 bytes."""

_SCRIPT = re.compile(r"\s*javascript\s*:", re.IGNORECASE)
_CURRENT_USER = "javascript:gs.getUserID()"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, checked; made by :func:`field`, never from text."""

    field: str
    operator: str
    operand: str

    def encode(self) -> str:
        """Return the condition as the encoded query spells it."""
        return f"{self.field}{self.operator}{self.operand}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table, or a dot-walk such as ``caller_id.email``; its methods make conditions.

    Every method raises :class:`~snlib.errors.InvalidInput`, under the field's name, when a value cannot be sent safely.
    Values are compared as stored (``2``, not ``In Progress``), without regard to case.
    """

    name: str

    def equals(self, value: str) -> Condition:
        """The field holds exactly this value."""
        return Condition(self.name, "=", checked_value(value, name=self.name))

    def contains(self, text: str) -> Condition:
        """The text is somewhere in the field; of a reference, in its display value."""
        return Condition(self.name, "LIKE", checked_value(text, name=self.name))

    def is_in(self, values: Iterable[str]) -> Condition:
        """The field holds one of these values."""
        chosen = [checked_value(value, name=self.name) for value in dict.fromkeys(values)]
        if not chosen:
            raise InvalidInput({self.name: "Choose at least one value."})
        if len(chosen) > MAX_LIST_VALUES:
            raise InvalidInput({self.name: f"Choose at most {MAX_LIST_VALUES} values."})
        if any("," in unicodedata.normalize("NFKC", value) for value in chosen):
            raise InvalidInput({self.name: "The character , can't be used in a list of values."})
        if _breaks_list(chosen[0]):
            raise InvalidInput({self.name: "A list of values can't begin with STANCEOF."})
        return Condition(self.name, "IN", ",".join(chosen))

    def one_of(self, values: Iterable[str]) -> tuple[Condition, ...]:
        """The field holds one of these values, ``""`` for nothing: conditions for `Query.any_of`."""
        chosen = list(dict.fromkeys(values))
        # A value that a list cannot hold has a condition of its own.
        listed = [value for value in chosen if value and not _breaks_list(value)]
        single = [self.equals(value) for value in chosen if value and _breaks_list(value)]
        return (
            *([self.is_in(listed)] if listed else []),
            *single,
            *([self.is_empty()] if "" in chosen else []),
        )

    def is_empty(self) -> Condition:
        """The field holds nothing."""
        return Condition(self.name, "ISEMPTY", "")

    def is_not_empty(self) -> Condition:
        """The field holds something."""
        return Condition(self.name, "ISNOTEMPTY", "")

    def on_or_after(self, moment: datetime) -> Condition:
        """The field's time is ``moment`` (aware) or later."""
        if moment.tzinfo is None:
            raise InvalidInput({self.name: "A time needs its time zone."})
        try:
            # Dates in a query are UTC, whatever the time zone of the user.
            stored = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S").zfill(19)
        except OverflowError:
            raise InvalidInput({self.name: "This date is out of range."}) from None
        return Condition(self.name, ">=", stored)

    def is_current_user(self) -> Condition:
        """The field is the signed-in user: the one script this library sends, and a constant.

        An instance may refuse the script and drop the condition: ask for two rows and check that one came.
        """
        return Condition(self.name, "=", _CURRENT_USER)


def field(name: str) -> Field:
    """Return the field ``name``; whether the table has it is checked when the query is sent.

    Raises:
        InvalidInput: ``name`` is not the name of a field.
    """
    if not FIELD_NAME.fullmatch(name):
        raise InvalidInput({"field": "This is not the name of a ServiceNow field."})
    return Field(name)


def can_be_sent(value: str) -> bool:
    """Return whether a condition can hold exactly this value."""
    try:
        return checked_value(value) == value
    except InvalidInput:
        return False


def _breaks_list(value: str) -> bool:
    # IN and the second would be read as the operator INSTANCEOF.
    return "," in unicodedata.normalize("NFKC", value) or value.startswith("STANCEOF")


def checked_value(value: str, *, name: str = "search") -> str:
    """Return ``value`` in Unicode's composed form (NFC), ready for an encoded query.

    Raises:
        InvalidInput: Under ``name``: empty, longer than 100 characters, or with something that would change the query.
    """
    value = unicodedata.normalize("NFC", value)
    compatible = unicodedata.normalize("NFKC", value)
    if "^" in compatible:
        raise InvalidInput({name: "The character ^ can't be used in search."})
    # Control characters, line and paragraph separators, lone surrogates.
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") for char in value):
        raise InvalidInput({name: "Line breaks and control characters can't be used in search."})
    if not value.strip():
        raise InvalidInput({name: "Enter something to search for."})
    if len(value) > MAX_VALUE_CHARS:
        raise InvalidInput({name: f"Use at most {MAX_VALUE_CHARS} characters."})
    visible = "".join(char for char in compatible if unicodedata.category(char) != "Cf")
    if _SCRIPT.match(visible):
        raise InvalidInput({name: "A search can't begin with javascript:."})
    return value


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that must all hold, and an order; what changes a query returns a new one.

    Every method raises :class:`~snlib.errors.InvalidInput` for what is no query: a name that no field has, or a choice
    among no conditions, which would find everything. ``^OR`` binds only to the condition right before it, so
    ``a^b^ORc`` means a and (b or c). ``^NQ`` is never used.
    """

    groups: tuple[tuple[Condition, ...], ...] = ()
    orders: tuple[tuple[str, bool], ...] = ()

    def where(self, condition: Condition) -> Query:
        """Add a condition that must hold too."""
        return Query((*self.groups, (condition,)), self.orders)

    def any_of(self, *conditions: Condition) -> Query:
        """Add conditions of which at least one must hold too."""
        if not conditions:
            raise InvalidInput({"search": "Enter something to search for."})
        return Query((*self.groups, conditions), self.orders)

    def order_by(self, name: str, *, descending: bool = False) -> Query:
        """Sort by this field, after the fields given before."""
        return Query(self.groups, (*self.orders, (field(name).name, descending)))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields the query mentions."""
        named = [condition.field for group in self.groups for condition in group]
        return tuple(dict.fromkeys([*named, *(name for name, _ in self.orders)]))

    def check(self, table: str) -> None:
        """Raise unless ``table`` is known to have every field that is mentioned; the error names the first unknown."""
        for name in self.fields:
            if not is_known(table, name):
                raise InvalidInput({name: f"{name} is not a known field of the table {table}."})

    def encode(self, *, ordered: bool = True) -> str:
        """Return the text for ``sysparm_query``.

        If ``ordered`` it ends with the order, ``sys_id`` last: without a total order, paging repeats and loses rows.
        """
        parts = ["^OR".join(condition.encode() for condition in group) for group in self.groups]
        if ordered:
            orders = self.orders
            if "sys_id" not in (name for name, _ in orders):
                orders = (*orders, ("sys_id", False))
            parts += [f"ORDERBY{'DESC' if descending else ''}{name}" for name, descending in orders]
        return "^".join(parts)
