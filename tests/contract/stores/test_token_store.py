"""One suite for every database that can hold tokens: a SQLite file, and PostgreSQL where its server is installed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from snlib.access import decide
from snlib.audit import AuditLog
from snlib.connector.model import ValidConnector
from snlib.connector.store import ConnectorStore
from snlib.database.engine import reading, writing
from snlib.database.migrate import claim_mode, upgrade
from snlib.database.tables import token as token_table
from snlib.errors import AuthorizationExpired, SignInRequired, StoreError
from snlib.oauth.client import Client
from snlib.oauth.flow import Flow
from snlib.oauth.pending import AuthorizationRequests
from snlib.oauth.tokens import Token, TokenOutline, TokenStore
from snlib.sessions import Sessions
from snlib.transport import Transport
from snlib.vault import Vault
from tests.stores import AUDIT_KEYS, HandClock, make_agent, make_vault
from tests.token_endpoint import rotating, token_endpoint

HUGO = make_agent("Hugo").key
LENA = make_agent("Lena").key
KEY = "c" * 64

pytestmark = pytest.mark.xdist_group("postgresql")  # one server for the whole suite


@dataclass
class Kept:
    """A store over the database under test."""

    store: TokenStore
    engine: Engine
    clock: HandClock
    vault: Vault

    def find(self) -> Token | None:
        """Return Hugo's token."""
        found = self.store.find(HUGO, KEY)
        return found.token if found else None

    def version(self) -> int:
        """Return the version of Hugo's token."""
        found = self.store.find(HUGO, KEY)
        assert found is not None
        return found.version


@pytest.fixture
def kept(open_engine: Callable[[], Engine]) -> Kept:
    """Return a store whose clock stands still."""
    clock, vault, engine = HandClock(), make_vault(), open_engine()
    return Kept(TokenStore(engine, vault, clock), engine, clock, vault)


def make_token(clock: HandClock, number: int = 1) -> Token:
    """Return a token good for fifteen minutes."""
    return Token(f"access-{number}", f"refresh-{number}", clock() + timedelta(seconds=900), 900, "useraccount")


def test_what_is_saved_comes_back(kept: Kept):
    """All of it, for this agent and connection only."""
    token = make_token(kept.clock)
    kept.store.save(HUGO, KEY, token, connected_as="Hugo Lambert")
    found = kept.store.find(HUGO, KEY)
    assert found is not None
    assert (found.token, found.retry_at) == (token, None)
    with reading(kept.engine) as connection:
        assert kept.store.outlines(connection, HUGO) == {KEY: TokenOutline(kept.clock.now, "Hugo Lambert")}
        assert connection.scalar(select(token_table.c.lease_until)) is None
    assert kept.store.find(LENA, KEY) is None
    assert kept.store.find(HUGO, "d" * 64) is None


def test_the_database_holds_no_token(kept: Kept):
    """Neither secret can be read from the rows."""
    kept.store.save(HUGO, KEY, make_token(kept.clock))
    with reading(kept.engine) as connection:
        rows = str(connection.execute(token_table.select()).all())
    assert "access-1" not in rows
    assert "refresh-1" not in rows


def test_swapped_rows_open_for_nobody(kept: Kept):
    """Somebody who can write to the database cannot give one agent another's token."""
    kept.store.save(HUGO, KEY, make_token(kept.clock, 1))
    kept.store.save(LENA, KEY, make_token(kept.clock, 2))
    with writing(kept.engine) as connection:
        sealed = dict(connection.execute(select(token_table.c.agent_key, token_table.c.sealed)).all())  # type: ignore[arg-type]
        for agent, other in ((HUGO, LENA), (LENA, HUGO)):
            row = token_table.update().where(token_table.c.agent_key == agent)
            connection.execute(row.values(sealed=sealed[other]))
    for agent in (HUGO, LENA):
        found = kept.store.find(agent, KEY)
        assert found is not None
        assert found.token is None


def test_connecting_again_replaces_and_counts_on(kept: Kept):
    """A new token takes the place of the old one, ends its lease, and revives a dead connection."""
    kept.store.save(HUGO, KEY, make_token(kept.clock, 1))
    version = kept.version()
    assert kept.store.take_lease(HUGO, KEY, version)
    kept.store.save(HUGO, KEY, make_token(kept.clock, 2))
    assert kept.version() == version + 1
    assert kept.find() == make_token(kept.clock, 2)
    assert kept.store.take_lease(HUGO, KEY, version + 1)
    assert kept.store.mark_dead(HUGO, KEY, version=version + 1)
    assert kept.find() is None
    kept.store.save(HUGO, KEY, make_token(kept.clock, 3))
    assert kept.find() == make_token(kept.clock, 3)


