"""Query options of ``/v1.0/users``: what may be combined, and what needs the ``ConsistencyLevel`` header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request

from snlib.demo.graph.errors import bad_request, unsupported_query
from snlib.demo.graph.query.collection import select_context, selected
from snlib.demo.graph.query.filter_text import Filter, parse_filter
from snlib.demo.graph.query.paging import is_eventual, read_options, read_truth
from snlib.demo.graph.query.parsing import Predicate, known_name
from snlib.demo.graph.query.properties import USER, USER_DEFAULT
from snlib.demo.graph.query.search_text import parse_search

DEFAULT_PAGE_ROWS = 100
MAX_PAGE_ROWS = 999
SORTABLE = ("displayName", "userPrincipalName")

_EXPAND = re.compile(r"manager(?:\(\$select=(?P<select>[A-Za-z, ]+)\))?")


@dataclass(frozen=True)
class Selection:
    """Which properties an answer holds.

    Args:
        names: The properties.
        is_explicit: Whether ``$select`` asked for them.
        manager: Properties of the expanded manager, or ``None``.
    """

    names: tuple[str, ...]
    is_explicit: bool
    manager: tuple[str, ...] | None

    @property
    def context(self) -> str:
        """Return the end of ``@odata.context``: ``(id,displayName)``, or nothing without ``$select``."""
        return select_context(self.names if self.is_explicit else None)


@dataclass(frozen=True)
class ListOptions:
    """The options of a list request, read and checked.

    Args:
        selection: Which properties.
        search: The test of ``$search``, or ``None``.
        filter: ``$filter``, or ``None``.
        order: Property to sort by, and whether descending.
        counts: Whether ``@odata.count`` is asked for.
    """

    selection: Selection
    search: Predicate | None
    filter: Filter | None
    order: tuple[str, bool]
    counts: bool


def read_selection(options: dict[str, str]) -> Selection:
    """Return which properties an answer is to hold.

    Raises:
        GraphError: 400; a property or navigation is unknown.
    """
    names = selected(options.get("$select", ""), USER, "user")
    manager: tuple[str, ...] | None = None
    if options.get("$expand"):
        match = _EXPAND.fullmatch(options["$expand"].strip())
        if match is None:
            raise bad_request("Parsing OData Select and Expand failed: only manager($select=…) can be expanded.")
        manager = selected(match["select"] or "", USER, "user") or USER_DEFAULT
    return Selection(names or USER_DEFAULT, names is not None, manager)


def read_list_options(request: Request) -> ListOptions:
    """Return the options of a list request.

    Raises:
        GraphError: 400; an option is malformed, or needs the header ``ConsistencyLevel: eventual`` or ``$count=true``.
    """
    options = read_options(request)
    eventual = is_eventual(request)
    counts = read_truth(options.get("$count", "false"))
    parsed_filter = parse_filter(options["$filter"]) if options.get("$filter") else None
    search = parse_search(options["$search"]) if options.get("$search") else None
    if search is not None and not eventual:
        raise unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request "
            "header: 'ConsistencyLevel: eventual'"
        )
    if counts and not eventual:
        raise unsupported_query("$count is not currently supported without the header 'ConsistencyLevel: eventual'.")
    if parsed_filter is not None and parsed_filter.is_advanced and not (eventual and counts):
        raise unsupported_query("Unsupported Query. The filter needs 'ConsistencyLevel: eventual' and $count=true.")
    combined = "$orderby" in options and (parsed_filter is not None or search is not None)
    if combined and not (eventual and counts):
        raise unsupported_query("Sorting not supported for current query.")
    return ListOptions(read_selection(options), search, parsed_filter, _order(options.get("$orderby", "")), counts)


def _order(text: str) -> tuple[str, bool]:
    if not text.strip():
        return "displayName", False
    name, *direction = text.split()
    known = known_name(name, SORTABLE)
    if not known or direction not in ([], ["asc"], ["desc"]):
        raise unsupported_query(f"Unsupported sort property '{text[:64]}' for 'User'.")
    return known, direction == ["desc"]
