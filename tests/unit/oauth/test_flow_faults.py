"""The OAuth flow when something goes wrong: no answer, odd answers, several at once."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from snlib.clock import utc_now
from snlib.database.engine import create_engine, writing
from snlib.errors import (
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    ServiceUnreachable,
    SignInRequired,
    SnlibError,
    StoreError,
    UnexpectedAnswer,
)
from snlib.logs import masked_record
from snlib.oauth.client import Client
from snlib.oauth.flow import Flow
from snlib.oauth.tokens import Token, TokenStore
from snlib.oauth.words import SERVICENOW
from snlib.transport import Transport
from tests.stores import HandClock, make_vault, sqlite_file
from tests.support import CLIENT_ID, CLIENT_SECRET
from tests.token_endpoint import TokenEndpoint, json_reply, rotating, token_reply
from tests.unit.oauth.desks import HUGO, REDIRECT_URI, Desk, make_desk

TRANSIENT = {
    "500": (500, {}, b""),
    "web page": (200, {}, b"<html></html>"),
    "401 without JSON": (401, {}, b"no"),
    "cut": (200, {}, b'{"access'),
    "redirect": (302, {"Location": "/login.do"}, b""),
    "limited": (429, {"Retry-After": "60"}, b""),
    "client": json_reply(401, {"error": "invalid_client"}),
}


@pytest.mark.parametrize("reply", TRANSIENT.values(), ids=TRANSIENT)
def test_a_refresh_without_an_answer_keeps_the_token(odd: Desk, endpoint: TokenEndpoint, reply):
    """While the token lives it is used on; after its end there is a sentence; later it is refreshed after all."""
    endpoint.reply = lambda _: reply
    odd.clock.advance(seconds=850)
    assert [odd.access_token() for _ in range(3)] == ["access-1"] * 3
    assert endpoint.asked_for == ["refresh_token"], "the next try waits"
    odd.clock.advance(seconds=61)
    with pytest.raises(ServiceError):
        odd.access_token()
    with pytest.raises(ServiceUnreachable, match="cooling down"):
        odd.access_token()
    assert len(endpoint.requests) == 2
    odd.clock.advance(seconds=61)
    endpoint.reply = lambda _: token_reply(2)
    assert odd.access_token() == "access-2"


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("500", ServiceFailure, SERVICENOW.renew_later),
        ("web page", ServiceFailure, SERVICENOW.renew_later),
        ("redirect", ServiceFailure, SERVICENOW.renew_later),
        ("limited", RateLimited, "ServiceNow is limiting requests. Try again in 60 s."),
        ("client", RequestRejected, SERVICENOW.misconfigured),
    ],
)
def test_what_the_agent_reads_when_a_refresh_fails(
    odd: Desk, endpoint: TokenEndpoint, name: str, kind: type[ServiceError], sentence: str
):
    """Each failure has its class and sentence."""
    endpoint.reply = lambda _: TRANSIENT[name]
    odd.clock.advance(seconds=901)
    with pytest.raises(kind) as caught:
        odd.access_token()
    assert caught.value.user_message == sentence


def test_a_sleeping_instance_is_told(odd: Desk, endpoint: TokenEndpoint):
    """The page of a hibernating instance is named for what it is."""
    endpoint.reply = lambda _: (200, {}, b"<html>Your instance is hibernating</html>")
    odd.clock.advance(seconds=901)
    with pytest.raises(UnexpectedAnswer) as caught:
        odd.access_token()
    assert caught.value.user_message.startswith("This ServiceNow instance is asleep.")


def test_no_answer_at_all(tmp_path: Path):
    """A closed port keeps the token, and a redemption says that nobody answered."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{closed.getsockname()[1]}"
        for desk in make_desk(tmp_path, origin):
            token = Token("access-1", "refresh-1", desk.clock() - timedelta(seconds=1), 900)
            desk.tokens.save(HUGO.key, desk.client.connection_key, token)
            with pytest.raises(ServiceUnreachable) as caught:
                desk.access_token()
            assert (caught.value.user_message, caught.value.kind) == (SERVICENOW.renew_later, "refused")
            assert desk.stored() == token
            problem = desk.flow.disconnect(desk.client, HUGO.key)
            assert problem == "ServiceNow could not be asked to revoke the token: ServiceUnreachable."
            assert desk.tokens.find(HUGO.key, desk.client.connection_key) is None


