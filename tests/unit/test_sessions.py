"""Sessions of agents."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from snlib.database.engine import reading
from snlib.database.tables import agent_session
from snlib.sessions import Sessions, session_id_of
from tests.stores import HandClock, sqlite_file

CLAIMS = {
    "issuer": "https://login.example",
    "tenant_id": "t",
    "object_id": "o",
    "name": "Hugo Lambert",
    "email": "hugo@example.com",
    "username": "hugo@example.com",
    "roles": ["Helpdesk.Agent", "Helpdesk.Agent"],
    "wids": ["b79fbf4d-3ef9-4689-8143-76b194e85509"],
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of the test's own."""
    with sqlite_file(tmp_path) as engine:
        yield engine


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that stands still."""
    return HandClock()


def test_a_cookie_leads_to_its_agent(engine: Engine, clock: HandClock):
    """The agent found by the cookie is the one that signed in."""
    sessions = Sessions(engine, clock)
    cookie, agent = sessions.start(**CLAIMS)
    assert agent == sessions.find(cookie)
    assert (agent.name, agent.roles, agent.signed_in_at) == ("Hugo Lambert", {"Helpdesk.Agent"}, clock.now)
    assert agent.key == "https://login.example|t|o"


def test_the_database_does_not_hold_the_cookie(engine: Engine, clock: HandClock):
    """What is stored is the cookie's hash; presenting the hash signs nobody in."""
    sessions = Sessions(engine, clock)
    cookie, agent = sessions.start(**CLAIMS)
    with reading(engine) as connection:
        stored = str(connection.execute(agent_session.select()).all())
    assert cookie not in stored
    assert agent.session_id == session_id_of(cookie)
    assert sessions.find(agent.session_id) is None


@pytest.mark.parametrize("cookie", ["", "unknown", "é", "\ud800", "x" * 10_000])
def test_an_unknown_cookie_is_nobody(engine: Engine, clock: HandClock, cookie: str):
    """Any other cookie value is answered with nobody, without an error."""
    assert Sessions(engine, clock).find(cookie) is None


def test_an_ended_session_is_over_everywhere(engine: Engine, clock: HandClock):
    """After the end the same cookie is worth nothing, in another process too; other sessions go on."""
    sessions = Sessions(engine, clock)
    cookie, agent = sessions.start(**CLAIMS)
    other_cookie, _ = sessions.start(**CLAIMS)
    sessions.end(agent.session_id)
    assert Sessions(engine, clock).find(cookie) is None
    assert sessions.find(other_cookie) is not None


def test_an_idle_session_ends(engine: Engine, clock: HandClock):
    """After an hour without use the session is over, and stays over if the clock is set back."""
    sessions = Sessions(engine, clock)
    cookie, _ = sessions.start(**CLAIMS)
    clock.advance(minutes=60)
    assert sessions.find(cookie) is None
    clock.advance(minutes=-30)
    assert sessions.find(cookie) is None


def test_use_keeps_a_session_alive_up_to_its_absolute_end(engine: Engine, clock: HandClock):
    """Used every half hour it lives, but never longer than twelve hours."""
    sessions = Sessions(engine, clock)
    cookie, _ = sessions.start(**CLAIMS)
    for _ in range(23):
        clock.advance(minutes=30)
        assert sessions.find(cookie) is not None
    clock.advance(minutes=30)
    assert sessions.find(cookie) is None


def test_work_in_the_background_is_no_use(engine: Engine, clock: HandClock):
    """Looking without touching does not keep a session alive."""
    sessions = Sessions(engine, clock)
    cookie, agent = sessions.start(**CLAIMS)
    clock.advance(minutes=59)
    assert sessions.find_by_id(agent.session_id, touch=False) is not None
    clock.advance(minutes=1)
    assert sessions.find(cookie) is None


def test_use_is_written_at_most_once_a_minute(engine: Engine, clock: HandClock):
    """A hundred clicks within a minute write nothing; the first one after it writes once."""
    sessions = Sessions(engine, clock)
    cookie, _ = sessions.start(**CLAIMS)
    writes: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("UPDATE"):
            writes.append(statement)

    for _ in range(100):
        sessions.find(cookie)
    assert writes == []
    clock.advance(seconds=61)
    sessions.find(cookie)
    sessions.find(cookie)
    assert len(writes) == 1


def test_long_forgotten_sessions_are_deleted(engine: Engine, clock: HandClock):
    """A session nobody used for more than a week is gone from the database at the next sign-in."""
    sessions = Sessions(engine, clock)
    sessions.start(**CLAIMS)
    clock.advance(days=8)
    sessions.start(**CLAIMS)
    with reading(engine) as connection:
        assert len(connection.execute(agent_session.select()).all()) == 1
