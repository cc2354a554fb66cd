"""People of the tenant: found by name or address, read by object id.

Vendor: https://learn.microsoft.com/graph/search-query-parameter (``$search``, escaping, ``ConsistencyLevel``),
https://learn.microsoft.com/graph/filter-query-parameter (``$filter``, doubled quotes) and
https://learn.microsoft.com/graph/api/resources/user (which property can be filtered by).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from snlib.errors import RecordNotFound, UnexpectedAnswer
from snlib.graph.client import GraphClient, objects_of
from snlib.graph.fields import is_object_id, read_object
from snlib.graph.person import PERSON_SELECT, Person
from snlib.graph.protocol import SERVICE

ADVANCED_QUERY_HEADERS = {"ConsistencyLevel": "eventual"}
"""Without it Graph answers 400 ``Request_UnsupportedQuery`` to any ``$search``."""

MAX_ALTERNATIVES = 15
"""Graph answers 400 to a filter of more conditions joined by ``or``: "Too many child clauses"."""

_SEARCHED = ("displayName", "mail", "userPrincipalName", "onPremisesSamAccountName")
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
    """Return up to ``limit`` users whose name, address, alias or account name matches ``text``, with one call."""
    return _listed(graph, search_params(text, rows=limit + 1), limit)


def with_keys(graph: GraphClient, addresses: Iterable[str], account_name: str = "", *, limit: int = 25) -> SearchResult:
    """Return up to ``limit`` users who have one of ``addresses`` or ``account_name``, with one call.

    An account name is also looked for as the part of a user principal name before the @. Empty keys are not asked for:
    they would find everybody without one; without any key nothing is sent. Of more addresses than Graph takes in one
    question the first are asked for, and ``more`` is true.
    """
    texts = [address for address in addresses if address.strip()]
    is_name = bool(account_name.strip()) and "@" not in account_name
    asked = texts[: 2 if is_name else 3]
    conditions = [part for address in asked for part in _address_conditions(address, "eq")]
    if is_name:
        conditions.append(f"onPremisesSamAccountName eq {_quoted(account_name)}")
        conditions.append(f"startswith(userPrincipalName,{_quoted(account_name + '@')})")
    if not conditions:
        return SearchResult((), more=False)
    found = _listed(graph, _params({"$filter": " or ".join(conditions)}, rows=limit + 1), limit)
    return replace(found, more=found.more or len(asked) < len(texts))


def _listed(graph: GraphClient, params: Mapping[str, str], limit: int) -> SearchResult:
    answer = graph.get("/users", params, headers=ADVANCED_QUERY_HEADERS)
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

    ``$search`` finds words anywhere in a display name and the beginning of other texts, but not in a list of texts,
    where aliases are; and it is known to misread an ampersand. So a text with @ or & is looked for by its beginning.
    """
    by_beginning = "@" in text or "&" in text
    return _params({"$filter": prefix_filter(text)} if by_beginning else {"$search": search_clause(text)}, rows=rows)


def search_clause(text: str) -> str:
    r"""Return the ``$search`` expression for ``text`` in display name, mail, user principal name and account name.

    >>> print(search_clause('Bo "Bo" Ek').partition(" OR ")[0])
    "displayName:Bo \"Bo\" Ek"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return " OR ".join(f'"{field}:{escaped}"' for field in _SEARCHED)


def prefix_filter(text: str) -> str:
    """Return the ``$filter`` expression for users of whom a name or an address, an alias too, starts with ``text``.

    >>> prefix_filter("O'B").partition(" or ")[0]
    "startswith(displayName,'O''B')"
    """
    return " or ".join([f"startswith(displayName,{_quoted(text)})", *_address_conditions(text, "startswith")])


def _address_conditions(address: str, operator: Literal["eq", "startswith"]) -> list[str]:
    """Return the conditions that one of a user's addresses is ``address``, or starts with it.

    In ``proxyAddresses`` the primary address is tagged SMTP in capitals, an alias in small letters.
    """

    def compared(name: str, text: str) -> str:
        return f"{name} eq {_quoted(text)}" if operator == "eq" else f"startswith({name},{_quoted(text)})"

    return [
        compared("mail", address),
        compared("userPrincipalName", address),
        *(f"proxyAddresses/any(p:{compared('p', tag + address)})" for tag in ("SMTP:", "smtp:")),
        f"otherMails/any(m:{compared('m', address)})",
    ]


def _params(expression: Mapping[str, str], *, rows: int) -> dict[str, str]:
    return {**expression, "$count": "true", "$select": PERSON_SELECT, "$top": str(rows)}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
