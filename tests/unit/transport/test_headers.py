"""How long a service asks to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from snlib.transport.headers import rate_limited, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5"}, 5),
        ({"retry-after": " 120 "}, 120),
        ({}, 30),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "-1"}, 30),
        ({"Retry-After": "abc"}, 30),
        ({"Retry-After": "99999999"}, 900),
        ({"Retry-After": "9" * 5_000}, 900),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:40 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 40),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:40 GMT"}, 30),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 30),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 900),
        ({"Retry-After": "Mon, 99 Nov 2026 99:99:99 GMT", "Date": "x"}, 30),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: int) -> None:
    """Seconds, or a date by the server's own clock; 30 s without sense; 1 s at least, 15 minutes at most."""
    assert retry_after(headers) == timedelta(seconds=seconds)


def test_the_sentence_says_how_long() -> None:
    """The error of a limit carries the wait, and says it to the agent."""
    error = rate_limited("Microsoft Graph", {"retry-after": "7"}, status=429)
    assert error.retry_after == timedelta(seconds=7)
    assert error.user_message == "Microsoft Graph is limiting requests. Try again in 7 s."
