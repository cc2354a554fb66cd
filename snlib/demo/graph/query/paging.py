"""OData options that every collection shares: reading them, page sizes, and the opaque token of the next page."""

from __future__ import annotations

import base64
import binascii
import hashlib
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from snlib.demo.graph.errors import GraphError, bad_request

Parameters = tuple[tuple[str, str], ...]

_KNOWN = frozenset({"$count", "$expand", "$filter", "$format", "$orderby", "$search", "$select", "$skiptoken", "$top"})


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


def own_parameters(request: Request) -> Parameters:
    """Return a request's own parameters without ``$skiptoken``, for the next link."""
    return tuple((name, value) for name, value in _pairs(request) if name.lower() != "$skiptoken")


def is_eventual(request: Request) -> bool:
    """Return whether the request has the header ``ConsistencyLevel: eventual``."""
    return request.headers.get("consistencylevel", "").strip().lower() == "eventual"


def read_truth(text: str) -> bool:
    """Return ``$count`` as a truth value.

    Raises:
        GraphError: 400; it is neither true nor false.
    """
    if text not in {"true", "false"}:
        raise bad_request(f"Invalid value '{text[:64]}' for $count query option found. Use true or false.")
    return text == "true"


def read_page_rows(text: str, default_rows: int, max_rows: int) -> int:
    """Return the page size of a ``$top``.

    Raises:
        GraphError: 400; it is not a number from 1 to ``max_rows``.
    """
    if not text:
        return default_rows
    rows = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    if not 1 <= rows <= max_rows:
        message = f"Invalid page size specified: '{text[:32]}'. Must be between 1 and {max_rows} inclusive."
        raise GraphError(400, "Request_BadRequest", message)
    return rows


def next_query(parameters: Parameters, offset_rows: int) -> str:
    """Return the query string of the page that begins at ``offset_rows``."""
    return urlencode([*parameters, ("$skiptoken", _skip_token(parameters, offset_rows))], safe="$")


def read_offset(token: str, parameters: Parameters) -> int:
    """Return where a page begins; a token is good with the parameters that it was made for only.

    Raises:
        GraphError: 400; the token was made up, or for another query.
    """
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


def _pairs(request: Request) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.url.query, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise bad_request("The query string cannot be read.") from None


def _skip_token(parameters: Parameters, offset_rows: int) -> str:
    digest = hashlib.sha256(repr((sorted(parameters), offset_rows)).encode()).digest()[:9]
    return base64.urlsafe_b64encode(b"RFNwdA" + digest + offset_rows.to_bytes(4, "big")).rstrip(b"=").decode()
