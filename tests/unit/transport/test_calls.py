"""Trying again: only where it can help, only within the deadline."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import requests
import responses

from snlib import errors
from snlib.servicenow.protocol import result_of
from snlib.transport import Answer, Limits, ServiceCalls, TokenSource, Transport
from tests.samples import sample

ACME = "https://acme.service-now.com"
PATH = "/api/now/table/incident"


@dataclass
class Time:
    """A clock that only waiting moves."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Tokens:
    """Gives token-1 until it is refused, then token-2, and so on."""

    def __init__(self) -> None:
        self.number = 1
        self.asked = 0

    def access_token(self) -> str:
        self.asked += 1
        return f"token-{self.number}"

    def renewed(self, refused: str) -> str:
        if refused == f"token-{self.number}":
            self.number += 1
        return f"token-{self.number}"


def calls_in(time: Time, tokens: TokenSource | None = None, **limits: Any) -> ServiceCalls:
    """Return calls that wait by ``time``; the random part of a wait is always the whole of it."""
    transport = Transport(Limits(**limits), monotonic=lambda: time.now)
    return ServiceCalls(ACME, transport, tokens, service="ServiceNow", sleep=time.sleep, jitter=lambda: 1.0)


def sent_tokens() -> list[str]:
    """Return the Authorization headers that were sent."""
    return [call.request.headers["Authorization"] for call in responses.calls]


def read(answer: Answer) -> Any:
    """Return what a successful answer holds."""
    return result_of(answer.status_code, answer.headers, answer.body, table="incident")


def answers(*found: str | Exception) -> None:
    """Play samples (or raise errors) one after another; the last one stays."""
    for each in found:
        if isinstance(each, str):
            played = sample(f"servicenow/{each}")
            responses.get(ACME + PATH, body=played.body, status=played.status, headers=played.headers)
        else:
            responses.get(ACME + PATH, body=each)


@responses.activate
def test_a_failure_that_passes_is_not_seen() -> None:
    """500 once, then the answer."""
    answers("server_error", "count")
    assert calls_in(time := Time()).get(PATH, {}, read) == {"stats": {"count": "66"}}
    assert time.waits == [0.5]


@pytest.mark.parametrize(
    ("found", "error", "calls"),
    [
        ("server_error", errors.ServiceFailure, 3),
        ("bad_gateway", errors.ServiceFailure, 3),
        ("queued", errors.RateLimited, 2),
        ("rate_limited", errors.RateLimited, 1),
        ("queue_full", errors.RateLimited, 1),
        ("not_authenticated", errors.SignInRequired, 1),
        ("query_refused", errors.AccessRefused, 1),
        ("invalid_table", errors.RequestRejected, 1),
        ("hibernating", errors.UnexpectedAnswer, 1),
        ("cancelled", errors.UnexpectedAnswer, 1),
        (requests.ConnectionError(ConnectionRefusedError()), errors.ServiceUnreachable, 3),
        (requests.ConnectionError(ConnectionResetError()), errors.ServiceUnreachable, 3),
        (requests.ReadTimeout(), errors.ServiceUnreachable, 1),
        (requests.exceptions.SSLError(), errors.ServiceUnreachable, 1),
    ],
    ids=str,
)
@responses.activate
def test_each_error_has_its_number_of_tries(found: str | Exception, error: type[Exception], calls: int) -> None:
    """What a retry cannot fix is not tried again."""
    answers(found)
    with pytest.raises(error):
        calls_in(Time(), deadline_seconds=60).get(PATH, {}, read)
    assert len(responses.calls) == calls


@responses.activate
def test_cut_and_damaged_answers_are_asked_for_once_more() -> None:
    """One retry, then the error."""
    for body in (b'{"result":[', b'{"result":"\xff"}'):
        responses.reset()
        responses.get(ACME + PATH, body=body, content_type="application/json")
        with pytest.raises(errors.UnexpectedAnswer):
            calls_in(Time()).get(PATH, {}, read)
        assert len(responses.calls) == 2
        responses.calls.reset()


