"""What an answer's headers say, and the error of a service that asks to wait; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from snlib.errors import DEFAULT_RETRY_AFTER, RateLimited

MIN_RETRY_AFTER = timedelta(seconds=1)
MAX_RETRY_AFTER = timedelta(minutes=15)


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever the case of its name, "" when it is missing."""
    lowered = name.lower()
    return next((value for key, value in headers.items() if key.lower() == lowered), "")


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """Return how long to wait: seconds or an HTTP date, 30 s when missing or unreadable, 1 s to 15 minutes."""
    text = header(headers, "retry-after").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=int(text[:9]))
    else:
        until, now = _http_date(text), _http_date(header(headers, "date"))
        # A date is compared with the server's own "now": our clock may differ from its.
        wait = until - now if until is not None and now is not None and until > now else DEFAULT_RETRY_AFTER
    return min(max(wait, MIN_RETRY_AFTER), MAX_RETRY_AFTER)


def rate_limited(
    service: str,
    headers: Mapping[str, str],
    *,
    status: int,
    page: bool = False,
    detail: str = "",
    transaction_id: str = "",
) -> RateLimited:
    """Return the error of a service that takes no more requests for now; a ``page`` may be of something before it."""
    wait = retry_after(headers)
    seconds = f"{wait.total_seconds():.0f}"
    sentence = f"{service} is limiting requests. Try again in {seconds} s."
    if page:
        sentence = f"{service}, or something before it, is limiting requests. Try again in {seconds} s."
    return RateLimited(
        sentence, service=service, retry_after=wait, status=status, detail=detail, transaction_id=transaction_id
    )


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
