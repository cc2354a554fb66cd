"""Sessions: a record in the database behind an opaque cookie, so that signing out ends it everywhere.

The cookie's value is 32 random bytes. The database holds only its SHA-256, so nobody can sign in with a stolen copy.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, writing
from snlib.database.tables import agent_session

T = TypeVar("T")

COOKIE_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)
"""How often, at most, the last use is saved: not every click must write to the database."""
KEEP_ENDED = timedelta(days=7)


class Sessions:
    """The sessions of agents; every method raises StoreError when the database does not answer.

    Args:
        absolute: A session ends this long after signing in.
        idle: A session ends this long after its last use.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock = utc_now,
        absolute: timedelta = timedelta(hours=12),
        idle: timedelta = timedelta(minutes=60),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._absolute = absolute
        self._idle = idle

    def start(
        self,
        *,
        issuer: str,
        tenant_id: str,
        object_id: str,
        name: str,
        email: str = "",
        username: str = "",
        roles: Iterable[str] = (),
        wids: Iterable[str] = (),
        overage: Iterable[str] = (),
    ) -> tuple[str, Agent]:
        """Begin a session for a person whose ID token was validated.

        Returns:
            The value of the session cookie, which is stored nowhere, and the agent.
        """
        now = self._clock()
        cookie_value = secrets.token_urlsafe(COOKIE_BYTES)
        values: dict[str, Any] = {
            "id": session_id_of(cookie_value),
            "issuer": issuer,
            "tenant_id": tenant_id,
            "object_id": object_id,
            "name": name,
            "email": email,
            "username": username,
            "roles": sorted(set(roles)),
            "wids": sorted(set(wids)),
            "overage": sorted(set(overage)),
            "signed_in_at": now,
            "last_seen_at": now,
        }
        with writing(self._engine) as connection:
            forgotten = now - self._absolute - KEEP_ENDED
            connection.execute(delete(agent_session).where(agent_session.c.last_seen_at < forgotten))
            connection.execute(insert(agent_session).values(**values))
        return cookie_value, _agent(values)

    def find(self, cookie_value: str) -> Agent | None:
        """Return the agent of a cookie, None when the session is unknown, ended or expired; counts as use."""
        return self.find_by_id(session_id_of(cookie_value))

    def find_by_id(self, session_id: str, *, touch: bool = True) -> Agent | None:
        """Return the agent of a session, None when it is unknown, ended or expired; ``touch`` counts as use."""
        found = self.open(session_id, lambda _connection, _agent: None, touch=touch)
        return found[0] if found else None

    def open(
        self, session_id: str, read_more: Callable[[Connection, Agent], T], *, touch: bool = True
    ) -> tuple[Agent, T] | None:
        """Return the agent of a session and what ``read_more`` reads in the same transaction; None as `find_by_id`."""
        now = self._clock()
        with reading(self._engine) as connection:
            row = connection.execute(select(agent_session).where(agent_session.c.id == session_id)).mappings().first()
            if row is None or row["ended_at"] is not None:
                return None
            over = now - row["signed_in_at"] >= self._absolute or now - row["last_seen_at"] >= self._idle
            if not over:
                agent = _agent(row)
                more = read_more(connection, agent)
        if over:
            self.end(session_id)
            return None
        if touch and now - row["last_seen_at"] >= TOUCH_EVERY:
            self._touch(session_id, now)
        return agent, more

    def end(self, session_id: str) -> None:
        """End a session in every tab; ending it twice changes nothing."""
        open_one = (agent_session.c.id == session_id) & agent_session.c.ended_at.is_(None)
        with writing(self._engine) as connection:
            connection.execute(update(agent_session).where(open_one).values(ended_at=self._clock()))

    def _touch(self, session_id: str, now: datetime) -> None:
        # The conditions keep a slow request from changing an ended session, or from setting the time back.
        row = (
            (agent_session.c.id == session_id)
            & agent_session.c.ended_at.is_(None)
            & (agent_session.c.last_seen_at < now)
        )
        with writing(self._engine) as connection:
            connection.execute(update(agent_session).where(row).values(last_seen_at=now))


def session_id_of(cookie_value: str) -> str:
    """Return the session id (SHA-256, hex) of a cookie's value."""
    return hashlib.sha256(cookie_value.encode("utf-8", "surrogatepass")).hexdigest()


def _agent(row: RowMapping | dict[str, Any]) -> Agent:
    same = ("issuer", "tenant_id", "object_id", "name", "email", "username", "signed_in_at")
    roles, wids, overage = (frozenset(row[name]) for name in ("roles", "wids", "overage"))
    values = {name: row[name] for name in same}
    return Agent(**values, roles=roles, wids=wids, overage=overage, session_id=row["id"])
