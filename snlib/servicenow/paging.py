"""Walking through a list page by page, so that every readable row comes once.

No network here: a :class:`Pager` says which page to ask for next and is given the answer. Three facts make this harder
than counting (measured on real instances):

- Rows are hidden by access control rules *after* the limit was applied: a page can be short, or empty, and more follow.
- An instance may cap the page below what was asked for: the next one begins earlier than offset + limit.
- So the step is neither the rows seen nor the limit asked for, but the rows the instance went through.

The ``Link`` header says how many these were. Without it only a lower bound is known: a page went through at least as
many rows as it brought, and where a later page brings a row again, at least up to that row. Stepping by the bound
repeats rows (they are merged) but loses none, and each repeated row raises the bound.

Where the count and the rows a page goes through are known, so are the pages that follow: :attr:`Pager.upcoming` names
them, and they can be asked for at once. They are still taken one by one, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from snlib.servicenow.protocol import Page

MAX_CALLS = 200
"""Pages one walk asks for at most, whatever the instance says."""
_MAX_BARREN = 2


@dataclass(frozen=True, slots=True)
class Walk:
    """What walking through a list brought.

    Attributes:
        rows: Every row this account may read, once, in the order of the query; columns as
            :mod:`snlib.servicenow.records` says.
        total: Rows that match by the instance's own count, which includes rows this account may not read; None when the
            instance did not say, or said what cannot be.
        complete: Whether the end of the list was reached. A list that is not complete says why in ``notes``.
        notes: Sentences for the agent; there is one whenever the count and the rows differ.
        unreadable: Rows that came but could not be told apart, so that they are not among ``rows``.
    """

    rows: pa.Table
    total: int | None
    complete: bool
    notes: tuple[str, ...] = ()
    unreadable: int = 0

    @property
    def hidden_rows(self) -> int:
        """Rows that match but may not be read; 0 when that is not known."""
        if not self.complete or self.total is None:
            return 0
        return max(0, self.total - len(self.rows) - self.unreadable)


class Pager:
    """Decides page by page how a walk goes on: ask for ``limit`` rows at ``offset`` next, unless it is ``done``."""

    def __init__(self, *, page_rows: int, max_rows: int) -> None:
        self.offset = 0
        self.limit = page_rows
        self.done = False
        self._page_rows = page_rows
        self._max_rows = max_rows
        self._pages: list[pa.Table] = []
        self._seen: dict[str, int] = {}  # sys_id: where the page began that brought it first
        self._granted = 0  # rows a page goes through, as far as proven
        self._links_seen = False
        self._probing = self._probed = False
        self._blind = False  # a step was longer than proven
        self._total: int | None = None
        self._shrunk = False
        self._repeated = 0
        self._unreadable = 0
        self._barren = 0  # pages in a row that brought nothing new
        self._stalled = 0  # of these, pages that brought rows of before although none was to be expected
        self._calls = 0
        self._complete = False
        self._reason = ""

    @property
    def rows(self) -> int:
        """Rows read so far."""
        return len(self._seen)

    @property
    def expected(self) -> int | None:
        """Rows there will be at most when the walk ends, None when that is not known."""
        return min(self._total, self._max_rows) if self._total is not None else None

    def upcoming(self, most: int) -> tuple[int, ...]:
        """Return the offsets to ask for next, ``most`` at most: the first for certain, more where they can be foreseen.

        They cannot where a page's reach is only a lower bound: it grows while pages are taken.
        """
        proven = self._links_seen or self._granted == self._page_rows
        if self._total is None or not self._granted or not proven or self._probing:
            return (self.offset,)
        enough = -(-(self._max_rows - self.rows) // self._granted)
        following = range(self.offset, self._total, self._granted)
        return tuple(following[: max(1, min(most, enough))]) or (self.offset,)

    def take(self, page: Page) -> None:
        """Take the page asked for at ``offset`` with ``limit``, and decide what comes next.

        A row without its ``sys_id`` is not among the page's rows, but the page went through it.
        """
        self._calls += 1
        if page.total is not None:
            self._shrunk = self._shrunk or (self._total is not None and page.total < self._total)
            self._total = page.total
        if self._probing:
            following = self._after_probe(page)
        else:
            self._keep(page)
            following = self._following(page)
        if self.rows > self._max_rows or (self.rows == self._max_rows and following is not None):
            of = f" of about {self._total:,}" if self._total is not None and self._total > self._max_rows else ""
            self.break_off(f"Showing the first {self._max_rows:,}{of}. Add filters to see others.")
        elif following is None:
            self.done = True
        elif self._stalled >= _MAX_BARREN:
            self.break_off("ServiceNow sent the same rows again and again, so reading stopped.")
        elif self._calls >= MAX_CALLS:
            self.break_off(f"Reading stopped after {MAX_CALLS} pages. Add filters to see others.")
        else:
            self.offset = following

    def break_off(self, reason: str) -> None:
        """End the walk before the end of the list: enough rows, no more time, or a page could not be had."""
        self.done = True
        self._complete = False
        self._reason = reason

    def walk(self) -> Walk:
        """Return what was read."""
        rows = pa.concat_tables(self._pages).slice(0, self._max_rows)
        total = self._total if self._total is not None and self._total >= self.rows else None
        complete = self._complete and not self._shrunk
        # Where pages overlap, a row without a sys_id is counted again.
        unreadable = self._unreadable if total is None else min(self._unreadable, total - len(rows))
        notes = tuple(self._notes(len(rows), total, complete, unreadable))
        return Walk(rows, total, complete, notes, unreadable)

    def _keep(self, page: Page) -> None:
        """Keep the rows not seen before, and learn from all of them how far a page reaches."""
        # Without links, and with a step that is only a lower bound, rows of pages before are expected to come again.
        overlapping = not self._links_seen and self._granted < self._page_rows
        self._links_seen = self._links_seen or page.has_links
        keys = page.rows["sys_id"].to_pylist()
        self._unreadable += page.unreadable
        reach = max(len(keys) + page.unreadable, page.granted_rows or 0)
        fresh = dict.fromkeys(keys, self.offset)
        if len(fresh) == len(keys) and self._seen.keys().isdisjoint(fresh):
            self._pages.append(page.rows)
        else:
            new = []
            for index, key in enumerate(keys):
                first_offset = self._seen.get(key, self.offset)
                if fresh.pop(key, None) is None or (key in self._seen and not overlapping):
                    self._repeated += 1
                elif key not in self._seen:
                    new.append(index)
                reach = max(reach, self.offset + index - first_offset + 1)
            fresh = {keys[index]: self.offset for index in new}
            self._pages.append(page.rows.take(pa.array(new, pa.int64())))
        self._seen.update(fresh)
        self._granted = min(self._page_rows, max(self._granted, reach))
        if fresh:
            self._barren = self._stalled = 0
        else:
            self._barren += 1
            self._stalled += bool(keys) and not overlapping

    def _following(self, page: Page) -> int | None:
        """Return the offset of the next page, None at the end of the list."""
        if page.next_offset is not None:
            beyond = not len(page.rows) and self._total is not None and self.offset >= self._total
            return None if beyond else page.next_offset
        if page.has_links:  # links, but none to a next page: this is the last one
            through = self.offset + (page.granted_rows or 0)
            contradicted = page.granted_rows is not None and self._total is not None and through < self._total
            self._complete = not contradicted and not self._blind
            return None
        if not self._granted:
            return self._following_blindly()
        if self._blind:
            # Rows turned up after steps longer than proven: once more from the start, with steps that lose none.
            self._blind = False
            self._unreadable = 0
            self._seen.clear()  # so that the rows come in the order of the query
            self._pages = [page.rows.slice(0, 0)]
            return 0
        following = self.offset + self._granted
        if self._total is not None:
            self._complete = following >= self._total
            return None if self._complete else following
        if self._links_seen:  # the pages before had links, this one needs none: it is the last one
            self._complete = True
            return None
        return following if self._barren < _MAX_BARREN else None

    def _following_blindly(self) -> int | None:
        """Return the next offset while nothing was readable and no link said how far a page reaches."""
        following = self.offset + self._page_rows
        if self._total is None:
            return following if self._barren < _MAX_BARREN else None
        if self._total <= 1:  # every page goes through one row at least
            self._complete = True
            return None
        if not self._probed:
            # One row is always granted in full: does this instance link to what follows it?
            self._probed = self._probing = True
            self.limit = 1
            return self.offset
        self._blind = True
        return following if following < self._total else None

    def _after_probe(self, page: Page) -> int | None:
        self._probing = False
        self.limit = self._page_rows
        if page.next_offset is None:
            return self._following_blindly()
        # It does link; so the page before, which had no link, was the last one.
        self._complete = True
        return None

    def _notes(self, rows: int, total: int | None, complete: bool, unreadable: int) -> Iterator[str]:
        if self._reason:
            yield self._reason
        elif self._shrunk:
            yield "The list changed while it was being read. Refresh to see it whole."
        elif not complete and total is None:
            yield f"List may be incomplete ({rows:,} read): ServiceNow did not say how many records match."
        elif not complete:
            yield f"List may be incomplete ({rows:,} of about {total:,})."
        elif total is not None and total > rows + unreadable:
            yield f"ServiceNow counts {total:,} records; your account can read {rows:,} of them."
        if unreadable:
            records_are = "record could not be read and is" if unreadable == 1 else "records could not be read and are"
            yield f"{unreadable:,} {records_are} left out."
        if self._repeated:
            rows_were = "row was" if self._repeated == 1 else "rows were"
            yield f"{self._repeated:,} repeated {rows_were} merged."
