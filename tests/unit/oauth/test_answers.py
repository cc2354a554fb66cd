"""Reading the token endpoint's answers."""

from datetime import timedelta

import pytest

from snlib.errors import (
    AccessRefused,
    RateLimited,
    RefreshRejected,
    RequestRejected,
    ServiceFailure,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.oauth.answers import read_token
from snlib.oauth.words import GRAPH, SERVICENOW
from tests.stores import START
from tests.token_endpoint import json_reply, token_reply

GENERIC = json_reply(401, {"error_description": "access_denied", "error": "server_error"})
CLIENT = json_reply(401, {"error": "invalid_client", "error_description": "sentinel"})
HIBERNATING = (
    200,
    {"Content-Type": "text/html"},
    b"<html><head><title>Instance Hibernating page</title></head><body>Your instance is hibernating</body></html>",
)
LOGIN_PAGE = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><form action='login.do'></form></html>")
WEB_PAGE = (200, {}, b"<html><body>Maintenance</body></html>")


def read(reply, grant="refresh"):
    """Read a reply as the answer to a form."""
    return read_token(*reply, grant=grant, asked_at=START)


def test_a_token():
    """Token, lifetime and scope come out; the lifetime counts from when it was asked for."""
    token = read(token_reply(), "redeem")
    assert (token.access_token, token.refresh_token, token.scope) == ("access-1", "refresh-1", "useraccount")
    assert (token.lifetime_seconds, token.expires_at) == (900, START + timedelta(seconds=900))


@pytest.mark.parametrize(
    "changes",
    [{"refresh_token": None}, {"refresh_token": ""}, {"refresh_token": 5}, {"refresh_token": "line\nbreak"}],
)
def test_a_refresh_token_is_optional(changes: dict[str, object]):
    """Public clients get none; one that cannot be sent is as good as none."""
    assert read(token_reply(**changes)).refresh_token is None


@pytest.mark.parametrize("expires_in", [None, "abc", -1, 0, True, 900.5, 1e308, 10**9, 2**40, "9" * 5_000, [], {}])
def test_an_odd_lifetime_is_five_minutes(expires_in: object):
    """Absent, negative, no number or implausible: five minutes are assumed."""
    assert read(token_reply(expires_in=expires_in)).lifetime_seconds == 300


def test_a_lifetime_may_be_a_text():
    """Entra's older endpoint writes the number as a text."""
    assert read(token_reply(expires_in="3599")).lifetime_seconds == 3599


@pytest.mark.parametrize("changes", [{"scope": ""}, {"scope": None}, {"token_type": "bearer"}, {"format": "json"}])
def test_what_may_differ(changes: dict[str, object]):
    """An empty scope, another spelling of Bearer, and unknown keys are all the same."""
    assert read(token_reply(**changes)).access_token == "access-1"


CODES = ["server_error", "access_denied", "invalid_grant", "unsupported_grant_type", "<odd> sentinel"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_only_one_code_ends_a_connection(status: int, code: str):
    """Only ``invalid_grant`` blames the refresh token; the prose beside a code is not repeated."""
    with pytest.raises(SignInRequired) as caught:
        read(json_reply(status, {"error": code, "error_description": "sentinel"}))
    over = code == "invalid_grant"
    assert type(caught.value) is (RefreshRejected if over else SignInRequired)
    assert caught.value.user_message == (SERVICENOW.connection_ended if over else SERVICENOW.not_renewed)
    assert "sentinel" not in str(caught.value)


NO_PROOF = {
    "server failed": json_reply(500, {"error": "server_error"}),
    "no JSON": (401, {}, b"Unauthorized"),
    "empty": (401, {}, b""),
    "API envelope": json_reply(401, {"error": {"message": "User Not Authenticated"}, "status": "failure"}),
    "web page 401": (401, {}, b"<html>sign in</html>"),
    "forbidden": json_reply(403, {"error": "server_error"}),
    "not found": json_reply(404, {"error": "invalid_grant"}),
    "ok with error": json_reply(200, {"error": "invalid_grant"}),
    "limited": json_reply(429, {"error": "invalid_grant"}),
    "queued": (202, {}, b""),
    "bad gateway": (502, {}, b"<html>bad gateway</html>"),
    "hibernating": HIBERNATING,
    "login page": LOGIN_PAGE,
    "web page": WEB_PAGE,
    "not UTF-8": (200, {}, b'{"access_token": "\xff"}'),
    "cut short": (200, {}, b'{"access_token": "acc'),
    "nested": (200, {}, b"[" * 100_000),
    "twice": (200, {}, b'{"access_token": "a", "access_token": "b"}'),
    "list": (200, {}, b"[]"),
    "null": (200, {}, b"null"),
    "no token": json_reply(200, {"token_type": "Bearer"}),
    "token is a number": token_reply(access_token=5),
    "token with a line break": token_reply(access_token="a\r\nX-Header: b"),
    "empty token": token_reply(access_token=""),
    "another type": token_reply(token_type="mac"),
    "type is a list": token_reply(token_type=[]),
    "wrong client": CLIENT,
}


@pytest.mark.parametrize("reply", NO_PROOF.values(), ids=NO_PROOF)
@pytest.mark.parametrize("grant", ["refresh", "redeem", "application"])
def test_nothing_else_ends_a_connection(reply, grant: str):
    """Every other answer is an error of ours, but no proof that the refresh token is bad."""
    with pytest.raises(SnlibError) as caught:
        read(reply, grant)
    assert not isinstance(caught.value, RefreshRejected)
    assert "<html" not in caught.value.user_message + str(caught.value)


@pytest.mark.parametrize(
    ("reply", "grant", "kind", "sentence"),
    [
        (GENERIC, "redeem", RequestRejected, "ServiceNow did not accept the authorization and did not say why"),
        (CLIENT, "redeem", RequestRejected, "ServiceNow did not accept the connector's client ID or client secret."),
        (CLIENT, "refresh", RequestRejected, SERVICENOW.misconfigured),
        (NO_PROOF["bad gateway"], "redeem", ServiceFailure, "ServiceNow isn't answering properly right now"),
        (NO_PROOF["bad gateway"], "refresh", ServiceFailure, SERVICENOW.renew_later),
        (HIBERNATING, "redeem", UnexpectedAnswer, "This ServiceNow instance is asleep."),
        (HIBERNATING, "refresh", UnexpectedAnswer, "This ServiceNow instance is asleep."),
        (WEB_PAGE, "redeem", UnexpectedAnswer, "ServiceNow sent a web page instead of data"),
        (WEB_PAGE, "refresh", UnexpectedAnswer, SERVICENOW.renew_later),
        (
            NO_PROOF["web page 401"],
            "refresh",
            AccessRefused,
            "A web page refused the sign-in before ServiceNow answered",
        ),
        (
            NO_PROOF["web page 401"],
            "redeem",
            AccessRefused,
            "A web page refused the sign-in before ServiceNow answered",
        ),
        (NO_PROOF["empty"], "refresh", AccessRefused, "ServiceNow refused the sign-in and did not say why (HTTP 401)"),
        (NO_PROOF["list"], "redeem", UnexpectedAnswer, "ServiceNow's answer had an unexpected form"),
    ],
)
def test_each_failure_has_its_class_and_sentence(reply, grant: str, kind: type[SnlibError], sentence: str):
    """What the agent reads follows from what was asked for and the failure."""
    with pytest.raises(kind) as caught:
        read(reply, grant)
    assert caught.value.user_message.startswith(sentence)


@pytest.mark.parametrize(
    ("reply", "kind"), [(HIBERNATING, "hibernating"), (LOGIN_PAGE, "login_page"), (WEB_PAGE, "web_page")]
)
def test_web_pages_are_of_three_kinds(reply, kind: str):
    """Asleep, signed out and anything else are different kinds."""
    with pytest.raises(UnexpectedAnswer) as caught:
        read(reply)
    assert caught.value.kind == kind


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_application_is_named_without_its_secret(status: int):
    """A refused client ID or secret names the error's number, and nothing of the description's values."""
    words = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret 'hunter2' provided."}
    with pytest.raises(AccessRefused) as caught:
        read_token(*json_reply(status, words), grant="application", asked_at=START, words=GRAPH)
    assert caught.value.detail == "invalid_client AADSTS7000215"
    assert "hunter2" not in str(caught.value) + caught.value.user_message
    assert "Ask an administrator" in caught.value.user_message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("5", 5), ("0", 1), ("-1", 30), ("abc", 30), ("99999999", 900), ("", 30), ("٣", 30)],
)
@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
def test_how_long_to_wait(name: str, header: str, seconds: int):
    """The header counts within bounds; without a sensible one it is half a minute."""
    with pytest.raises(RateLimited) as caught:
        read((429, {name: header}, b""))
    assert caught.value.retry_after == timedelta(seconds=seconds)
