"""The people an agent opened last."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from snlib.agent import Agent
from snlib.database.engine import create_engine, reading
from snlib.database.tables import metadata, recent_person
from snlib.directory.recent import KEPT_PER_AGENT, RecentPeople
from snlib.graph.person import Person

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class SteppingClock:
    """Each reading is a minute after the last."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def agent(object_id: str) -> Agent:
    """Return an agent with this object id."""
    return Agent("https://idp.example", "t", object_id, "A", "", "", frozenset(), frozenset(), "0" * 64, START)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the test's own."""
    engine = create_engine(f"sqlite:///{tmp_path / 'people.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_the_newest_comes_first_and_each_once(engine: Engine):
    """A person opened again moves to the front and stands in the list once, under the newest name."""
    recent = RecentPeople(engine, SteppingClock())
    recent.remember(agent("a"), Person(id="1", name="Anna", username="anna@example.com"))
    recent.remember(agent("a"), Person(id="2", name="Bo"))
    recent.remember(agent("a"), Person(id="1", name="Anna Berg", username="anna@example.com"))
    found = recent.list(agent("a"))
    assert [(person.id, person.name) for person in found] == [("1", "Anna Berg"), ("2", "Bo")]
    assert found[0].username == "anna@example.com"
    assert found[0].viewed_at == START + timedelta(minutes=3)


def test_agents_do_not_see_each_others_people(engine: Engine):
    """The list is the agent's own."""
    recent = RecentPeople(engine, SteppingClock())
    recent.remember(agent("a"), Person(id="1", name="Anna"))
    assert recent.list(agent("b")) == []


def test_old_people_are_deleted(engine: Engine):
    """No more people than the list can show are kept, the newest ones; another agent's stay."""
    recent = RecentPeople(engine, SteppingClock())
    recent.remember(agent("b"), Person(id="1", name="Anna"))
    for number in range(KEPT_PER_AGENT + 5):
        recent.remember(agent("a"), Person(id=str(number), name=f"Person {number}"))
    with reading(engine) as connection:
        kept = connection.scalar(
            select(func.count()).select_from(recent_person).where(recent_person.c.agent_key == agent("a").key)
        )
    assert kept == KEPT_PER_AGENT
    assert [person.id for person in recent.list(agent("a"), limit=2)] == ["24", "23"]
    assert len(recent.list(agent("b"))) == 1
