"""Graph's ``$filter`` on users: the operators that helpdesk tools use.

``eq``, ``in``, ``startswith``, ``and``, ``or``, parentheses and ``list/any(x:x eq '…')`` always work. ``ne``, ``not``,
``endswith`` and comparing with ``null`` are *advanced*: they need ``ConsistencyLevel: eventual`` and ``$count=true``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from snlib.demo.graph.errors import GraphError, bad_request, unsupported_query
from snlib.demo.graph.query.folding import folded
from snlib.demo.graph.query.properties import PROPERTIES, read

Predicate = Callable[[dict[str, str]], bool]

MAX_TERMS = 200
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[(),:/]))")


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
    parser = _Parser(_tokens(text), text)
    predicate = parser.alternatives()
    parser.expect_end()
    return Filter(predicate, parser.is_advanced)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise bad_request(f"Invalid filter clause: Syntax error at position {position} in '{text[:200]}'.")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        position = match.end()
    if len(found) > MAX_TERMS * 8:
        raise bad_request("Invalid filter clause: too many terms.")
    return found


class _Parser:
    """Recursive descent; ``not`` binds most tightly, then ``and``, then ``or``."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._next = 0
        self._depth = 0
        self.is_advanced = False

    def alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("name", "or"):
            parts.append(self._conjunction())
        return lambda row: any(part(row) for part in parts)

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise self._syntax_error()

    def _conjunction(self) -> Predicate:
        parts = [self._operand()]
        while self._take("name", "and"):
            parts.append(self._operand())
        return lambda row: all(part(row) for part in parts)

    def _operand(self) -> Predicate:
        if self._take("name", "not"):
            self.is_advanced = True
            inner = self._nested(self._operand)
            return lambda row: not inner(row)
        if self._take("sign", "("):
            inner = self._nested(self.alternatives)
            self._expect("sign", ")")
            return inner
        name = self._name()
        if self._take("sign", "("):
            return self._function(name)
        if self._take("sign", "/"):
            return self._any(_known(name))
        return self._comparison(_known(name))

    def _nested(self, parse: Callable[[], Predicate]) -> Predicate:
        self._depth += 1
        if self._depth > 40:
            raise bad_request("Invalid filter clause: nested too deeply.")
        inner = parse()
        self._depth -= 1
        return inner

    def _function(self, function: str) -> Predicate:
        if function.lower() not in {"startswith", "endswith"}:
            raise GraphError(
                400,
                "Request_BadRequest",
                f"An unknown function with name '{function[:64]}' was found. This may also be a key lookup on a "
                "navigation property, which is not allowed.",
            )
        name = _known(self._name())
        self._expect("sign", ",")
        wanted = folded(self._text_literal())
        self._expect("sign", ")")
        if PROPERTIES[name] != "string" or name == "id":
            raise _unsupported(name)
        if function.lower() == "startswith":
            return lambda row: folded(row[name]).startswith(wanted)
        self.is_advanced = True
        return lambda row: bool(row[name]) and folded(row[name]).endswith(wanted)

    def _any(self, name: str) -> Predicate:
        """Return the test of ``name/any(x:x eq '…')`` or ``name/any(x:startswith(x,'…'))``."""
        if PROPERTIES[name] != "list" or self._name() != "any":
            raise _unsupported(name)
        self._expect("sign", "(")
        variable = self._name()
        self._expect("sign", ":")
        begins = self._take("name", "startswith")
        if begins:
            self._expect("sign", "(")
        self._expect("name", variable)
        self._expect(*(("sign", ",") if begins else ("name", "eq")))
        wanted = self._text_literal().casefold()
        if begins:
            self._expect("sign", ")")
        self._expect("sign", ")")
        if begins:
            return lambda row: any(str(item).casefold().startswith(wanted) for item in read(row, name))
        return lambda row: any(str(item).casefold() == wanted for item in read(row, name))

    def _comparison(self, name: str) -> Predicate:
        operator = self._name()
        if operator not in {"eq", "ne", "in"} or PROPERTIES[name] not in {"string", "boolean"}:
            raise _unsupported(name)
        wanted = self._literals(name) if operator == "in" else [self._literal(name)]
        self.is_advanced = self.is_advanced or operator == "ne" or None in wanted
        if operator == "ne":
            return lambda row: _comparable(read(row, name)) not in wanted
        return lambda row: _comparable(read(row, name)) in wanted

    def _literals(self, name: str) -> list[Any]:
        self._expect("sign", "(")
        found = [self._literal(name)]
        while self._take("sign", ","):
            found.append(self._literal(name))
        self._expect("sign", ")")
        return found

    def _literal(self, name: str) -> Any:
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        if kind == "text" and PROPERTIES[name] == "string":
            return _comparable(self._text_literal())
        if kind == "name" and (text == "null" or (text in {"true", "false"} and PROPERTIES[name] == "boolean")):
            self._next += 1
            return None if text == "null" else text == "true"
        raise bad_request(
            f"Invalid filter clause: A value of another type than the property '{name}' was found in "
            f"'{self._text[:200]}'."
        )

    def _text_literal(self) -> str:
        if self._next >= len(self._tokens) or self._tokens[self._next][0] != "text":
            raise self._syntax_error()
        self._next += 1
        return self._tokens[self._next - 1][1][1:-1].replace("''", "'")

    def _name(self) -> str:
        if self._next >= len(self._tokens) or self._tokens[self._next][0] != "name":
            raise self._syntax_error()
        self._next += 1
        return self._tokens[self._next - 1][1]

    def _take(self, kind: str, text: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == (kind, text):
            self._next += 1
            return True
        return False

    def _expect(self, kind: str, text: str) -> None:
        if not self._take(kind, text):
            raise self._syntax_error()

    def _syntax_error(self) -> GraphError:
        return bad_request(f"Invalid filter clause: Syntax error at term {self._next + 1} in '{self._text[:200]}'.")


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _known(name: str) -> str:
    known = next((known for known in PROPERTIES if known.casefold() == name.casefold()), None)
    if known is None:
        raise bad_request(
            f"Invalid filter clause: Could not find a property named '{name[:64]}' on type 'microsoft.graph.user'."
        )
    return known


def _unsupported(name: str) -> GraphError:
    return unsupported_query(
        f"Unsupported or invalid query filter clause specified for property '{name}' of resource 'User'."
    )
