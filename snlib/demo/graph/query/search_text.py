r"""Graph's ``$search``: quoted clauses joined by AND and OR (intune-graph facts, 4.1).

::

    "displayName:jan" OR ("mail:jan" AND "surname:dupont")

Inside the quotes ``\"`` and ``\\`` are escapes. ``displayName`` is searched by words, every other property by its
beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from snlib.demo.graph.errors import GraphError, bad_request, unsupported_query
from snlib.demo.graph.query.folding import folded, matches_words
from snlib.demo.graph.query.properties import read

Predicate = Callable[[dict[str, str]], bool]

SEARCHABLE = ("displayName", "givenName", "surname", "mail", "userPrincipalName", "proxyAddresses")
"""What the demo lets one search; Graph's documentation names the first ones, not where the list ends."""

MAX_CLAUSES = 50

_TOKEN = re.compile(r'\s*(?:(?P<clause>"(?:[^"\\]|\\.)*")|(?P<word>AND|OR)(?=[\s("]|$)|(?P<sign>[()]))', re.DOTALL)


def parse_search(text: str) -> Predicate:
    """Return the test that a ``$search`` puts to a row of the directory.

    Raises:
        GraphError: 400; the text is malformed, too long, or names a property that cannot be searched.
    """
    parser = _Parser(_tokens(text), text)
    predicate = parser.alternatives()
    parser.expect_end()
    return predicate


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _syntax_error(text, position)
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        position = match.end()
    if sum(kind == "clause" for kind, _ in found) > MAX_CLAUSES:
        raise bad_request(f"The search has more than {MAX_CLAUSES} clauses.")
    return found


class _Parser:
    """Recursive descent; AND binds more tightly than OR."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._next = 0
        self._depth = 0

    def alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("word", "OR"):
            parts.append(self._conjunction())
        return lambda row: any(part(row) for part in parts)

    def _conjunction(self) -> Predicate:
        parts = [self._operand()]
        while self._take("word", "AND"):
            parts.append(self._operand())
        return lambda row: all(part(row) for part in parts)

    def _operand(self) -> Predicate:
        if self._take("sign", "("):
            self._depth += 1
            if self._depth > MAX_CLAUSES:
                raise bad_request("The search is nested too deeply.")
            inner = self.alternatives()
            if not self._take("sign", ")"):
                raise bad_request(f"Syntax error: a closing parenthesis is missing in '{self._text[:200]}'.")
            self._depth -= 1
            return inner
        if self._next < len(self._tokens) and self._tokens[self._next][0] == "clause":
            clause = self._tokens[self._next][1]
            self._next += 1
            return _clause_predicate(clause[1:-1])
        raise bad_request(f"Syntax error: a clause in double quotes is missing in '{self._text[:200]}'.")

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise bad_request(f"Syntax error: AND or OR is missing between two clauses in '{self._text[:200]}'.")

    def _take(self, kind: str, text: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == (kind, text):
            self._next += 1
            return True
        return False


def _clause_predicate(raw: str) -> Predicate:
    if re.search(r'\\(?!["\\])', re.sub(r"\\\\", "", raw)):
        raise bad_request('Syntax error: in a clause a backslash stands before " or another backslash only.')
    name, colon, wanted = re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL).partition(":")
    if not colon or not wanted.strip():
        raise bad_request('Syntax error: a clause has the form "property:text".')
    known = next((known for known in SEARCHABLE if known.casefold() == name.strip().casefold()), None)
    if known is None:
        raise unsupported_query(f"Search is not supported on property '{name[:64]}' of resource 'User'.")
    if known == "displayName":
        return lambda row: matches_words(wanted, row["displayName"])
    beginning = folded(wanted.strip())
    if known == "proxyAddresses":
        return lambda row: any(folded(address).startswith(beginning) for address in read(row, known))
    return lambda row: folded(row[known]).startswith(beginning)


def _syntax_error(text: str, position: int) -> GraphError:
    while text[position].isspace():
        position += 1
    return bad_request(
        f"Syntax error: character '{text[position]}' is not valid at position {position} in '{text[:200]}'."
    )
