"""The Table API without the network: which parameters go out, what an answer means.

An answer is a success only when its status is 200, its content type JSON, its body parses, and it holds ``result`` and
no ``error``: ServiceNow also says 200 for a hibernating instance, a login page and a search it gave up half-way.

Vendor: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from snlib.errors import InvalidInput, SnlibError, UnexpectedAnswer
from snlib.servicenow import refusals
from snlib.servicenow.encoded_query import Query
from snlib.servicenow.known_fields import FIELD_NAME, TABLE_NAME
from snlib.servicenow.records import ODD, Record, is_key, read_regular, record_of, records_of, rows_of
from snlib.transport.headers import header
from snlib.transport.strict_json import strict_json

MAX_PAGE_ROWS = 10_000
"""What an instance grants when no limit is given. Many cap pages below it."""

VERSIONS = ("", "v1", "v2")
"""Segments of the path; "" means the newest version of the API."""

NO_KEY = "This is not a sys_id that ServiceNow could be asked for."

_LINK = re.compile(r"<([^<>]*)>\s*;\s*rel\s*=\s*\"?(\w+)\"?", re.IGNORECASE)
_MAX_ROWS = 10**12


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        rows: The rows this account may read, in columns as :mod:`snlib.servicenow.records` says. Rows are hidden
            *after* the limit was applied, so a page can be short or empty although more follow.
        total: Rows that match, also those this account may not read: ``X-Total-Count``, 0 in version 1's own words for
            an empty list; None when not said.
        next_offset: Where the next page begins, by the ``Link`` header; None when it names none.
        granted_rows: How many rows of the table this page went through, by the ``Link`` header: less than asked for
            where the instance caps pages; None when not said.
        has_links: Whether there was a ``Link`` header: with one and no ``next_offset`` this is the last page.
        unreadable: How many rows came that are none of ``rows``: they are no objects, or have no sys_id of their own.
    """

    rows: pa.Table
    total: int | None = None
    next_offset: int | None = None
    granted_rows: int | None = None
    has_links: bool = False
    unreadable: int = 0

    @property
    def records(self) -> tuple[Record, ...]:
        """The rows one by one, for a page of a few."""
        return records_of(self.rows)


def table_path(table: str, *, version: str = "", api: str = "table", sys_id: str = "") -> str:
    """Return the path of a table, or of one record, in the Table API (or with ``api="stats"`` the Aggregate API).

    Raises:
        InvalidInput: A part does not have its form, so that no path is made of it.
    """
    if not TABLE_NAME.fullmatch(table):
        raise InvalidInput({"table": "This is not the name of a ServiceNow table."})
    if version not in VERSIONS:
        raise InvalidInput({"version": "The version of the ServiceNow API is v1, v2 or none."})
    if sys_id and not is_key(sys_id):
        raise InvalidInput({"sys_id": NO_KEY})
    return "/".join(("/api/now", *filter(None, (version, api, table, quote(sys_id, safe="")))))


def record_url(instance_url: str, table: str, sys_id: str) -> str:
    """Return the address of a record's form; open it in a new tab with ``rel="noopener"``.

    Raises:
        InvalidInput: ``instance_url`` has more than scheme, host and port, or there is no such table or key.

    >>> record_url("https://acme.service-now.com", "incident", "0" * 32)
    'https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D00000000000000000000000000000000'
    """
    try:
        parts = urlsplit(instance_url)
        is_origin = bool(parts.scheme in ("https", "http") and parts.hostname and "@" not in parts.netloc)
    except ValueError:
        is_origin = False
    if not is_origin or f"{parts.scheme}://{parts.netloc}" != instance_url:
        raise InvalidInput({"instance": "This is not the address of a ServiceNow instance."})
    if not TABLE_NAME.fullmatch(table):
        raise InvalidInput({"table": "This is not the name of a ServiceNow table."})
    if not sys_id:
        raise InvalidInput({"sys_id": "This record has no key that a link could be made of."})
    # The classic form works in every release, and through single sign-on. The key is quoted twice, so that no
    # character of it reads as a part of the address inside the address.
    inner = f"{table}.do?sys_id={quote(sys_id, safe='', errors='replace')}"
    return f"{instance_url}/nav_to.do?uri={quote(inner, safe='')}"