def test_a_refused_revocation_is_told(odd: Desk, endpoint: TokenEndpoint):
    """The token is forgotten here although ServiceNow refuses; refresh token first, then access token."""
    endpoint.reply = lambda _: (500, {}, b"")
    assert odd.flow.disconnect(odd.client, HUGO.key) == "ServiceNow did not revoke the token (HTTP 500)."
    assert [fields for _, fields in endpoint.requests] == [{"token": "refresh-1"}, {"token": "access-1"}]
    assert odd.tokens.find(HUGO.key, odd.client.connection_key) is None


def test_a_refused_access_token_is_refreshed_at_once(odd: Desk, endpoint: TokenEndpoint):
    """After a 401 a token is refreshed before its time; if another one is there already, that one is taken."""
    endpoint.reply = rotating()
    assert odd.flow.force_refresh(odd.client, HUGO.key, rejected="access-1") == "access-2"
    assert odd.flow.force_refresh(odd.client, HUGO.key, rejected="access-1") == "access-2"
    assert len(endpoint.requests) == 1
    assert odd.flow.force_refresh(odd.client, HUGO.key) == "access-3"


def test_a_newer_token_saved_meanwhile_counts(odd: Desk, endpoint: TokenEndpoint):
    """When the refresh is refused because the agent has just connected anew, the new token is used."""

    def reply(_: dict[str, str]):
        newer = Token("access-9", "refresh-9", odd.clock() + timedelta(seconds=900), 900)
        odd.tokens.save(HUGO.key, odd.client.connection_key, newer)
        return json_reply(401, {"error": "server_error"})

    endpoint.reply = reply
    odd.clock.advance(seconds=901)
    assert odd.access_token() == "access-9"


def test_disconnected_while_refreshing(odd: Desk, endpoint: TokenEndpoint):
    """A refresh that comes back after the agent disconnected brings nothing back to life."""

    def reply(_: dict[str, str]):
        odd.tokens.drop(HUGO.key, odd.client.connection_key)
        return token_reply(2)

    endpoint.reply = reply
    odd.clock.advance(seconds=901)
    with pytest.raises(SignInRequired):
        odd.access_token()


def test_a_token_that_cannot_be_opened_concerns_one_agent(odd: Desk, endpoint: TokenEndpoint, tmp_path: Path):
    """With a lost key, or a row of somebody else's, the agent connects again."""
    with sqlite_file(tmp_path) as engine:
        other_vault = TokenStore(engine, make_vault(), odd.clock)
        flow = Flow(Transport(), other_vault, odd.clock, sleep=lambda _: None)
        with pytest.raises(SignInRequired) as caught:
            flow.access_token(odd.client, HUGO.key)
        assert caught.value.user_message == SERVICENOW.connection_ended
        assert flow.disconnect(odd.client, HUGO.key) == ""


