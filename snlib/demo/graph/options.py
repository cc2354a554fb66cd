"""Query options of ``/v1.0/users``: what may be combined, and what needs the ``ConsistencyLevel`` header."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from snlib.demo.graph.errors import GraphError, bad_request, unsupported_query
from snlib.demo.graph.filter_text import Filter, parse_filter
from snlib.demo.graph.properties import DEFAULT_PROPERTIES, PROPERTIES
from snlib.demo.graph.search_text import Predicate, parse_search

DEFAULT_PAGE_ROWS = 100
MAX_PAGE_ROWS = 999
SORTABLE = ("displayName", "userPrincipalName")

_KNOWN = frozenset({"$count", "$expand", "$filter", "$format", "$orderby", "$search", "$select", "$skiptoken", "$top"})
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
        return f"({','.join(self.names)})" if self.is_explicit else ""


@dataclass(frozen=True)
class ListOptions:
    """The options of a list request, read and checked.

    Args:
        selection: Which properties.
        search: The test of ``$search``, or ``None``.
        filter: ``$filter``, or ``None``.
        order: Property to sort by, and whether descending.
        page_rows: The page size.
        offset_rows: Where the page begins, from ``$skiptoken``.
        counts: Whether ``@odata.count`` is wanted.
        parameters: The request's own parameters without ``$skiptoken``, for the next link.
    """

    selection: Selection
    search: Predicate | None
    filter: Filter | None
    order: tuple[str, bool]
    page_rows: int
    offset_rows: int
    counts: bool
    parameters: tuple[tuple[str, str], ...]

    def next_parameters(self, offset_rows: int) -> str:
        """Return the query string of the page that begins at ``offset_rows``."""
        return urlencode([*self.parameters, ("$skiptoken", _skip_token(self.parameters, offset_rows))], safe="$")


def read_options(request: Request) -> dict[str, str]:
    """Return the OData options of a request by name; parameters that do not begin with ``$`` are left out.

    Raises:
        GraphError: 400; one is unknown, given twice or not supported.
    """
    found: dict[str, str] = {}
    for name, value in _pairs(request):
        key = name.lower()
        if not key.startswith("$"):
            continue
        if key == "$skip":
            raise GraphError(400, "Request_BadRequest", "'$skip' is not supported by the service.")
        if key not in _KNOWN:
            raise bad_request(f"The query parameter '{name[:64]}' is not supported.")
        if key in found:
            raise bad_request(
                f"Query option '{key}' was specified more than once, but it must be specified at most once."
            )
        found[key] = value
    return found


def read_selection(options: dict[str, str]) -> Selection:
    """Return which properties an answer is to hold.

    Raises:
        GraphError: 400; a property or navigation is unknown.
    """
    names = _property_names(options["$select"]) if options.get("$select") else DEFAULT_PROPERTIES
    manager: tuple[str, ...] | None = None
    if options.get("$expand"):
        match = _EXPAND.fullmatch(options["$expand"].strip())
        if match is None:
            raise bad_request("Parsing OData Select and Expand failed: only manager($select=…) can be expanded.")
        manager = _property_names(match["select"]) if match["select"] else DEFAULT_PROPERTIES
    return Selection(names, bool(options.get("$select")), manager)


def read_list_options(request: Request) -> ListOptions:
    """Return the options of a list request.

    Raises:
        GraphError: 400; an option is malformed, or needs the header ``ConsistencyLevel: eventual`` or ``$count=true``.
    """
    options = read_options(request)
    eventual = request.headers.get("consistencylevel", "").strip().lower() == "eventual"
    counts = _truth(options.get("$count", "false"))
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
    parameters = tuple((name, value) for name, value in _pairs(request) if name.lower() != "$skiptoken")
    return ListOptions(
        selection=read_selection(options),
        search=search,
        filter=parsed_filter,
        order=_order(options.get("$orderby", "")),
        page_rows=_page_rows(options.get("$top", "")),
        offset_rows=_offset(options.get("$skiptoken", ""), parameters),
        counts=counts,
        parameters=parameters,
    )


def _pairs(request: Request) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.url.query, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise bad_request("The query string cannot be read.") from None


def _property_names(text: str) -> tuple[str, ...]:
    names: list[str] = []
    for part in text.split(","):
        wanted = part.strip()
        known = next((name for name in PROPERTIES if name.casefold() == wanted.casefold()), None)
        if known is None:
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{wanted[:64]}' on type "
                "'microsoft.graph.user'."
            )
        if known not in names:
            names.append(known)
    return tuple(names)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise bad_request(f"Invalid value '{text[:64]}' for $count query option found. Use true or false.")
    return text == "true"


def _order(text: str) -> tuple[str, bool]:
    if not text.strip():
        return "displayName", False
    name, *direction = text.split()
    known = next((known for known in SORTABLE if known.casefold() == name.casefold()), None)
    if known is None or direction not in ([], ["asc"], ["desc"]):
        raise unsupported_query(f"Unsupported sort property '{text[:64]}' for 'User'.")
    return known, direction == ["desc"]


def _page_rows(text: str) -> int:
    if not text:
        return DEFAULT_PAGE_ROWS
    rows = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    if not 1 <= rows <= MAX_PAGE_ROWS:
        message = f"Invalid page size specified: '{text[:32]}'. Must be between 1 and {MAX_PAGE_ROWS} inclusive."
        raise GraphError(400, "Request_BadRequest", message)
    return rows


def _skip_token(parameters: tuple[tuple[str, str], ...], offset_rows: int) -> str:
    digest = hashlib.sha256(repr((sorted(parameters), offset_rows)).encode()).digest()[:9]
    return base64.urlsafe_b64encode(b"RFNwdA" + digest + offset_rows.to_bytes(4, "big")).rstrip(b"=").decode()


def _offset(token: str, parameters: tuple[tuple[str, str], ...]) -> int:
    """Return where a page begins; a token is good with the parameters that it was made for only."""
    if not token:
        return 0
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    offset_rows = int.from_bytes(raw[-4:], "big")
    if token != _skip_token(parameters, offset_rows):
        raise GraphError(
            400, "Directory_ExpiredPageToken", "The specified page token value has expired and is invalid."
        )
    return offset_rows
