"""Writing to the access log, and reading from it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, text

from snlib.agent import Agent
from snlib.audit.chain import BROKEN, START, Head, Sealer, head_holds, read_head, row_hash, write_head
from snlib.audit.event import AuditEvent, kept, straightened
from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, upsert, writing
from snlib.database.tables import audit_event, meta

log = logging.getLogger(__name__)

HEAD_KEY = "audit.head"
"""The key of the head in the table ``meta``."""
NOTE_HEAD_EVERY = timedelta(minutes=1)
"""How often, at most, the head is written to the process's log, which another machine may keep."""
MAX_NAMES = 1_000
"""At most so many agents or people are listed, for a chooser."""

COLUMNS = tuple(audit_event.c[name] for name in AuditEvent.__dataclass_fields__)

_ADVISORY_LOCK = 7_305_282
"""Any fixed number: on PostgreSQL writers of the log wait for each other."""


@dataclass(frozen=True, slots=True)
class Named:
    """An agent or a person named in the log."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """A filter of lines; each part that is given must match.

    Attributes:
        agent: `AuditEvent.agent_key`.
        person: The id of the person it was done to (`AuditEvent.target`).
        since: From this moment on, aware.
        through: Up to this number, so that pages stay as they are while lines are added; 0 for all.
    """

    agent: str = ""
    person: str = ""
    action: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    through: int = 0

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on the table."""
        columns = audit_event.c
        same = {"agent_key": self.agent, "target": self.person, "action": self.action, "outcome": self.outcome}
        found = [columns[name] == value for name, value in same.items() if value]
        if self.since is not None:
            found.append(columns.at >= self.since)
        if self.until is not None:
            found.append(columns.at < self.until)
        if self.through:
            found.append(columns.seq <= self.through)
        return tuple(found)

    def describe(self) -> str:
        """Return the parts given in a few words, "everything" when there are none."""
        parts = [
            f"{name} {value.isoformat() if isinstance(value, datetime) else value}"
            for name in ("agent", "person", "action", "outcome", "since", "until")
            if (value := getattr(self, name))
        ]
        return ", ".join(parts) or "everything"


class AuditLog:
    """Writes and reads the access log; every method raises StoreError when the database does not answer.

    Args:
        keys: The vault's key ring; the keys of the seals are derived from it.
    """

    def __init__(self, engine: Engine, keys: Sequence[tuple[str, bytes]], clock: Clock = utc_now) -> None:
        self._engine = engine
        self._sealer = Sealer(keys)
        self._clock = clock
        self._noting = threading.Lock()
        self._head_noted: datetime | None = None

    def record(
        self,
        agent: Agent | None,
        action: str,
        *,
        target: str = "",
        target_name: str = "",
        outcome: str = "ok",
        detail: str = "",
        remote: str = "",
    ) -> None:
        """Add a line; when it is not written (StoreError), the act that it describes must not happen either."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            before = self._head(connection)
            newest = connection.scalar(select(func.max(audit_event.c.seq))) or 0
            event = AuditEvent(
                # Never overwrites a foreign row, never uses the number of a removed row again.
                seq=max(before.seq, newest) + 1,
                at=self._clock(),
                agent_key=straightened(agent.key) if agent else "",
                agent_name=kept(agent.name) if agent else "",
                action=action,
                target=kept(target),
                target_name=kept(target_name),
                outcome=outcome,
                detail=kept(detail),
                remote=kept(remote),
            )
            head = Head(event.seq, row_hash(before.hash, event))
            values = {name: getattr(event, name) for name in AuditEvent.__dataclass_fields__}
            connection.execute(insert(audit_event).values(**values, hash=head.hash, seal=self._sealer.seal(head.hash)))
            upsert(connection, meta, {"key": HEAD_KEY, "value": write_head(head, self._sealer)}, keys=["key"])
        self._note(head)

    def recent(self, limit: int = 100) -> list[AuditEvent]:
        """Return the newest lines, newest first, at most ``limit``."""
        return self.find(AuditFilter(), limit=limit)

    def find(self, log_filter: AuditFilter, *, limit: int, offset: int = 0) -> list[AuditEvent]:
        """Return the lines that match the filter, newest first, at most ``limit`` after the first ``offset``."""
        newest = select(*COLUMNS).where(*log_filter.conditions()).order_by(audit_event.c.seq.desc())
        with reading(self._engine) as connection:
            return [AuditEvent(**row) for row in connection.execute(newest.limit(limit).offset(offset)).mappings()]

    def total(self, log_filter: AuditFilter) -> int:
        """Return how many lines match the filter."""
        return self._count(*log_filter.conditions())

    def count(self, action: str, outcomes: Sequence[str], *, since: datetime) -> int:
        """Return how many lines of an action have one of these outcomes since a moment."""
        columns = audit_event.c
        return self._count(columns.at >= since, columns.action == action, columns.outcome.in_(outcomes))

    def agents(self) -> list[Named]:
        """Return the agents in the log with the latest name of each, sorted by name, at most a thousand."""
        return self._names(audit_event.c.agent_key, audit_event.c.agent_name)

    def people(self) -> list[Named]:
        """Return the people in the log with the latest name of each, sorted by name, at most a thousand."""
        return self._names(audit_event.c.target, audit_event.c.target_name)

    def actions(self) -> list[str]:
        """Return every action in the log, in alphabetical order."""
        with reading(self._engine) as connection:
            return list(connection.scalars(select(audit_event.c.action).distinct().order_by(audit_event.c.action)))

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        with reading(self._engine) as connection:
            return int(connection.scalar(select(func.count()).select_from(audit_event).where(*conditions)) or 0)

    def _names(self, key: ColumnElement[str], name: ColumnElement[str]) -> list[Named]:
        seq = audit_event.c.seq
        last = select(func.max(seq)).where(key != "", name != "").group_by(key).order_by(func.max(seq).desc())
        named = select(key, name).where(seq.in_(last.limit(MAX_NAMES))).order_by(name, key)
        with reading(self._engine) as connection:
            return [Named(*row) for row in connection.execute(named)]

    def _head(self, connection: Connection) -> Head:
        """Return the head that the next row is chained to.

        A lost or forged head after sealed rows is never repaired: the next row is chained to `BROKEN`, so that
        `snlib.audit.verify` still finds the break.
        """
        stored = connection.scalar(select(meta.c.value).where(meta.c.key == HEAD_KEY))
        columns = audit_event.c
        newest = select(columns.seq, columns.hash, columns.seal).order_by(columns.seq.desc())
        last = connection.execute(newest.limit(1)).first()
        if stored is None:
            if last is None:
                return START
            if not last.seal:
                return Head(last.seq, last.hash)  # rows of the first release, chained when the schema was upgraded
            log.error("the access log's head is missing; run: python -m snlib audit verify")
            return Head(last.seq, BROKEN)
        head, seal = read_head(stored)
        if head is None or not head_holds(head, seal, self._sealer):
            log.error("the access log's head does not match its seal; run: python -m snlib audit verify")
            return Head(last.seq if last else 0, BROKEN)
        return head

    def _note(self, head: Head) -> None:
        now = self._clock()
        with self._noting:
            if self._head_noted is not None and timedelta(0) <= now - self._head_noted < NOTE_HEAD_EVERY:
                return
            self._head_noted = now
        log.info("access log head %s", head)
