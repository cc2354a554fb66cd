"""Reads an encoded query's text.

The grammar is ServiceNow's: ``^`` is AND, ``^OR`` binds to the condition right before it, ``^NQ`` starts an independent
query, ``^EQ`` may end one, ``ORDERBY`` may stand anywhere. Nothing can be escaped: every ``^`` separates, and two in a
row enclose an empty condition that is dropped. The parser therefore never refuses a text.
"""

from __future__ import annotations

import re

from snlib.demo.servicenow.query.nodes import TEXT_SEARCH, Condition, EncodedQuery, Order, Segment, Term, Unreadable

_ALIASES = {
    "CONTAINS": "LIKE",
    "*": "LIKE",
    "!*": "NOT LIKE",
    "NOTLIKE": "NOT LIKE",
    "NOTIN": "NOT IN",
    "%": "ENDSWITH",
}

OPERATORS = (
    *("=", "!=", "<", "<=", ">", ">="),
    *("LIKE", "NOT LIKE", "STARTSWITH", "ENDSWITH", "IN", "NOT IN", "BETWEEN", "INSTANCEOF"),
    *("ISEMPTY", "ISNOTEMPTY", "EMPTYSTRING", "ANYTHING"),
    *("SAMEAS", "NSAMEAS", "GT_FIELD", "LT_FIELD", "GT_OR_EQUALS_FIELD", "LT_OR_EQUALS_FIELD"),
    *("ON", "NOTON", "RELATIVEGT", "RELATIVEGE", "RELATIVELT", "RELATIVELE", "RELATIVEEE"),
)
"""The operators the demo instance evaluates, by canonical name."""

DROPPED_OPERATORS = ("MORETHAN", "LESSTHAN", "DATEPART", "DYNAMIC", "VALCHANGES", "CHANGESFROM", "CHANGESTO")
"""Operators that are recognised and whose condition is dropped: the demo has no dynamic filters and no triggers."""

_LONGEST_FIRST = sorted({*OPERATORS, *DROPPED_OPERATORS, *_ALIASES}, key=len, reverse=True)
_CONDITION = re.compile(
    rf"(?P<field>[a-z_][a-z0-9_.]*)(?P<operator>{'|'.join(map(re.escape, _LONGEST_FIRST))})(?P<value>.*)", re.DOTALL
)
_TEXT_SEARCH = re.compile(rf"{TEXT_SEARCH}=(?P<words>.*)", re.DOTALL)


def parse(text: str) -> EncodedQuery:
    """Read an encoded query. Whatever cannot be read becomes an ``Unreadable`` term."""
    segments: list[list[list[Term]]] = [[]]
    order: list[Order] = []
    related = False
    for position, piece in enumerate(text.split("^")):
        if related or piece.startswith("RLQUERY"):
            # A related-list condition reaches to its end mark; the demo knows no related lists.
            related = piece != "ENDRLQUERY"
            segments[-1].append([Unreadable(piece)])
            continue
        if position and piece.startswith("NQ"):
            segments.append([])
            piece = piece[2:]
        if not piece or piece == "EQ" or piece.startswith("GROUPBY"):
            continue
        if piece.startswith("ORDERBY"):
            order.append(_order(piece))
        elif position and piece.startswith("OR"):
            _alternatives(segments[-1]).append(_term(piece[2:]))
        else:
            segments[-1].append([_term(piece)])
    return EncodedQuery(tuple(_frozen(segment) for segment in segments), tuple(order))


def _alternatives(segment: list[list[Term]]) -> list[Term]:
    """Return the list an ``^OR`` adds to: that of the condition before it."""
    if not segment:
        segment.append([])
    return segment[-1]


def _frozen(segment: list[list[Term]]) -> Segment:
    return tuple(tuple(alternatives) for alternatives in segment)


def _order(piece: str) -> Order:
    if piece.startswith("ORDERBYDESC"):
        return Order(piece.removeprefix("ORDERBYDESC"), descending=True)
    return Order(piece.removeprefix("ORDERBY"), descending=False)


def _term(piece: str) -> Term:
    """Read one condition; ``GOTO`` is the prefix of the list's search box and means nothing."""
    search = _TEXT_SEARCH.fullmatch(piece)
    if search:
        return Condition(TEXT_SEARCH, "=", search["words"])
    found = _CONDITION.fullmatch(piece.removeprefix("GOTO"))
    if not found:
        return Unreadable(piece)
    operator = _ALIASES.get(found["operator"], found["operator"])
    return Condition(found["field"], operator, found["value"])