@pytest.mark.parametrize("usable", [True, False])
def test_one_expiry_is_one_refresh(tmp_path: Path, endpoint: TokenEndpoint, usable: bool):
    """Sixteen threads over two engines (two replicas) and a server that punishes reuse: one refresh, one token.

    While the token still lives nobody waits, so some may get the old one; afterwards all have the new one.
    """
    endpoint.reply = rotating()
    clock, vault = HandClock(utc_now()), make_vault()
    client = Client(endpoint.origin, CLIENT_ID, SecretStr(CLIENT_SECRET), REDIRECT_URI)
    with sqlite_file(tmp_path) as first, sqlite_file(tmp_path) as second:
        stores = [TokenStore(engine, vault, clock) for engine in (first, second)]
        stores[0].save(HUGO.key, client.connection_key, Token("access-1", "refresh-1", clock.now, 900))
        flows = [Flow(Transport(), store, clock) for store in stores]
        for number in range(2, 5):
            clock.advance(seconds=890 if usable and number > 2 else 901)
            start, got, errors = threading.Barrier(16), [], []

            def ask(flow: Flow, start=start, got=got, errors=errors) -> None:
                start.wait()
                try:
                    got.append(flow.access_token(client, HUGO.key))
                except SnlibError as error:
                    errors.append(error)

            threads = [threading.Thread(target=ask, args=(flows[index % 2],)) for index in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            allowed = {f"access-{number}"} | ({f"access-{number - 1}"} if usable else set())
            assert errors == []
            assert set(got) <= allowed
            assert flows[0].access_token(client, HUGO.key) == f"access-{number}"
            assert endpoint.asked_for == ["refresh_token"] * (number - 1)


def test_a_dead_holders_lease_runs_out(odd: Desk, endpoint: TokenEndpoint):
    """Whoever died while refreshing blocks the others for fifteen seconds, not for ever."""
    odd.clock.advance(seconds=901)
    endpoint.reply = rotating()
    stored = odd.tokens.find(HUGO.key, odd.client.connection_key)
    assert stored is not None
    assert odd.tokens.take_lease(HUGO.key, odd.client.connection_key, stored.version)
    flow = Flow(Transport(), odd.tokens, odd.clock, sleep=lambda seconds: odd.clock.advance(seconds=seconds))
    before = odd.clock()
    assert flow.access_token(odd.client, HUGO.key) == "access-2"
    assert timedelta(seconds=15) <= odd.clock() - before < timedelta(seconds=16)


def test_waiting_ends(odd: Desk):
    """A lease that never ends, by a clock that stands still, ends in a sentence."""
    odd.clock.advance(seconds=901)
    stored = odd.tokens.find(HUGO.key, odd.client.connection_key)
    assert stored is not None
    odd.tokens.take_lease(HUGO.key, odd.client.connection_key, stored.version)
    with pytest.raises(ServiceUnreachable, match="in vain"):
        odd.access_token()


def test_a_database_that_is_busy_is_told(odd: Desk, endpoint: TokenEndpoint, tmp_path: Path):
    """A new token that cannot be saved is an error of the store; the old one is still there."""
    before = odd.stored()
    odd.clock.advance(seconds=901)
    impatient = create_engine(f"sqlite:///{tmp_path / 'dashboard.sqlite3'}", busy_timeout_ms=1)
    flow = Flow(Transport(), TokenStore(impatient, odd.vault, odd.clock), odd.clock, sleep=lambda _: None)
    with sqlite_file(tmp_path) as other, ExitStack() as lock:

        def reply(_: dict[str, str]):
            lock.enter_context(writing(other))
            return token_reply(2)

        endpoint.reply = reply
        with pytest.raises(StoreError) as caught:
            flow.access_token(odd.client, HUGO.key)
    impatient.dispose()
    assert "database is busy" in caught.value.user_message
    assert odd.stored() == before


def test_no_secret_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture):
    """A whole round trip with every logger at its most talkative writes no secret, once records are masked."""
    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(masked_record)
    try:
        with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="urllib3"):
            pending, answer = desk.connect()
            token = desk.flow.redeem(desk.client, pending, answer["code"])
            desk.clock.advance(seconds=901)
            new_token = desk.access_token()
            desk.flow.disconnect(desk.client, HUGO.key)
    finally:
        logging.setLogRecordFactory(factory)
    assert "oauth_revoke_token.do?token=" in caplog.text, "the library does log the address with the token"
    secrets = [answer["code"], token.access_token, token.refresh_token or "x", new_token, CLIENT_SECRET]
    assert not [secret for secret in [*secrets, pending.code_verifier] if secret in caplog.text]
