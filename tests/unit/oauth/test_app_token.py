"""The dashboard's own token for Microsoft Graph."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from snlib.errors import AccessRefused, ServiceUnreachable
from snlib.oauth.app_token import AppToken
from snlib.oauth.client import AppClient
from snlib.transport import Answer

TOKEN_URL = "https://login.example/tenant/oauth2/v2.0/token"


class Endpoint:
    """A token endpoint in place of the transport: a new token each time, or what it is told to answer."""

    def __init__(self, expires_in: int = 3600) -> None:
        self.expires_in = expires_in
        self.sent: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()

    def send(self, method: str, url: str, **options: Any) -> Answer:
        self.sent.append({"method": method, "url": url, **options})
        self.gate.wait(5)
        if self.failure is not None:
            raise self.failure
        body = {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": f"token-{len(self.sent)}"}
        return Answer(self.status, {"Content-Type": "application/json"}, json.dumps(body).encode())


class Seconds:
    """A monotonic clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def token_of(endpoint: Endpoint, seconds: Seconds | None = None) -> AppToken:
    """Return a token source that asks ``endpoint``."""
    return AppToken(
        endpoint,  # type: ignore[arg-type]
        AppClient(TOKEN_URL, "client", SecretStr("hunter2")),
        monotonic=seconds or Seconds(),
    )


def test_the_token_is_asked_for_once():
    """A token is asked for once, with client credentials in the body, at the token endpoint only, and then kept."""
    endpoint = Endpoint()
    token = token_of(endpoint)
    assert [token.access_token(), token.access_token()] == ["token-1", "token-1"]
    (sent,) = endpoint.sent
    assert (sent["method"], sent["url"], sent["allowed_origin"]) == ("POST", TOKEN_URL, "https://login.example")
    assert sent["data"] == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "client_secret": "hunter2",
        "scope": "https://graph.microsoft.com/.default",
    }


@pytest.mark.parametrize(("passed", "calls"), [(3_539.0, 1), (3_540.0, 2)])
def test_it_is_renewed_a_minute_early(passed: float, calls: int):
    """A token of one hour serves for 59 minutes; then a new one is asked for."""
    endpoint, seconds = Endpoint(3_600), Seconds()
    token = token_of(endpoint, seconds)
    token.access_token()
    seconds.now += passed
    assert token.access_token() == f"token-{calls}"


def test_a_very_short_token_is_used_at_all():
    """A token that lives less than the minute is still kept for half its life."""
    endpoint, seconds = Endpoint(30), Seconds()
    token = token_of(endpoint, seconds)
    token.access_token()
    seconds.now += 14
    assert token.access_token() == "token-1"
    seconds.now += 2
    assert token.access_token() == "token-2"


def test_a_refused_token_is_replaced_and_a_newer_one_is_not():
    """In place of the token in use a new one is asked for; in place of an old one the token in use is given."""
    endpoint = Endpoint()
    token = token_of(endpoint)
    assert token.renewed(token.access_token()) == "token-2"
    assert token.renewed("token-1") == "token-2"
    assert token.access_token() == "token-2"


def test_many_threads_ask_once():
    """Threads that need a token at the same moment share one request."""
    endpoint = Endpoint()
    endpoint.gate.clear()
    token = token_of(endpoint)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(token.access_token) for _ in range(8)]
        endpoint.gate.set()
        assert {one.result(timeout=5) for one in asked} == {"token-1"}
    assert len(endpoint.sent) == 1


def test_a_failure_is_asked_again_the_next_time():
    """A failure is not remembered: the next question asks again."""
    endpoint = Endpoint()
    endpoint.failure = ServiceUnreachable("no answer", service="Microsoft Graph", kind="timeout")
    token = token_of(endpoint)
    with pytest.raises(ServiceUnreachable):
        token.access_token()
    endpoint.failure = None
    assert token.access_token() == "token-2"


def test_neither_secret_nor_token_shows():
    """Neither repr nor an error shows the client secret or the token."""
    endpoint = Endpoint()
    token = token_of(endpoint)
    held = token.access_token()
    assert held not in repr(token)
    assert "hunter2" not in repr(token) + repr(vars(token)["_client"])
    endpoint.status = 401
    with pytest.raises(AccessRefused) as caught:
        token.renewed(held)
    assert "hunter2" not in str(caught.value) + caught.value.user_message
