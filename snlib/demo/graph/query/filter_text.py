"""Graph's ``$filter`` on users: the operators that helpdesk tools use.

``eq``, ``in``, ``startswith``, ``and``, ``or``, parentheses and ``list/any(x:x eq '…')`` always work. ``ne``, ``not``,
``endswith``, comparing with ``null`` and some properties are *advanced*: they need ``ConsistencyLevel: eventual`` and
``$count=true``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from snlib.demo.graph.errors import GraphError, bad_request, unsupported_query
from snlib.demo.graph.query.folding import folded
from snlib.demo.graph.query.parsing import Parser, Predicate, known_name
from snlib.demo.graph.query.properties import USER, value_of

_ADVANCED = frozenset({"onPremisesSamAccountName"})
"""Properties that can be filtered by in advanced queries only (https://learn.microsoft.com/answers/a/577939)."""


@dataclass(frozen=True)
class Filter:
    """A parsed ``$filter``.

    Args:
        predicate: The test for a row of the directory.
        is_advanced: Whether it needs the header and ``$count=true``.
    """

    predicate: Predicate
    is_advanced: bool


def parse_filter(text: str) -> Filter:
    """Return a ``$filter`` as a test.

    Raises:
        GraphError: 400; the text is malformed, or uses a function, operator or property that users have not.
    """
    parser = _Parser(text)
    return Filter(parser.whole(), parser.is_advanced)


class FilterParser(Parser):
    """What filters on users and on devices have in common: tokens, joining words, literals."""

    token = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[(),:/]))")
    both = ("name", "and")
    either = ("name", "or")
    max_tokens = 1600

    def fault(self, what: str) -> GraphError:
        """Return the refusal of a malformed filter."""
        return bad_request(f"Invalid filter clause: Syntax error: {what} in '{self.text[:200]}'.")

    def text_literal(self) -> str:
        """Read a text in single quotes, in which a quote is written twice."""
        return self.expect("text")[1:-1].replace("''", "'")


class _Parser(FilterParser):
    """Filters on users; ``not`` binds most tightly."""

    is_advanced = False

    def operand(self) -> Predicate:
        if self.take("name", "not"):
            self.is_advanced = True
            inner = self.nested(self.operand)
            return lambda row: not inner(row)
        if self.take("sign", "("):
            inner = self.nested(self.alternatives)
            self.expect("sign", ")")
            return inner
        name = self.expect("name")
        if self.take("sign", "("):
            return self._function(name.lower())
        if self.take("sign", "/"):
            return self._any(_known(name))
        return self._comparison(_known(name))

    def _function(self, function: str) -> Predicate:
        if function not in {"startswith", "endswith"}:
            raise GraphError(
                400,
                "Request_BadRequest",
                f"An unknown function with name '{function[:64]}' was found. This may also be a key lookup on a "
                "navigation property, which is not allowed.",
            )
        name = _known(self.expect("name"))
        self.is_advanced = self.is_advanced or name in _ADVANCED
        self.expect("sign", ",")
        part = folded(self.text_literal())
        self.expect("sign", ")")
        if USER[name] != "nullable" or name == "id":
            raise _unsupported(name)
        if function == "startswith":
            return lambda row: folded(row[name]).startswith(part)
        self.is_advanced = True
        return lambda row: bool(row[name]) and folded(row[name]).endswith(part)

    def _any(self, name: str) -> Predicate:
        """Return the test of ``name/any(x:x eq '…')`` or ``name/any(x:startswith(x,'…'))``."""
        if USER[name] != "list" or self.expect("name") != "any":
            raise _unsupported(name)
        self.expect("sign", "(")
        variable = self.expect("name")
        self.expect("sign", ":")
        begins = self.take("name", "startswith")
        if begins:
            self.expect("sign", "(")
        self.expect("name", variable)
        self.expect(*(("sign", ",") if begins else ("name", "eq")))
        asked = self.text_literal().casefold()
        if begins:
            self.expect("sign", ")")
        self.expect("sign", ")")
        if begins:
            return lambda row: any(str(item).casefold().startswith(asked) for item in value_of(row, USER, name))
        return lambda row: any(str(item).casefold() == asked for item in value_of(row, USER, name))

    def _comparison(self, name: str) -> Predicate:
        operator = self.expect("name")
        if operator not in {"eq", "ne", "in"} or USER[name] not in {"nullable", "boolean"}:
            raise _unsupported(name)
        asked = self._literals(name) if operator == "in" else [self._literal(name)]
        self.is_advanced = self.is_advanced or operator == "ne" or None in asked or name in _ADVANCED
        return lambda row: (_comparable(value_of(row, USER, name)) in asked) != (operator == "ne")

    def _literals(self, name: str) -> list[Any]:
        self.expect("sign", "(")
        found = [self._literal(name)]
        while self.take("sign", ","):
            found.append(self._literal(name))
        self.expect("sign", ")")
        return found

    def _literal(self, name: str) -> Any:
        kind, text = self.peek()
        if kind == "text" and USER[name] == "nullable":
            return _comparable(self.text_literal())
        if kind == "name" and (text == "null" or (text in {"true", "false"} and USER[name] == "boolean")):
            self.expect(kind)
            return None if text == "null" else text == "true"
        raise bad_request(
            f"Invalid filter clause: A value of another type than the property '{name}' was found in "
            f"'{self.text[:200]}'."
        )


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _known(name: str) -> str:
    known = known_name(name, USER)
    if not known:
        raise bad_request(
            f"Invalid filter clause: Could not find a property named '{name[:64]}' on type 'microsoft.graph.user'."
        )
    return known


def _unsupported(name: str) -> GraphError:
    return unsupported_query(
        f"Unsupported or invalid query filter clause specified for property '{name}' of resource 'User'."
    )
