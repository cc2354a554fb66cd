"""The access log: who did what to whom, when, and how it ended. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, writing
from snlib.database.tables import audit_event

MAX_TEXT_CHARS = 500
"""Characters kept of a target or a detail: both may come from outside."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the access log.

    Attributes:
        seq: Running number, ascending in time.
        at: Aware UTC.
        agent_key: `Agent.key`, empty when nobody was signed in.
        agent_name: The agent's name at that time.
        action: ``noun.verb``, such as ``person.view``.
        target: What it was done to: an id or an address.
        outcome: "ok", "refused" or "failed".
        detail: Our own words; never a secret.
    """

    seq: int
    at: datetime
    agent_key: str
    agent_name: str
    action: str
    target: str
    outcome: str
    detail: str


class AuditLog:
    """Writes and reads the access log.

    Args:
        engine: The dashboard's database.
        clock: Gives each line its time.
    """

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def record(
        self, agent: Agent | None, action: str, *, target: str = "", outcome: str = "ok", detail: str = ""
    ) -> None:
        """Add a line.

        Raises:
            StoreError: Not written; what it speaks of must then not happen either.
        """
        with writing(self._engine) as connection:
            connection.execute(
                insert(audit_event).values(
                    at=self._clock(),
                    agent_key=agent.key if agent else "",
                    agent_name=agent.name if agent else "",
                    action=action,
                    target=_cut(target),
                    outcome=outcome,
                    detail=_cut(detail),
                )
            )

    def recent(self, limit: int = 100) -> list[AuditEvent]:
        """Return the newest lines, newest first, at most ``limit``.

        Raises:
            StoreError: The database did not answer.
        """
        newest = select(audit_event).order_by(audit_event.c.seq.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [AuditEvent(**row) for row in connection.execute(newest).mappings()]


def _cut(text: str) -> str:
    # PostgreSQL stores no NUL in a text.
    text = text.replace("\x00", "")
    return text if len(text) <= MAX_TEXT_CHARS else text[: MAX_TEXT_CHARS - 1] + "…"
