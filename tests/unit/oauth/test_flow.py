"""Redeeming, refreshing, revoking: against the demo instance, and against answers that it never gives."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from snlib.agent import Agent
from snlib.clock import utc_now
from snlib.database.engine import create_engine, writing
from snlib.demo import tokens as demo_tokens
from snlib.errors import (
    AuthorizationExpired,
    RateLimited,
    RefreshRejected,
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
from snlib.oauth.answers import CONNECTION_ENDED, MISCONFIGURED, RENEW_LATER
from snlib.oauth.client import Client
from snlib.oauth.flow import Flow
from snlib.oauth.pending import AuthorizationRequests, Pending
from snlib.oauth.session import BearerAuth
from snlib.oauth.tokens import Token, TokenStore
from snlib.transport import Transport
from snlib.vault import Vault
from tests.stores import HandClock, make_agent, make_vault, sqlite_file
from tests.support import CLIENT_ID, CLIENT_SECRET, PUBLIC_URL, register_dashboard, walk_consent
from tests.token_endpoint import TokenEndpoint, json_reply, rotating, token_endpoint, token_reply

HUGO = make_agent("Hugo")
REDIRECT_URI = f"{PUBLIC_URL}/servicenow/callback"


@dataclass
class Desk:
    """One agent's OAuth parts over a database of their own."""

    flow: Flow
    tokens: TokenStore
    requests: AuthorizationRequests
    client: Client
    clock: HandClock
    vault: Vault
    agent: Agent = HUGO

    def stored(self) -> Token:
        """Return the token that is kept."""
        found = self.tokens.find(self.agent.key, self.client.connection_key)
        assert found is not None
        assert found.token is not None
        return found.token

    def connect(self, user_name: str = "hugo.lambert", press: str = "Allow") -> tuple[Pending, dict[str, str]]:
        """Walk through login and consent, and claim what comes back."""
        url = self.requests.begin(self.client, agent=self.agent, purpose="agent", return_path="/", mode="popup")
        answer = dict(walk_consent(url, user_name, press=press))
        return self.requests.claim(answer["state"], agent=self.agent), answer

    def access_token(self) -> str:
        """Return an access token as a call would get it."""
        return self.flow.access_token(self.client, self.agent.key)


def make_desk(folder: Path, origin: str) -> Iterator[Desk]:
    """Make the parts for an instance at ``origin``."""
    clock, vault = HandClock(utc_now()), make_vault()
    with sqlite_file(folder) as engine:
        tokens = TokenStore(engine, vault, clock)
        yield Desk(
            flow=Flow(Transport(), tokens, clock, sleep=lambda _: None),
            tokens=tokens,
            requests=AuthorizationRequests(engine, vault, clock),
            client=Client(origin, CLIENT_ID, SecretStr(CLIENT_SECRET), REDIRECT_URI),
            clock=clock,
            vault=vault,
        )


@pytest.fixture
def desk(fresh_demo, tmp_path: Path) -> Iterator[Desk]:
    """Parts over a demo instance of the test's own."""
    register_dashboard(fresh_demo.instance)
    yield from make_desk(tmp_path, fresh_demo.origin)


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    """Return an endpoint that answers as told."""
    with token_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def odd(endpoint: TokenEndpoint, tmp_path: Path) -> Iterator[Desk]:
    """Parts over that endpoint, with a token for fifteen minutes."""
    for desk in make_desk(tmp_path, endpoint.origin):
        token = Token("access-1", "refresh-1", desk.clock() + timedelta(seconds=900), 900)
        desk.tokens.save(HUGO.key, desk.client.connection_key, token)
        yield desk


