"""People of the tenant: found by name or address, read by object id.

Vendor: https://learn.microsoft.com/graph/search-query-parameter (``$search``, escaping, ``ConsistencyLevel``) and
https://learn.microsoft.com/graph/filter-query-parameter (``$filter``, doubled quotes).
"""

from __future__ import annotations

from dataclasses import dataclass

from snlib.errors import RecordNotFound, UnexpectedAnswer
from snlib.graph.client import GraphClient, objects_of
from snlib.graph.fields import is_object_id, read_object
from snlib.graph.person import PERSON_SELECT, Person
from snlib.graph.protocol import SERVICE

ADVANCED_QUERY_HEADERS = {"ConsistencyLevel": "eventual"}
"""Without it Graph answers 400 ``Request_UnsupportedQuery`` to any ``$search``."""

_SEARCHED = ("displayName", "mail", "userPrincipalName")
_EXPAND_MANAGER = "manager($select=id,displayName,mail,userPrincipalName)"
"""Comes with one user's own address; a list of users does not give it."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """People found by one search.

    Attributes:
        more: Whether the directory knows more than these.
        total: How many match in all, where the directory said so.
    """

    people: tuple[Person, ...]
    more: bool
    total: int | None = None


def search(graph: GraphClient, text: str, *, limit: int = 25) -> SearchResult:
    """Return up to ``limit`` users whose name or address matches ``text``, with one call."""
    answer = graph.get("/users", search_params(text, rows=limit + 1), headers=ADVANCED_QUERY_HEADERS)
    found = {person.id: person for row in objects_of(answer) if (person := read_object(Person, row))}
    total = answer.get("@odata.count")
    return SearchResult(
        people=tuple(found.values())[:limit],
        more=len(found) > limit or "@odata.nextLink" in answer,
        total=total if isinstance(total, int) and total >= len(found) else None,
    )


def by_id(graph: GraphClient, object_id: str) -> Person:
    """Return the user with this object id and the user's manager.

    Raises:
        RecordNotFound: There is no such user, or the text is no object id and was not sent anywhere.
    """
    if not is_object_id(object_id):
        raise RecordNotFound(
            "This person is not in the directory: the address names nobody.", service=SERVICE, detail="not an object id"
        )
    params = {"$select": PERSON_SELECT, "$expand": _EXPAND_MANAGER}
    person = read_object(Person, graph.get(f"/users/{object_id}", params))
    if person is None or person.id != object_id.lower():
        sentence = "Microsoft Graph answered with somebody else than was asked for, so nothing is shown."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=200)
    return person


def me(graph: GraphClient) -> Person:
    """Return whose token it is."""
    person = read_object(Person, graph.get("/me", {"$select": "id,displayName,userPrincipalName"}))
    if person is None:
        raise UnexpectedAnswer("Microsoft Graph did not say whose access it is.", service=SERVICE, status=200)
    return person


def search_params(text: str, *, rows: int) -> dict[str, str]:
    """Return the query parameters of one search for at most ``rows`` users (1 to 999).

    ``$search`` finds words anywhere in a display name. It is known to misread an ampersand, so a text with one is
    looked for by its beginning instead.
    """
    expression = {"$filter": prefix_filter(text)} if "&" in text else {"$search": search_clause(text)}
    return {**expression, "$count": "true", "$select": PERSON_SELECT, "$top": str(rows)}


def search_clause(text: str) -> str:
    r"""Return the ``$search`` expression for ``text`` in display name, mail and user principal name.

    >>> print(search_clause('Bo "Bosse" Ek'))
    "displayName:Bo \"Bosse\" Ek" OR "mail:Bo \"Bosse\" Ek" OR "userPrincipalName:Bo \"Bosse\" Ek"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return " OR ".join(f'"{field}:{escaped}"' for field in _SEARCHED)


def prefix_filter(text: str) -> str:
    """Return the ``$filter`` expression for users whose display name, mail or user principal name starts with ``text``.

    >>> prefix_filter("O'B")
    "startswith(displayName,'O''B') or startswith(mail,'O''B') or startswith(userPrincipalName,'O''B')"
    """
    quoted = text.replace("'", "''")
    return " or ".join(f"startswith({field},'{quoted}')" for field in _SEARCHED)