def test_a_lease_has_one_holder(kept: Kept):
    """While it is held nobody else gets it; it ends after fifteen seconds or when given back."""
    kept.store.save(HUGO, KEY, make_token(kept.clock))
    version = kept.version()
    owner = kept.store.take_lease(HUGO, KEY, version)
    assert owner
    assert kept.store.take_lease(HUGO, KEY, version) == ""
    kept.clock.advance(seconds=15)
    second = kept.store.take_lease(HUGO, KEY, version)
    assert second
    kept.store.release(HUGO, KEY, owner)
    assert kept.store.take_lease(HUGO, KEY, version) == "", "only the holder gives a lease back"
    kept.store.release(HUGO, KEY, second, retry_at=kept.clock() + timedelta(seconds=30))
    found = kept.store.find(HUGO, KEY)
    assert found is not None
    assert found.retry_at == kept.clock() + timedelta(seconds=30)
    assert kept.store.take_lease(HUGO, KEY, version)


def test_a_lease_is_for_a_version(kept: Kept):
    """What was looked at before somebody else refreshed it gives no right to refresh."""
    kept.store.save(HUGO, KEY, make_token(kept.clock, 1))
    version = kept.version()
    kept.store.take_lease(HUGO, KEY, version)
    assert kept.store.replace(HUGO, KEY, make_token(kept.clock, 2), version=version)
    assert kept.store.take_lease(HUGO, KEY, version) == ""
    assert kept.store.take_lease(HUGO, KEY, version + 1)


def test_only_the_newest_version_can_be_replaced_or_buried(kept: Kept):
    """A latecomer changes nothing."""
    kept.store.save(HUGO, KEY, make_token(kept.clock, 1))
    version = kept.version()
    assert kept.store.replace(HUGO, KEY, make_token(kept.clock, 2), version=version)
    assert not kept.store.replace(HUGO, KEY, make_token(kept.clock, 3), version=version)
    assert not kept.store.mark_dead(HUGO, KEY, version=version)
    assert kept.find() == make_token(kept.clock, 2)


def test_a_dropped_token_is_gone(kept: Kept):
    """Neither a refresh nor a burial that comes later brings it back or touches its successor."""
    kept.store.save(HUGO, KEY, make_token(kept.clock, 1))
    version = kept.version()
    kept.store.drop(HUGO, KEY)
    assert kept.store.find(HUGO, KEY) is None
    kept.store.save(HUGO, KEY, make_token(kept.clock, 2))
    assert not kept.store.replace(HUGO, KEY, make_token(kept.clock, 3), version=version)
    assert kept.find() == make_token(kept.clock, 2)


def test_the_outline_of_a_token(kept: Kept):
    """Whom the service takes the agent for, and since when, is known without opening the token; a dead one is gone."""
    token = make_token(kept.clock)
    kept.store.save(HUGO, KEY, token, connected_as="Hugo Lambert (hugo.lambert)")
    outline = TokenOutline(kept.clock.now, "Hugo Lambert (hugo.lambert)")
    with reading(kept.engine) as connection:
        assert kept.store.outlines(connection, HUGO) == {KEY: outline}
        assert kept.store.outlines(connection, "somebody else") == {}
    assert kept.store.mark_dead(HUGO, KEY, version=kept.version())
    with reading(kept.engine) as connection:
        assert kept.store.outlines(connection, HUGO) == {}


def test_of_many_who_want_the_lease_one_gets_it(open_engine: Callable[[], Engine], kept: Kept):
    """Twelve threads over three engines ask at once, ten times over; each time one wins."""
    stores = [TokenStore(open_engine(), kept.vault, kept.clock) for _ in range(3)]
    kept.store.save(HUGO, KEY, make_token(kept.clock))
    version = kept.version()
    for _ in range(10):
        kept.clock.advance(seconds=15)
        won: list[str] = []
        start = threading.Barrier(12)

        def ask(store: TokenStore, won: list[str] = won, start: threading.Barrier = start) -> None:
            start.wait()
            won.append(store.take_lease(HUGO, KEY, version))

        run_all([lambda store=stores[number % 3]: ask(store) for number in range(12)])
        assert len([owner for owner in won if owner]) == 1


