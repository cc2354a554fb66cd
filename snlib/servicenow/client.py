"""Reading records of one instance through the Table API, as one agent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from requests.auth import AuthBase

from snlib.errors import InvalidInput, ServiceError, ServiceUnreachable
from snlib.servicenow.encoded_query import Query
from snlib.servicenow.paging import Pager, Walk
from snlib.servicenow.protocol import (
    Page,
    decipher,
    decipher_record,
    list_params,
    record_params,
    table_path,
)
from snlib.servicenow.records import Record
from snlib.servicenow.refusals import SERVICE
from snlib.transport import ServiceCalls, TokenSource, Transport

PAGE_ROWS = 500
MAX_ROWS = 10_000
WALK_SECONDS = 30.0


class TableClient:
    """Lists and gets records. It never writes.

    Every method raises, beside what it says, the errors an answer can be: :class:`~snlib.errors.SignInRequired`,
    the :class:`~snlib.errors.ServiceError` tree and :class:`~snlib.errors.ServiceUnreachable`.

    Args:
        base_url: The instance: scheme, host and port, e.g. ``https://acme.service-now.com``.
        transport: Sends each request, within its limits.
        auth: Signs each request, or gives its access token, which is then renewed once after a 401.
        version: ``""`` (the newest), ``v1`` or ``v2``.
        sleep: Waits before a retry.
        jitter: A random number from 0 to 1.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        auth: AuthBase | TokenSource | None = None,
        *,
        version: str = "",
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.calls = ServiceCalls(base_url, transport, auth, service=SERVICE, sleep=sleep, jitter=jitter)
        self.version = version

    def get(self, table: str, sys_id: str, fields: Iterable[str]) -> Record:
        """Return one record.

        Raises:
            InvalidInput: ``table``, ``sys_id`` or a field does not have its form; nothing was sent.
            RecordNotFound: Missing, or hidden by an access control rule.
        """
        if not sys_id:  # the path would be that of the whole list
            raise InvalidInput({"sys_id": "A record's sys_id has 32 characters 0-9 and a-f."})
        path = table_path(table, version=self.version, sys_id=sys_id)
        return self.calls.get(
            path,
            record_params(fields),
            lambda answer: decipher_record(answer.status_code, answer.headers, answer.body, table=table),
        )

    def page(
        self,
        table: str,
        query: Query,
        fields: Iterable[str],
        *,
        limit: int,
        offset: int = 0,
        deadline_seconds: float | None = None,
    ) -> Page:
        """Return one page of a list: the rows this account may read among the ``limit`` rows after ``offset``.

        Raises:
            InvalidInput: The query names a field the table does not have, or a number is out of range.
        """
        params = list_params(table, query, fields, limit=limit, offset=offset)
        return self.calls.get(
            table_path(table, version=self.version),
            params,
            lambda answer: decipher(answer.status_code, answer.headers, answer.body, table=table, offset=offset),
            deadline_seconds=deadline_seconds,
        )

    def walk(
        self,
        table: str,
        query: Query,
        fields: Iterable[str],
        *,
        page_rows: int = PAGE_ROWS,
        max_rows: int = MAX_ROWS,
        deadline_seconds: float = WALK_SECONDS,
    ) -> Walk:
        """Return every row of a list this account may read, once; see :mod:`snlib.servicenow.paging`.

        When a page after the first cannot be had, what was read until then is returned, marked as not complete.

        Args:
            table: e.g. ``incident``.
            query: Its order is kept; ``sys_id`` is its last key.
            fields: ``sys_id`` is always among them.
            page_rows: Rows to ask for in one page; never more than ``max_rows``.
            max_rows: Rows to stop at; the walk then says that there are more.
            deadline_seconds: For all pages together.

        Raises:
            InvalidInput: As :meth:`page`.
        """
        names = tuple(fields)
        monotonic = self.calls.transport.monotonic
        until = monotonic() + deadline_seconds
        pager = Pager(page_rows=min(page_rows, max_rows), max_rows=max_rows)
        first = True
        while not pager.done:
            remaining = until - monotonic()
            try:
                page = self.page(
                    table, query, names, limit=pager.limit, offset=pager.offset, deadline_seconds=remaining
                )
            except (ServiceError, ServiceUnreachable):
                if first:
                    raise
                pager.break_off(f"Loaded {pager.rows:,} rows, then ServiceNow stopped answering.")
                break
            pager.take(page)
            first = False
        return pager.walk()