def test_the_whole_round_trip(desk: Desk):
    """Login, Allow and redemption give a token that the Table API takes for this person's."""
    pending, answer = desk.connect()
    token = desk.flow.redeem(desk.client, pending, answer["code"])
    assert token.lifetime_seconds == 900
    assert token.refresh_token is not None
    assert desk.stored() == token
    answered = Transport().send(
        "GET",
        f"{desk.client.instance_url}/api/now/table/incident",
        service="ServiceNow",
        params={"sysparm_limit": "1"},
        auth=BearerAuth(desk.access_token),
        allowed_origin=desk.client.instance_url,
    )
    assert answered.status_code == 200
    assert b'"result"' in answered.body


def test_deny_brings_no_code(desk: Desk):
    """After Deny there is an error instead of a code, and nothing to redeem."""
    pending, answer = desk.connect(press="Deny")
    assert answer["error"] == "access_denied"
    with pytest.raises(AuthorizationExpired):
        desk.flow.redeem(desk.client, pending, answer.get("code", ""))


def test_a_code_is_bound_to_its_verifier(desk: Desk):
    """A stolen code in one's own flow is refused by ServiceNow, and what was connected before stays."""
    pending, answer = desk.connect()
    before = desk.flow.redeem(desk.client, pending, answer["code"])
    other_pending, _ = desk.connect()
    _, stolen = desk.connect(user_name="lena.okafor")
    with pytest.raises(RequestRejected, match="401") as caught:
        desk.flow.redeem(desk.client, other_pending, stolen["code"])
    assert caught.value.user_message.startswith("ServiceNow did not accept the authorization")
    assert desk.stored() == before


def test_a_code_is_good_once(desk: Desk):
    """Redeeming the same code again is refused."""
    pending, answer = desk.connect()
    desk.flow.redeem(desk.client, pending, answer["code"])
    with pytest.raises(RequestRejected):
        desk.flow.redeem(desk.client, pending, answer["code"])


def test_a_wrong_secret_is_told(desk: Desk):
    """With a wrong client secret nothing is connected and the sentence says whose fault it is."""
    pending, answer = desk.connect()
    wrong = replace(desk.client, client_secret=SecretStr("wrong"))
    with pytest.raises(RequestRejected, match="401"):
        desk.flow.redeem(wrong, pending, answer["code"])
    assert desk.tokens.find(HUGO.key, desk.client.connection_key) is None


@pytest.mark.parametrize(
    "changes",
    [{"instance_url": "http://127.0.0.1:1"}, {"client_id": "fedcba9876543210"}, {"redirect_uri": "http://localhost/x"}],
)
def test_settings_changed_in_between(odd: Desk, endpoint: TokenEndpoint, changes: dict[str, str]):
    """A code asked for with other settings is not sent anywhere."""
    url = odd.requests.begin(odd.client, agent=HUGO, purpose="agent", return_path="/", mode="tab")
    pending = odd.requests.claim(url.split("state=")[1].split("&")[0], agent=HUGO)
    with pytest.raises(AuthorizationExpired, match="differs"):
        odd.flow.redeem(replace(odd.client, **changes), pending, "code")
    assert endpoint.requests == []


def test_a_refresh_in_time(desk: Desk):
    """A minute before its end a token is refreshed; until then it is used as it is."""
    pending, answer = desk.connect()
    first = desk.flow.redeem(desk.client, pending, answer["code"])
    desk.clock.advance(seconds=900 - 61)
    assert desk.access_token() == first.access_token
    desk.clock.advance(seconds=1)
    second = desk.access_token()
    assert second != first.access_token
    assert desk.access_token() == second
    assert desk.stored().refresh_token is not None


def test_a_revoked_connection(desk: Desk, fresh_demo):
    """When the refresh token was revoked in ServiceNow, the agent is told once, and then asked to connect."""
    pending, answer = desk.connect()
    token = desk.flow.redeem(desk.client, pending, answer["code"])
    demo_tokens.revoke(fresh_demo.instance, token.refresh_token or "")
    desk.clock.advance(seconds=901)
    with pytest.raises(RefreshRejected) as caught:
        desk.access_token()
    assert caught.value.user_message == CONNECTION_ENDED
    with pytest.raises(SignInRequired, match="not connected"):
        desk.access_token()


