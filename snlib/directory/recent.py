"""The people an agent opened last, kept in the database so that every replica and every tab knows them."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, upsert, writing
from snlib.database.tables import recent_person
from snlib.graph import Person

KEPT_PER_AGENT = 20
"""Older ones are deleted: the dashboard keeps no longer memory of people than its pages use."""


@dataclass(frozen=True, slots=True)
class RecentPerson:
    """A person as an agent last saw one, in aware UTC; ``id`` opens the person again."""

    id: str
    name: str
    username: str
    viewed_at: datetime


class RecentPeople:
    """Each agent's own list; every method raises `StoreError` when the database does not do its part."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def remember(self, agent: Agent, person: Person) -> None:
        """Put ``person`` first in the agent's list."""
        values = {
            "agent_key": agent.key,
            "person_id": person.id,
            "name": person.name,
            "username": person.username,
            "viewed_at": self._clock(),
        }
        mine = recent_person.c.agent_key == agent.key
        kept = select(recent_person.c.person_id).where(mine).order_by(*_NEWEST_FIRST).limit(KEPT_PER_AGENT)
        with writing(self._engine) as connection:
            upsert(connection, recent_person, values, keys=("agent_key", "person_id"))
            connection.execute(delete(recent_person).where(mine, recent_person.c.person_id.not_in(kept)))

    def list(self, agent: Agent, limit: int = 10) -> builtins.list[RecentPerson]:
        """Return the people ``agent`` opened last, the newest first."""
        columns = (recent_person.c.person_id, recent_person.c.name, recent_person.c.username, recent_person.c.viewed_at)
        query = select(*columns).where(recent_person.c.agent_key == agent.key).order_by(*_NEWEST_FIRST).limit(limit)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [RecentPerson(*row) for row in rows]


_NEWEST_FIRST = (recent_person.c.viewed_at.desc(), recent_person.c.person_id)
