"""Which words of a service are kept."""

from __future__ import annotations

import pytest

from snlib import errors
from snlib.servicenow.refusals import error_of, refusal_of


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
