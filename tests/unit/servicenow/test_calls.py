"""Trying again: only where it can help, only within the deadline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses

from snlib import errors
from snlib.servicenow.calls import Calls
from snlib.servicenow.protocol import result_of
from snlib.transport import Answer, Limits, Transport
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


def calls_in(time: Time, **limits: Any) -> Calls:
    """Return calls that wait by ``time``; the random part of a wait is always the whole of it."""
    return Calls(
        ACME, Transport(Limits(**limits), monotonic=lambda: time.now), None, sleep=time.sleep, jitter=lambda: 1.0
    )


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
    """F19: 500 once, then the answer."""
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
    """F12-F38: what a retry cannot mend is not tried again."""
    answers(found)
    with pytest.raises(error):
        calls_in(Time(), deadline_seconds=60).get(PATH, {}, read)
    assert len(responses.calls) == calls


@responses.activate
def test_cut_and_damaged_answers_are_asked_for_once_more() -> None:
    """F25, F27: one retry, then the error."""
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
    """F15, F16: up to five seconds are waited once; a longer wait is left to the agent."""
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
