"""An access log with ten lines, over the database under test, and an intruder's hands on that database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Engine, text

from snlib.audit import AuditLog, Verdict, verify
from snlib.audit.chain import row_hash
from snlib.database.engine import reading, writing
from tests.stores import AUDIT_KEYS, HandClock, make_agent

HUGO = make_agent("Hugo")
"""Who wrote the ten lines."""


@dataclass
class Kept:
    """A log over the database under test, and an intruder's hands on that database."""

    log: AuditLog
    engine: Engine
    clock: HandClock

    def verdict(self, keys: list[tuple[str, bytes]] = AUDIT_KEYS) -> Verdict:
        """Check the log."""
        return verify(self.engine, keys)

    def sql(self, *statements: str) -> None:
        """Run statements as somebody with the database's password."""
        with writing(self.engine) as connection:
            for statement in statements:
                connection.execute(text(statement))

    def without_triggers(self, *statements: str) -> None:
        """Run statements as somebody who may also drop the triggers."""
        if self.engine.dialect.name == "postgresql":
            drop = ["ALTER TABLE audit_event DISABLE TRIGGER ALL"]
        else:
            drop = [f"DROP TRIGGER IF EXISTS audit_event_no_{what}" for what in ("update", "delete", "replace")]
        self.sql(*drop, *statements)

    def head(self) -> str:
        """Return the stored head."""
        with reading(self.engine) as connection:
            return str(connection.scalar(text("SELECT value FROM meta WHERE key = 'audit.head'")))


def ten_lines(open_engine: Callable[[], Engine]) -> Kept:
    """Return a log with ten lines."""
    clock, engine = HandClock(), open_engine()
    kept = Kept(AuditLog(engine, AUDIT_KEYS, clock), engine, clock)
    for number in range(1, 11):
        kept.log.record(
            HUGO, "person.view", target=f"person-{number}", target_name=f"Müller {number}", remote="10.0.0.1"
        )
        clock.advance(seconds=0.000_001)
    return kept


def broken(verdict: Verdict) -> int | None:
    """Return the first broken row of a log that is not whole."""
    assert not verdict.ok
    assert str(verdict.first_broken_seq) in verdict.why
    assert verdict.head is None
    return verdict.first_broken_seq


def rehash(kept: Kept) -> list[str]:
    """Return the statements that give rows 4 to 10 the hashes they would have if row 4 had the detail "x"."""
    events = list(reversed(kept.log.recent(10)))
    previous = "0" * 64
    statements = []
    for event in events:
        changed = replace(event, detail="x") if event.seq == 4 else event
        previous = row_hash(previous, changed)
        statements.append(f"UPDATE audit_event SET hash = '{previous}' WHERE seq = {event.seq}")
    return statements
