r"""Graph's ``$search``: quoted clauses joined by AND and OR (intune-graph facts, 4.1).

::

    "displayName:jan" OR ("mail:jan" AND "surname:dupont")

Inside the quotes ``\"`` and ``\\`` are escapes. ``displayName`` is searched by words, every other property by its
beginning.
"""

from __future__ import annotations

import re

from snlib.demo.graph.errors import GraphError, bad_request, unsupported_query
from snlib.demo.graph.query.folding import folded, matches_words
from snlib.demo.graph.query.parsing import Parser, Predicate, known_name
from snlib.demo.graph.query.properties import USER, value_of

SEARCHABLE = (
    *("displayName", "givenName", "surname", "mail", "userPrincipalName", "proxyAddresses"),
    "onPremisesSamAccountName",
)
"""What the demo lets one search: by Graph's documentation any property that can be filtered by."""


def parse_search(text: str) -> Predicate:
    """Return the test that a ``$search`` puts to a row of the directory.

    Raises:
        GraphError: 400; the text is malformed, too long, or names a property that cannot be searched.
    """
    return _Parser(text).whole()


class _Parser(Parser):
    token = re.compile(r'\s*(?:(?P<clause>"(?:[^"\\]|\\.)*")|(?P<word>AND|OR)(?=[\s("]|$)|(?P<sign>[()]))', re.DOTALL)
    both = ("word", "AND")
    either = ("word", "OR")
    max_tokens = 200

    def fault(self, what: str) -> GraphError:
        return bad_request(f"Syntax error: {what} in '{self.text[:200]}'.")

    def operand(self) -> Predicate:
        if self.take("sign", "("):
            inner = self.nested(self.alternatives)
            self.expect("sign", ")")
            return inner
        return _clause_predicate(self.expect("clause")[1:-1])


def _clause_predicate(raw: str) -> Predicate:
    if re.search(r'\\(?!["\\])', re.sub(r"\\\\", "", raw)):
        raise bad_request('Syntax error: in a clause a backslash comes before " or another backslash only.')
    name, colon, text = re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL).partition(":")
    if not colon or not text.strip():
        raise bad_request('Syntax error: a clause has the form "property:text".')
    known = known_name(name, SEARCHABLE)
    if not known:
        raise unsupported_query(f"Search is not supported on property '{name[:64]}' of resource 'User'.")
    if known == "displayName":
        return lambda row: matches_words(text, row["displayName"])
    beginning = folded(text.strip())
    if known == "proxyAddresses":
        return lambda row: any(folded(address).startswith(beginning) for address in value_of(row, USER, known))
    return lambda row: folded(row[known]).startswith(beginning)