def test_two_replicas_refresh_once(open_engine: Callable[[], Engine], kept: Kept):
    """Many agents' clicks at one expiry, over two replicas, reach a server that punishes reuse exactly once."""
    with token_endpoint() as endpoint:
        endpoint.reply = rotating()
        client = Client(endpoint.origin, "0123456789abcdef", SecretStr("secret"), "http://localhost:8501/x")
        stores = [TokenStore(open_engine(), kept.vault, kept.clock) for _ in range(2)]
        stores[0].save(HUGO, client.connection_key, make_token(kept.clock, 1))
        flows = [Flow(Transport(), store, kept.clock) for store in stores]
        for number in range(2, 5):
            kept.clock.advance(seconds=901)
            got: list[str] = []

            def ask(flow: Flow, got: list[str] = got) -> None:
                got.append(flow.access_token(client, HUGO))

            run_all([lambda flow=flows[index % 2]: ask(flow) for index in range(12)])
            assert got == [f"access-{number}"] * 12
        assert endpoint.asked_for == ["refresh_token"] * 3
        endpoint.reply = rotating()
        kept.clock.advance(seconds=901)
        with pytest.raises(SignInRequired):
            flows[0].access_token(client, HUGO)
        assert stores[1].find(HUGO, client.connection_key) is not None, "kept: the client may be wrong"


def test_one_state_is_claimed_once(open_engine: Callable[[], Engine], kept: Kept):
    """Twelve threads over two replicas claim one state: one pending request, eleven refusals."""
    agent = make_agent("Hugo")
    client = Client("https://acme.service-now.com", "0123456789abcdef", None, "http://localhost:8501/x")
    stores = [AuthorizationRequests(open_engine(), kept.vault, kept.clock) for _ in range(2)]
    url = stores[0].begin(client, agent=agent, purpose="agent", return_path="/", mode="tab")
    state = url.split("state=")[1].split("&")[0]
    won: list[object] = []
    refused: list[AuthorizationExpired] = []

    def claim(requests: AuthorizationRequests) -> None:
        try:
            won.append(requests.claim(state, agent=agent))
        except AuthorizationExpired as error:
            refused.append(error)

    run_all([lambda store=stores[index % 2]: claim(store) for index in range(12)])
    assert (len(won), len(refused)) == (1, 11)


def test_of_two_administrators_one_saves(open_engine: Callable[[], Engine], kept: Kept):
    """Eight saves of the first version at the same moment: one is kept, seven are told who was first."""
    agent = make_agent("Anna")
    valid = ValidConnector(True, "https://acme.service-now.com", "/api/now/table/incident", "0123456789abcdef")
    stores = [ConnectorStore(open_engine(), kept.vault, kept.clock) for _ in range(2)]
    stores[0].save(valid, agent, expected_version=0)
    saved: list[object] = []
    refused: list[StoreError] = []

    def save(store: ConnectorStore) -> None:
        try:
            saved.append(store.save(valid, agent, expected_version=1))
        except StoreError as error:
            refused.append(error)

    run_all([lambda store=stores[index % 2]: save(store) for index in range(8)])
    assert (len(saved), len(refused)) == (1, 7)
    assert {error.user_message.split(" at ")[0] for error in refused} == {"Settings were changed by Anna"}


def test_the_other_tables_work_alike(kept: Kept):
    """Sessions, access log and the mark of the mode behave the same on this database."""
    sessions, log = Sessions(kept.engine, kept.clock), AuditLog(kept.engine, AUDIT_KEYS, kept.clock)
    cookie, agent = sessions.start(issuer="i", tenant_id="t", object_id="o", name="Hugo", roles=["Auditor"], wids=["x"])
    kept.clock.advance(minutes=5)
    assert sessions.find(cookie) == agent
    assert decide(agent, "audit.view").allowed
    sessions.end(agent.session_id)
    assert sessions.find(cookie) is None
    log.record(agent, "person.view", target="a\x00b", detail="é" * 600)
    assert [(event.seq, event.agent_name, event.target) for event in log.recent(5)] == [(1, "Hugo", "ab")]
    claim_mode(kept.engine, "production")
    claim_mode(kept.engine, "production")
    upgrade(kept.engine)


def run_all(jobs: list[Callable[[], None]]) -> None:
    """Run jobs in threads at the same time; the first error of any is raised."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
