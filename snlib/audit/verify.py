"""Checking the whole access log: is every row there, in its place, as it was written?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from snlib.audit.chain import BEGINNING, Head, Sealer, head_holds, read_head, row_hash
from snlib.audit.event import AuditEvent
from snlib.audit.log import COLUMNS, HEAD_KEY
from snlib.database.engine import reading
from snlib.database.tables import audit_event, meta

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the log found.

    Attributes:
        rows: Rows read, up to the first broken one.
        first_broken_seq: The number of the first row that is altered, missing or not of the chain; None when ok.
        head: The end of the log, to be kept elsewhere; None when broken or empty.
        unknown_key: Not ok because the ring has none of the keys that sealed the log; the rows follow one another.
    """

    rows: int
    ok: bool
    first_broken_seq: int | None = None
    why: str = ""
    head: Head | None = None
    unknown_key: bool = False


class _Break(Exception):
    def __init__(self, seq: int, why: str, *, unknown_key: bool = False) -> None:
        super().__init__(why)
        self.seq = seq
        self.unknown_key = unknown_key


def verify(engine: Engine, keys: Sequence[tuple[str, bytes]], *, noted: Head | None = None) -> Verdict:
    """Read every row and return whether the log is whole; others may write to it meanwhile.

    ``keys`` is the vault's key ring. ``noted`` is an earlier head that was kept elsewhere, such as in the process's
    log. Only this shows that the whole database was emptied or put back to an older state: its own head is then older
    too, and matches.

    Raises:
        StoreError: The database did not answer.
    """
    check = _Check(Sealer(keys), noted)
    # The head comes with every row, because one statement sees one state on every database.
    stored = select(meta.c.value).where(meta.c.key == HEAD_KEY).scalar_subquery()
    rows = select(*COLUMNS, audit_event.c.hash, audit_event.c.seal, stored.label("head")).order_by(audit_event.c.seq)
    found: str | None = None
    with reading(engine) as connection:
        try:
            with connection.execution_options(yield_per=ROWS_AT_ONCE).execute(rows) as result:
                for row in result.mappings():
                    found = row["head"]
                    event = AuditEvent(**{column.name: row[column.name] for column in COLUMNS})
                    check.row(event, row["hash"], row["seal"])
            if not check.rows:
                found = connection.scalar(select(meta.c.value).where(meta.c.key == HEAD_KEY))
            check.end(found)
        except _Break as broken:
            return Verdict(
                check.rows, ok=False, first_broken_seq=broken.seq, why=str(broken), unknown_key=broken.unknown_key
            )
    why = "Every row is there, in its place, as it was written." if check.rows else "The log is empty."
    return Verdict(check.rows, ok=True, why=why, head=check.last if check.rows else None)


class _Check:
    """Checks row after row; raises `_Break` at the first that does not fit."""

    def __init__(self, sealer: Sealer, noted: Head | None) -> None:
        self._sealer = sealer
        self._noted = noted
        self._sealed = False
        self._proven = 0
        self._doubted = 0  # the first row whose seal does not hold, before any that holds
        self.last = Head(0, BEGINNING)
        self.rows = 0

    def row(self, event: AuditEvent, stored_hash: str, seal: str) -> None:
        self.rows += 1
        expected = self.last.seq + 1
        # Numbers of rows from before the chain may have gaps; their hashes show whether one is missing.
        if event.seq != expected and (seal or self._sealed):
            raise _Break(expected, _missing(expected, event.seq - 1))
        if row_hash(self.last.hash, event) != stored_hash:
            why = f"Row {event.seq} was altered, moved or added, or does not follow the row before it."
            raise _Break(event.seq, why)
        if seal:
            self._sealed = True
        elif self._sealed:
            raise _Break(event.seq, f"Row {event.seq} was added or altered: it has no seal.")
        if self._sealer.knows(seal):
            if self._sealer.holds(seal, stored_hash):
                self._proven = event.seq
            else:
                self._doubted = self._doubted or event.seq
            if self._proven and self._doubted:
                raise self._altered()
        elif self._proven:
            # Keys that have left the ring are older than those in it, so only the first rows may have them.
            raise _Break(event.seq, f"Row {event.seq} is sealed with a key that is not in SNLIB_TOKEN_KEYS.")
        if self._noted and self._noted.seq == event.seq and self._noted.hash != stored_hash:
            raise _Break(event.seq, f"Row {event.seq} is not the one whose head was noted earlier.")
        self.last = Head(event.seq, stored_hash)

    def _altered(self) -> _Break:
        return _Break(self._doubted, f"Row {self._doubted} was added or altered: its seal does not match.")

    def end(self, stored: str | None) -> None:
        after = self.last.seq + 1
        if self._noted and self._noted.seq > self.last.seq:
            raise _Break(after, _missing(after, self._noted.seq))
        if stored is None:
            if self._doubted:
                raise self._altered()
            if self._sealed:
                raise _Break(after, f"The head is missing: rows from {after} on may have been removed.")
            return
        head, seal = read_head(stored)
        unproven = self._proven + 1
        if head is None:
            raise _Break(unproven, f"The head cannot be read, so rows from {unproven} on are not proven.")
        self._check_seal(head, seal)
        if head.seq > self.last.seq:
            raise _Break(after, _missing(after, head.seq))
        if head.seq < self.last.seq:
            first = min(head.seq, self._proven) + 1
            raise _Break(first, f"Row {first} and those after it are not in the head, which ends at row {head.seq}.")
        if head != self.last:
            raise _Break(unproven, f"Row {unproven} or a later one was altered: the head is of other rows.")

    def _check_seal(self, head: Head, seal: str) -> None:
        unproven = self._proven + 1
        if not self._sealer.knows(seal):
            why = f"The key that sealed the head is not in SNLIB_TOKEN_KEYS, so rows from {unproven} on are not proven."
            raise _Break(unproven, why, unknown_key=not self._proven and not self._doubted)
        holds = head_holds(head, seal, self._sealer)
        if self._doubted and not holds:
            why = "No seal of the log is by the key in SNLIB_TOKEN_KEYS that has its ID, so nothing in it is proven."
            raise _Break(self._doubted, why, unknown_key=True)
        if self._doubted:
            raise self._altered()
        if not holds:
            raise _Break(unproven, f"The head does not match its seal, so rows from {unproven} on are not proven.")


def _missing(first: int, last: int) -> str:
    return f"Row {first} is missing." if last <= first else f"Rows {first} to {last} are missing."
