"""Every exception of the HTTP libraries ends in our tree."""

from __future__ import annotations

import inspect

import pytest
import requests
import urllib3.exceptions

from snlib.errors import RequestRejected, ServiceUnreachable, SnlibError, UnexpectedAnswer
from snlib.transport import failures

CLASSES = [
    error
    for _, error in inspect.getmembers(requests.exceptions, inspect.isclass)
    if issubclass(error, requests.exceptions.RequestException) and error is not requests.exceptions.JSONDecodeError
]


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_each_exception_of_requests_has_its_place(error: type[Exception]) -> None:
    """Whatever ``requests`` raises becomes an error of ours, before and within an answer, its text left out."""
    before = failures.before_answer(error("https://acme/?token=sentinel"), service="ServiceNow", host="acme")
    within = failures.within_answer(error("https://acme/?token=sentinel"), service="ServiceNow", status=200)
    for found in (before, within):
        assert isinstance(found, SnlibError)
        assert "sentinel" not in f"{found} {found.user_message}"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectTimeout(), "timeout"),
        (requests.ReadTimeout(), "timeout"),
        (requests.exceptions.SSLError(), "tls"),
        (requests.ConnectionError(), "network"),
        (ConnectionResetError(), "network"),
        (ConnectionRefusedError(), "refused"),
        (urllib3.exceptions.ProtocolError("x", OSError()), "network"),
    ],
)
def test_no_answer_says_which_kind(error: Exception, kind: str) -> None:
    """A caller can tell a refused connection from a slow one."""
    found = failures.before_answer(error, service="ServiceNow", host="acme")
    assert isinstance(found, ServiceUnreachable)
    assert kind == found.kind


def test_a_request_that_cannot_be_sent_is_ours_to_mend() -> None:
    """A header or address the libraries refuse is a rejected request, not an unreachable service."""
    found = failures.before_answer(requests.exceptions.InvalidHeader(), service="ServiceNow", host="acme")
    assert isinstance(found, RequestRejected)


def test_within_an_answer_the_kinds_differ() -> None:
    """Slow, damaged and cut answers are told apart."""
    slow = failures.within_answer(urllib3.exceptions.ReadTimeoutError(None, "", ""), service="S", status=200)  # type: ignore[arg-type]
    damaged = failures.within_answer(urllib3.exceptions.DecodeError(), service="S", status=200)
    cut = failures.within_answer(urllib3.exceptions.ProtocolError(), service="S", status=200)
    assert isinstance(slow, ServiceUnreachable)
    assert isinstance(damaged, UnexpectedAnswer)
    assert isinstance(cut, UnexpectedAnswer)
    assert (slow.kind, damaged.kind, cut.kind) == ("timeout", "damaged", "truncated")
