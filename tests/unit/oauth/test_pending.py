"""Authorization requests in flight."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, func, select

from snlib.database.engine import reading, writing
from snlib.database.tables import authorization_request
from snlib.errors import AuthorizationExpired, InvalidInput
from snlib.oauth.client import Client
from snlib.oauth.pending import MAX_OPEN_PER_AGENT, AuthorizationRequests
from tests.stores import HandClock, make_agent, make_vault, sqlite_file

CLIENT = Client("https://acme.service-now.com", "0123456789abcdef", None, "https://x.example.com/servicenow/callback")
HUGO = make_agent("Hugo")


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that stands still."""
    return HandClock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of the test's own."""
    with sqlite_file(tmp_path) as engine:
        yield engine


@pytest.fixture
def requests(engine: Engine, clock: HandClock) -> AuthorizationRequests:
    """Return what is under test."""
    return AuthorizationRequests(engine, make_vault(), clock)


def begin(requests: AuthorizationRequests, **changes: Any) -> str:
    """Begin a request and return its state."""
    values = {
        "agent": HUGO,
        "purpose": "agent",
        "return_path": "/troubleshooting?person=1&tab=incidents",
        "mode": "popup",
    }
    url = requests.begin(CLIENT, **{**values, **changes})
    return parse_qs(urlsplit(url).query)["state"][0]


def test_what_was_begun_comes_back(requests: AuthorizationRequests):
    """The claimed request holds all that was noted, and the verifier that fits the challenge shown."""
    state = begin(requests, purpose="test", test_id="t1", connector_version=3, mode="tab")
    pending = requests.claim(state, agent=HUGO)
    assert (pending.agent_key, pending.purpose, pending.test_id, pending.mode) == (HUGO.key, "test", "t1", "tab")
    assert (pending.instance_url, pending.client_id) == (CLIENT.instance_url, CLIENT.client_id)
    assert (pending.redirect_uri, pending.connector_version) == (CLIENT.redirect_uri, 3)
    assert pending.return_path == "/troubleshooting?person=1&tab=incidents"
    assert len(pending.code_verifier) == 64
    assert pending.code_verifier not in repr(pending)


def test_a_state_is_good_once(requests: AuthorizationRequests):
    """The second claim of the same state is refused and says why."""
    state = begin(requests)
    requests.claim(state, agent=HUGO)
    with pytest.raises(AuthorizationExpired) as caught:
        requests.claim(state, agent=HUGO)
    assert caught.value.user_message.startswith("This connection link was already used.")


@pytest.mark.parametrize("state", ["", "unknown", "é", "\ud800", "x" * 10_000])
def test_an_unknown_state(requests: AuthorizationRequests, state: str):
    """A state we did not make is refused, and the real one still works."""
    real = begin(requests)
    with pytest.raises(AuthorizationExpired, match="unknown"):
        requests.claim(state, agent=HUGO)
    assert requests.claim(real, agent=HUGO).agent_key == HUGO.key


@pytest.mark.parametrize(
    "other", [make_agent("Mallory"), make_agent("Hugo", session="2"), make_agent("Hugo", tenant_id="other")]
)
def test_another_agent_or_session_is_refused_and_burns_the_state(requests: AuthorizationRequests, other):
    """A link handed to somebody else, or opened in another browser, works for nobody any more."""
    state = begin(requests)
    with pytest.raises(AuthorizationExpired, match="another agent or session"):
        requests.claim(state, agent=other)
    with pytest.raises(AuthorizationExpired, match="used before"):
        requests.claim(state, agent=HUGO)


def test_a_state_is_good_for_ten_minutes(requests: AuthorizationRequests, clock: HandClock):
    """Just before it works, at ten minutes it does not."""
    state, late = begin(requests), begin(requests)
    clock.advance(minutes=10, seconds=-1)
    requests.claim(state, agent=HUGO)
    clock.advance(seconds=1)
    with pytest.raises(AuthorizationExpired) as caught:
        requests.claim(late, agent=HUGO)
    assert "longer than ten minutes" in caught.value.user_message


def test_of_claims_at_the_same_moment_one_wins(tmp_path: Path, engine: Engine, clock: HandClock):
    """Sixteen threads over two connections pools claim one state: one gets it, fifteen are told it was used."""
    vault = make_vault()
    with sqlite_file(tmp_path) as other_engine:
        stores = [AuthorizationRequests(which, vault, clock) for which in (engine, other_engine)]
        state = begin(stores[0])
        won, refused = [], []

        def claim(store: AuthorizationRequests) -> None:
            try:
                won.append(store.claim(state, agent=HUGO))
            except AuthorizationExpired as error:
                refused.append(str(error))

        threads = [threading.Thread(target=claim, args=(stores[number % 2],)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(won) == 1
    assert refused == ["authorization state used before"] * 15


def test_an_agent_has_at_most_five_open(requests: AuthorizationRequests, engine: Engine, clock: HandClock):
    """The oldest of one agent are dropped, those of others stay."""
    other = make_agent("Lena")
    kept = begin(requests, agent=other)
    states = []
    for _ in range(MAX_OPEN_PER_AGENT + 2):
        clock.advance(seconds=1)
        states.append(begin(requests))
    with pytest.raises(AuthorizationExpired, match="unknown"):
        requests.claim(states[0], agent=HUGO)
    requests.claim(states[2], agent=HUGO)
    requests.claim(states[-1], agent=HUGO)
    requests.claim(kept, agent=other)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(authorization_request)) == MAX_OPEN_PER_AGENT + 1


def test_old_rows_are_forgotten(requests: AuthorizationRequests, engine: Engine, clock: HandClock):
    """After a day a request is gone, used or not."""
    begin(requests)
    requests.claim(begin(requests), agent=HUGO)
    clock.advance(days=1, seconds=1)
    begin(requests)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(authorization_request)) == 1


def test_neither_state_nor_verifier_is_stored(requests: AuthorizationRequests, engine: Engine):
    """The database holds the state's hash, the verifier sealed, and after use no verifier at all."""
    state = begin(requests)
    with reading(engine) as connection:
        before = str(connection.execute(authorization_request.select()).all())
    verifier = requests.claim(state, agent=HUGO).code_verifier
    with reading(engine) as connection:
        (row,) = connection.execute(authorization_request.select()).mappings().all()
    assert state not in before
    assert verifier not in before
    assert row["verifier_sealed"] == ""


def test_a_tampered_verifier_is_refused(requests: AuthorizationRequests, engine: Engine):
    """A row whose verifier was moved from another row cannot be claimed."""
    first, second = begin(requests), begin(requests)
    with writing(engine) as connection:
        sealed = connection.scalars(select(authorization_request.c.verifier_sealed)).all()
        change = authorization_request.update()
        connection.execute(
            change.where(authorization_request.c.verifier_sealed == sealed[0]).values(verifier_sealed="x")
        )
        connection.execute(
            change.where(authorization_request.c.verifier_sealed == sealed[1]).values(verifier_sealed=sealed[0])
        )
    for state in (first, second):
        with pytest.raises(AuthorizationExpired):
            requests.claim(state, agent=HUGO)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "troubleshooting",
        "//evil.test",
        "/\\evil.test",
        "https://evil.test",
        "/x\r\nSet-Cookie: a=b",
        "/a\\b",
        "/ x",
    ],
)
def test_the_way_back_is_a_path_of_ours(requests: AuthorizationRequests, engine: Engine, path: str):
    """An address elsewhere is refused and nothing is begun."""
    with pytest.raises(InvalidInput):
        begin(requests, return_path=path)
    with reading(engine) as connection:
        assert connection.execute(authorization_request.select()).all() == []