def test_disconnecting_revokes_in_servicenow(desk: Desk, fresh_demo):
    """After disconnecting, nothing is kept here and neither token is worth anything there."""
    pending, answer = desk.connect()
    token = desk.flow.redeem(desk.client, pending, answer["code"])
    assert desk.flow.disconnect(desk.client, HUGO.key) == ""
    assert desk.tokens.find(HUGO.key, desk.client.connection_key) is None
    desk.tokens.save(HUGO.key, desk.client.connection_key, token)
    with pytest.raises(RefreshRejected):
        desk.flow.force_refresh(desk.client, HUGO.key)


def test_nobody_connected(desk: Desk):
    """Without a token the agent is asked to connect, and disconnecting is no error."""
    with pytest.raises(SignInRequired, match="Press Authenticate ServiceNow"):
        desk.access_token()
    assert desk.flow.disconnect(desk.client, HUGO.key) == ""


def test_redeeming_is_one_request_with_everything_in_the_body(odd: Desk, endpoint: TokenEndpoint):
    """The code goes out once, with client and verifier in the form, also when the answer is an error."""
    url = odd.requests.begin(odd.client, agent=HUGO, purpose="agent", return_path="/", mode="tab")
    pending = odd.requests.claim(url.split("state=")[1].split("&")[0], agent=HUGO)
    endpoint.reply = lambda _: (503, {}, b"")
    with pytest.raises(ServiceFailure):
        odd.flow.redeem(odd.client, pending, "the-code")
    ((path, fields),) = endpoint.requests
    assert path == "/oauth_token.do"
    assert fields == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": REDIRECT_URI,
        "code_verifier": pending.code_verifier,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert odd.access_token() == "access-1"


def test_a_kept_refresh_token(odd: Desk, endpoint: TokenEndpoint):
    """An answer without a refresh token leaves the one there is."""
    endpoint.reply = lambda _: token_reply(2, refresh_token=None)
    odd.clock.advance(seconds=901)
    assert odd.access_token() == "access-2"
    assert odd.stored().refresh_token == "refresh-1"


def test_without_a_refresh_token(odd: Desk, endpoint: TokenEndpoint):
    """A public client's token is used to its very end, and then the agent connects again; nothing is asked."""
    token = Token("access-1", None, odd.clock() + timedelta(seconds=900), 900)
    odd.tokens.save(HUGO.key, odd.client.connection_key, token)
    odd.clock.advance(seconds=899)
    assert odd.access_token() == "access-1"
    odd.clock.advance(seconds=1)
    with pytest.raises(SignInRequired, match="no refresh token") as caught:
        odd.access_token()
    assert caught.value.user_message == CONNECTION_ENDED
    assert endpoint.requests == []


def test_a_short_lived_token_is_not_refreshed_at_each_use(odd: Desk, endpoint: TokenEndpoint):
    """A token of thirty seconds is good for twenty-four of them."""
    token = Token("short", "refresh-1", odd.clock() + timedelta(seconds=30), 30)
    odd.tokens.save(HUGO.key, odd.client.connection_key, token)
    odd.clock.advance(seconds=23)
    assert odd.access_token() == "short"
    assert endpoint.requests == []


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
        ("500", ServiceFailure, RENEW_LATER),
        ("web page", ServiceFailure, RENEW_LATER),
        ("redirect", ServiceFailure, RENEW_LATER),
        ("limited", RateLimited, "ServiceNow is limiting requests. Try again in 60 s."),
        ("client", RequestRejected, MISCONFIGURED),
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
            assert (caught.value.user_message, caught.value.kind) == (RENEW_LATER, "refused")
            assert desk.stored() == token
            problem = desk.flow.disconnect(desk.client, HUGO.key)
            assert problem == "ServiceNow could not be told to revoke the token: ServiceUnreachable."
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
        assert caught.value.user_message == CONNECTION_ENDED
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
    assert "the database is busy" in caught.value.user_message
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
