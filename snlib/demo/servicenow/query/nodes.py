"""What an encoded query means, before any table is known: conditions, how they are joined, and the order asked for."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_SEARCH = "123TEXTQUERY321"
"""The field name under which a full-text search is written: ``123TEXTQUERY321=printer jam``."""


@dataclass(frozen=True)
class Condition:
    """One condition such as ``stateIN1,2``.

    Attributes:
        field: The column's name, dots for dot-walking: ``caller_id.email``.
        operator: The operator's canonical name (``CONTAINS`` and ``*`` are both ``LIKE``).
        value: What follows the operator, unread.
    """

    field: str
    operator: str
    value: str


@dataclass(frozen=True)
class Unreadable:
    """A part that is no condition at all. A real instance drops it, which widens the answer to the whole table."""

    text: str


Term = Condition | Unreadable
Alternatives = tuple[Term, ...]
"""Terms joined by ``^OR``: one of them is enough."""
Segment = tuple[Alternatives, ...]
"""Alternatives joined by ``^``: all of them are needed."""


@dataclass(frozen=True)
class Order:
    """One ``ORDERBY`` or ``ORDERBYDESC``."""

    field: str
    descending: bool


@dataclass(frozen=True)
class EncodedQuery:
    """A whole encoded query: segments joined by ``^NQ`` (one of them is enough), and the order."""

    segments: tuple[Segment, ...]
    order: tuple[Order, ...]