def with_key(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the fields to ask for: each once, ``sys_id`` always among them."""
    return tuple(dict.fromkeys(("sys_id", *fields)))


def record_params(fields: Iterable[str], *, labels: bool = True) -> dict[str, str]:
    """Return the parameters for one record; without ``labels`` an answer has half the bytes.

    Raises:
        InvalidInput: A name is not the name of a field.
    """
    names = with_key(fields)
    for name in names:
        if not FIELD_NAME.fullmatch(name):
            raise InvalidInput({"fields": "This is not the name of a ServiceNow field."})
    return {
        "sysparm_fields": ",".join(names),
        "sysparm_display_value": "all" if labels else "false",
        "sysparm_exclude_reference_link": "true",
    }


def list_params(
    table: str, query: Query, fields: Iterable[str], *, limit: int, offset: int = 0, labels: bool = True
) -> dict[str, str]:
    """Return the parameters for a page of a list: ``limit`` rows (1 to 10,000) after ``offset``.

    Raises:
        InvalidInput: ``table`` does not have a field the query names, or a number is out of range.
    """
    query.check(table)
    if not 1 <= limit <= MAX_PAGE_ROWS:
        raise InvalidInput({"limit": f"A page has 1 to {MAX_PAGE_ROWS:,} rows."})
    if offset < 0:
        raise InvalidInput({"offset": "A page can't begin before the first row."})
    return {
        "sysparm_query": query.encode(),
        **record_params(fields, labels=labels),
        "sysparm_limit": str(limit),
        "sysparm_offset": str(offset),
    }


def decipher(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    fields: Iterable[str] = (),
    labels: bool = True,
    table: str = "incident",
    offset: int = 0,
) -> Page:
    """Return the page a list answer holds.

    ``fields``, ``labels`` and ``offset`` are what was asked for: other fields are not read, and a ``Link`` that does
    not lead beyond the offset is ignored. ``table`` is for the sentences of errors.

    Raises:
        SignInRequired: 401.
        AccessRefused: 403, 407, and a 401 whose cause is not the sign-in.
        RequestRejected: 400, 404 and other 4xx.
        RateLimited: 429, 202, and 503 with ``Retry-After``.
        ServiceFailure: Other 5xx.
        UnexpectedAnswer: Not a success by the rule of this module.
    """
    names = with_key(fields)
    if status_code == 404 and refusals.says_no_rows(refusals.refusal_of(status_code, headers, body)):
        return Page(rows_of((), names, with_labels=labels), 0 if offset == 0 else None)
    rows = read_regular(body, names, with_labels=labels) if _promises_data(status_code, headers, body) else None
    if rows is None:
        result = result_of(status_code, headers, body, table=table, odd=ODD)
        if not isinstance(result, list):
            raise refusals.shape(status_code, headers)
        rows = rows_of((record_of(row) for row in result if isinstance(row, dict)), names, with_labels=labels)
        came = len(result)
    else:
        came = len(rows)
    keyed = pc.fill_null(pc.not_equal(rows["sys_id"], ""), fill_value=False)
    if not pc.all(keyed, min_count=0).as_py():
        rows = rows.filter(keyed)
    if came and not len(rows) and offset == 0:  # a list that looks empty must be empty
        raise refusals.shape(status_code, headers, "no row came with its sys_id")
    next_offset, granted_rows, has_links = _links(header(headers, "link"), offset)
    total = _number(header(headers, "x-total-count"))
    if total is not None and total < (offset + came if came else 0):
        total = None  # it cannot be right
    return Page(rows, total, next_offset, granted_rows, has_links, came - len(rows))


def decipher_record(status_code: int, headers: Mapping[str, str], body: bytes, *, table: str = "incident") -> Record:
    """Return the record a single-record answer holds; raises as :func:`decipher`, and RecordNotFound for 404."""
    result = result_of(status_code, headers, body, table=table, one_record=True, odd=ODD)
    if not isinstance(result, dict):
        raise refusals.shape(status_code, headers)
    return record_of(result)


def result_of(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    table: str = "",
    one_record: bool = False,
    odd: object = None,
) -> Any:
    """Return the ``result`` of a successful JSON answer, whatever its form; raises as :func:`decipher`.

    ``odd`` is as for :func:`snlib.transport.strict_json.strict_json`.
    """

    def failure() -> SnlibError:
        refusal = refusals.refusal_of(status_code, headers, body)
        return refusals.error_of(refusal, table=table, one_record=one_record)

    if not _promises_data(status_code, headers, body):
        raise failure()
    try:
        document = strict_json(body, service=refusals.SERVICE, status=status_code, odd=odd)
    except UnexpectedAnswer:
        # An answer cut by the transaction quota may end in broken JSON; the words are at its end.
        if refusals.is_cancelled(body[-4096:].decode("utf-8", "replace")):
            raise refusals.cancelled(refusals.refusal_of(status_code, headers, b"")) from None
        raise
    if not isinstance(document, dict) or "result" not in document or "error" in document:
        raise failure()
    return document["result"]


def _promises_data(status_code: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether status and content type are those of a success."""
    return (
        status_code == 200
        and "json" in header(headers, "content-type").lower()
        and not refusals.is_web_page(headers, body)
    )


def _links(text: str, offset: int) -> tuple[int | None, int | None, bool]:
    """Return next offset, rows granted and whether there are links.

    Only numbers are taken from the ``Link`` header, never an address: nothing in it is ever requested. ``prev`` may be
    negative on a first page and is not read at all.
    """
    found = {relation.lower(): address for address, relation in _LINK.findall(text[:65_536])}
    numbers = {relation: _paging_numbers(address) for relation, address in found.items()}
    limits = (numbers[relation][1] for relation in ("next", "first", "last") if relation in numbers)
    granted = next(filter(None, limits), None)
    next_offset = numbers["next"][0] if "next" in numbers else None
    if "next" in numbers and (next_offset is None or next_offset <= offset):
        return None, None, False  # it leads nowhere: as good as none
    if next_offset is not None:
        # Where the two disagree the smaller step loses no row.
        step = min(next_offset - offset, granted or next_offset)
        return offset + step, step, True
    return None, granted, bool({"first", "last"} & set(numbers))


def _paging_numbers(address: str) -> tuple[int | None, int | None]:
    """Return offset and limit of a link's address, None for what is missing or no number."""
    try:
        values = parse_qs(urlsplit(address).query)
    except ValueError:
        return None, None
    offset, limit = (_number(values.get(name, [""])[-1]) for name in ("sysparm_offset", "sysparm_limit"))
    return offset, limit or None


def _number(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 13):
        return None
    return min(int(text), _MAX_ROWS)
