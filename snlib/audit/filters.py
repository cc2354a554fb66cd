"""Which lines of the access log to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from snlib.database.tables import audit_event


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
