"""Reading records of one instance through the Table API, as one agent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from requests.auth import AuthBase

from snlib.errors import InvalidInput, ServiceError, ServiceUnreachable
from snlib.servicenow import refusals
from snlib.servicenow.encoded_query import Query
from snlib.servicenow.paging import Pager, Walk
from snlib.servicenow.protocol import NO_KEY, Page, decipher, decipher_record, list_params, record_params, table_path
from snlib.servicenow.records import Record
from snlib.servicenow.refusals import SERVICE
from snlib.transport import Answer, ServiceCalls, TokenSource, Transport

PAGE_ROWS = 1000
"""Pages of thousands of rows come back cut or damaged from some instances; 1000 and less do not."""
MAX_ROWS = 10_000
MAX_PAGES_AT_ONCE = 4
"""What one user may ask at the same time without filling the queue that all integrations of an instance share
(KB0564204)."""
WALK_SECONDS = 30.0

Progress = Callable[[int, int | None], None]
"""Is given the rows loaded so far and the rows there will be at most, None when that is not known."""


class InstanceClient:
    """Asks one instance, as one agent. It never writes.

    Every method of a client raises, beside what it says, the errors an answer can be:
    :class:`~snlib.errors.SignInRequired`, the :class:`~snlib.errors.ServiceError` tree and
    :class:`~snlib.errors.ServiceUnreachable`.

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


class TableClient(InstanceClient):
    """Lists and gets records."""

    def get(self, table: str, sys_id: str, fields: Iterable[str]) -> Record:
        """Return one record.

        Raises:
            InvalidInput: ``table``, ``sys_id`` or a field does not have its form; nothing was sent.
            RecordNotFound: Missing, or hidden by an access control rule.
        """
        if not sys_id:  # the path would be that of the whole list
            raise InvalidInput({"sys_id": NO_KEY})

        def read(answer: Answer) -> Record:
            return decipher_record(answer.status_code, answer.headers, answer.body, table=table)

        return self.calls.get(table_path(table, version=self.version, sys_id=sys_id), record_params(fields), read)

    def page(
        self,
        table: str,
        query: Query,
        fields: Iterable[str],
        *,
        limit: int,
        offset: int = 0,
        labels: bool = True,
        deadline_seconds: float | None = None,
    ) -> Page:
        """Return one page of a list: the rows this account may read among the ``limit`` rows after ``offset``.

        Args:
            table: e.g. ``incident``.
            query: Its order is kept; ``sys_id`` is its last key.
            fields: ``sys_id`` is always among them.
            limit: Rows to go through, 1 to 10,000; an instance may go through fewer.
            offset: Rows to leave out before.
            labels: Whether labels come with what is stored; without them the answer has half the bytes.
            deadline_seconds: Shorter than the transport's when less time is left.

        Raises:
            InvalidInput: The query names a field the table does not have, or a number is out of range.
            UnexpectedAnswer: Also when there are no rows and the answer does not prove that none match.
        """
        page = self._page(table, query, fields, limit, offset, labels, deadline_seconds)
        if offset == 0 and not len(page.rows) and page.total is None:
            raise refusals.uncounted()
        return page

    def _page(
        self,
        table: str,
        query: Query,
        fields: Iterable[str],
        limit: int,
        offset: int,
        labels: bool,
        deadline_seconds: float | None,
    ) -> Page:
        names = tuple(fields)
        params = list_params(table, query, names, limit=limit, offset=offset, labels=labels)

        def read(answer: Answer) -> Page:
            given = (answer.status_code, answer.headers, answer.body)
            return decipher(*given, fields=names, labels=labels, table=table, offset=offset)

        path = table_path(table, version=self.version)
        return self.calls.get(path, params, read, deadline_seconds=deadline_seconds)

    def walk(
        self,
        table: str,
        query: Query,
        fields: Iterable[str],
        *,
        labels: bool = True,
        page_rows: int = PAGE_ROWS,
        max_rows: int = MAX_ROWS,
        deadline_seconds: float = WALK_SECONDS,
        progress: Progress | None = None,
    ) -> Walk:
        """Return every row of a list this account may read, once; see :mod:`snlib.servicenow.paging`.

        As soon as it is known where pages begin, up to four of ``page_rows`` rows are asked for at once, unless the
        first one took less waiting than work: then threads would only get in each other's way. ``progress`` is called
        in this thread after each page. The walk stops at ``max_rows`` and says that there are more.
        When a page after the first cannot be had before ``deadline_seconds`` are over, no further one is asked for,
        and what came before it is returned, marked as not complete. The rest is as in :meth:`page`.
        """
        names = tuple(fields)
        monotonic = self.calls.transport.monotonic
        until = monotonic() + deadline_seconds

        def ask(offset: int, limit: int) -> Page:
            remaining = until - monotonic()
            return self._page(table, query, names, limit, offset, labels, remaining)

        pager = Pager(page_rows=min(page_rows, max_rows), max_rows=max_rows)
        asked: dict[tuple[int, int], Future[Page]] = {}
        first, at_once = True, 1
        begun, begun_work = time.perf_counter(), time.thread_time()
        with _threads() as threads:
            while not pager.done:
                upcoming = [(offset, pager.limit) for offset in pager.upcoming(at_once)]
                if len(upcoming) > 1:
                    asked |= {place: threads.submit(ask, *place) for place in upcoming if place not in asked}
                try:
                    page = asked.pop(upcoming[0]).result() if upcoming[0] in asked else ask(*upcoming[0])
                except (ServiceError, ServiceUnreachable):
                    if first:
                        raise
                    pager.break_off(f"Loaded {pager.rows:,} rows, then ServiceNow stopped answering.")
                    break
                pager.take(page)
                if first:
                    worked = time.thread_time() - begun_work
                    at_once = MAX_PAGES_AT_ONCE if time.perf_counter() - begun > 2 * worked else 1
                    first = False
                if progress is not None:
                    progress(pager.rows, pager.expected)
        found = pager.walk()
        if not len(found.rows) and found.total is None:
            raise refusals.uncounted()
        return found


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Give threads; at the end what has not begun is not begun any more, whatever ends the block."""
    with ThreadPoolExecutor(MAX_PAGES_AT_ONCE) as threads:
        try:
            yield threads
        finally:
            threads.shutdown(cancel_futures=True)
