"""How long to wait, and which words of a service are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from snlib import errors
from snlib.servicenow.refusals import error_of, refusal_of, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5"}, 5),
        ({"retry-after": " 120 "}, 120),
        ({}, 30),
        ({"Retry-After": "-1"}, 30),
        ({"Retry-After": "abc"}, 30),
        ({"Retry-After": "99999999"}, 900),
        ({"Retry-After": "9" * 50}, 900),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:40 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 40),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:40 GMT"}, 30),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 30),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 900),
        ({"Retry-After": "Mon, 99 Nov 2026 99:99:99 GMT", "Date": "x"}, 30),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: int) -> None:
    """F15-F18: seconds or a date by the server's own clock; 30 s without sense, 15 minutes at most."""
    assert retry_after(headers) == timedelta(seconds=seconds)


def test_the_services_words_are_kept_short_and_plain() -> None:
    """The detail is one line of plain text, for the administrator."""
    body = ('{"error":{"message":"' + "m" * 5000 + '","detail":"two\\nlines\\u202e"}}').encode()
    refusal = refusal_of(400, {"Content-Type": "application/json"}, body)
    assert len(refusal.message) == 300
    assert refusal.detail == "two lines"


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'{"error":7}', b'{"error":{"message":[]}}', b"[" * 100_000])
def test_no_body_makes_it_fail(body: bytes) -> None:
    """The body of a refusal is a courtesy; the status decides."""
    error = error_of(refusal_of(403, {}, body), table="incident", one_record=False)
    assert isinstance(error, errors.AccessRefused)
    assert error.detail == ""


def test_a_plain_string_counts_as_the_message() -> None:
    """OAuth endpoints put a word where the Table API puts an object."""
    assert refusal_of(401, {}, b'{"error":"server_error"}').words == "server_error"


def test_a_sleeping_instance_is_told_whatever_the_status() -> None:
    """The page of a hibernating instance is recognised under any status."""
    page = b"<html><h1>Your instance is currently offline</h1></html>"
    error = error_of(refusal_of(503, {"Content-Type": "text/html"}, page), table="incident", one_record=False)
    assert isinstance(error, errors.UnexpectedAnswer)
    assert error.kind == "hibernating"