@pytest.mark.parametrize(("seconds", "waits"), [("3", [3.0]), ("5", [5.0]), ("6", [])])
@responses.activate
def test_a_short_wait_that_is_asked_for_is_waited(seconds: str, waits: list[float]) -> None:
    """Up to five seconds are waited once; a longer wait is left to the agent."""
    responses.get(ACME + PATH, status=429, headers={"Retry-After": seconds}, json={})
    with pytest.raises(errors.RateLimited) as caught:
        calls_in(time := Time()).get(PATH, {}, read)
    assert time.waits == waits
    assert caught.value.retry_after == timedelta(seconds=int(seconds))


@responses.activate
def test_no_retry_goes_beyond_the_deadline() -> None:
    """A wait that would end after the deadline is not begun."""
    answers("server_error")
    with pytest.raises(errors.ServiceFailure):
        calls_in(time := Time(), deadline_seconds=1.2).get(PATH, {}, read)
    assert time.waits == [0.5]
    with pytest.raises(errors.ServiceFailure):
        calls_in(again := Time()).get(PATH, {}, read, deadline_seconds=0.4)
    assert again.waits == []


@responses.activate
def test_nothing_is_sent_when_the_time_is_over() -> None:
    """A call without any time left fails as a slow one."""
    answers("count")
    with pytest.raises(errors.ServiceUnreachable):
        calls_in(Time()).get(PATH, {}, read, deadline_seconds=0)
    assert len(responses.calls) == 0


@responses.activate
def test_a_refused_token_is_renewed_once() -> None:
    """After a 401 the call is repeated with another token, without a wait; a second 401 is an error."""
    answers("not_authenticated", "count")
    assert calls_in(time := Time(), Tokens()).get(PATH, {}, read) == {"stats": {"count": "66"}}
    assert (sent_tokens(), time.waits) == (["Bearer token-1", "Bearer token-2"], [])
    responses.reset()
    answers("not_authenticated")
    with pytest.raises(errors.SignInRequired):
        calls_in(Time(), Tokens()).get(PATH, {}, read)
    assert len(responses.calls) == 2


@responses.activate
def test_where_a_401_is_no_reason_to_renew() -> None:
    """With ``renew=False`` a 401 is an error at once."""
    answers("not_authenticated")
    with pytest.raises(errors.SignInRequired):
        calls_in(Time(), Tokens()).get(PATH, {}, read, renew=False)
    assert sent_tokens() == ["Bearer token-1"]


@responses.activate
def test_each_try_asks_for_the_token_anew() -> None:
    """A token source that stops giving tokens stops the retries too."""
    answers("server_error")
    with pytest.raises(errors.ServiceFailure):
        calls_in(Time(), tokens := Tokens()).get(PATH, {}, read)
    assert tokens.asked == len(responses.calls) == 3


@responses.activate
def test_a_renewal_and_the_retries_do_not_use_each_other_up() -> None:
    """A 401 between two failures is renewed, and both retries are still made."""
    answers("server_error", "not_authenticated", "server_error", "count")
    assert calls_in(time := Time(), Tokens()).get(PATH, {}, read) == {"stats": {"count": "66"}}
    assert time.waits == [0.5, 1.0]


def test_one_set_of_calls_serves_four_threads() -> None:
    """Threads that share calls share no request: each renews the very token that it was refused with."""

    def served(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] == "Bearer token-1":
            barrier.wait()  # all four are refused before any of them renews
            return 401, {}, "{}"
        return 200, {"Content-Type": "application/json"}, json.dumps({"result": request.headers["Authorization"]})

    barrier = Barrier(4)
    with responses.RequestsMock() as mock, ThreadPoolExecutor(4) as pool:
        mock.add_callback("GET", ACME + PATH, callback=served)
        calls = calls_in(Time(), Tokens())
        found = [pool.submit(calls.get, PATH, {}, read) for _ in range(4)]
        assert [one.result() for one in found] == ["Bearer token-2"] * 4
