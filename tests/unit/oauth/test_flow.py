"""Redeeming, refreshing, revoking: against the demo instance, and against answers that it never gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from snlib.demo.servicenow.oauth import tokens as demo_tokens
from snlib.errors import (
    AuthorizationExpired,
    RefreshRejected,
    RequestRejected,
    ServiceFailure,
    SignInRequired,
)
from snlib.oauth.tokens import Token
from snlib.oauth.words import SERVICENOW
from snlib.transport import BearerAuth, Transport
from tests.support import CLIENT_ID, CLIENT_SECRET
from tests.token_endpoint import TokenEndpoint, token_reply
from tests.unit.oauth.desks import HUGO, LENA, REDIRECT_URI, Desk


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
    """A token revoked in ServiceNow is over once the client is proven right and the token refused again."""
    pending, answer = desk.connect()
    token = desk.flow.redeem(desk.client, pending, answer["code"])
    demo_tokens.revoke(fresh_demo.instance, token.refresh_token or "")
    desk.clock.advance(seconds=901)
    with pytest.raises(SignInRequired) as first:
        desk.access_token()
    assert type(first.value) is SignInRequired
    assert first.value.user_message == SERVICENOW.not_renewed
    assert desk.stored() == token
    desk.agent = LENA
    pending, answer = desk.connect("lena.okafor")
    desk.flow.redeem(desk.client, pending, answer["code"])
    desk.agent = HUGO
    with pytest.raises(RefreshRejected) as caught:
        desk.access_token()
    assert caught.value.user_message == SERVICENOW.connection_ended
    with pytest.raises(SignInRequired, match="not connected"):
        desk.access_token()


def test_disconnecting_revokes_in_servicenow(desk: Desk, fresh_demo):
    """After disconnecting, nothing is kept here and neither token is worth anything there."""
    pending, answer = desk.connect()
    token = desk.flow.redeem(desk.client, pending, answer["code"])
    assert desk.flow.disconnect(desk.client, HUGO.key) == ""
    assert desk.tokens.find(HUGO.key, desk.client.connection_key) is None
    desk.tokens.save(HUGO.key, desk.client.connection_key, token)
    with pytest.raises(SignInRequired):
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
    assert caught.value.user_message == SERVICENOW.connection_ended
    assert endpoint.requests == []


def test_a_short_lived_token_is_not_refreshed_at_each_use(odd: Desk, endpoint: TokenEndpoint):
    """A token of thirty seconds is good for twenty-four of them."""
    token = Token("short", "refresh-1", odd.clock() + timedelta(seconds=30), 30)
    odd.tokens.save(HUGO.key, odd.client.connection_key, token)
    odd.clock.advance(seconds=23)
    assert odd.access_token() == "short"
    assert endpoint.requests == []
