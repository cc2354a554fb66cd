"""Date-times as ServiceNow stores them, ``YYYY-MM-DD HH:MM:SS`` in UTC, and as Graph writes them."""

from __future__ import annotations

from datetime import UTC, datetime

STORED_FORMAT = "%Y-%m-%d %H:%M:%S"


def to_text(moment: datetime) -> str:
    """Return an aware datetime as it is stored."""
    return moment.astimezone(UTC).strftime(STORED_FORMAT)


def from_text(text: str) -> datetime:
    """Return a stored date-time as aware UTC.

    Raises:
        ValueError: The text is not in the stored form.
    """
    return datetime.strptime(text, STORED_FORMAT).replace(tzinfo=UTC)


def graph_time(moment: datetime) -> str:
    """Return an aware UTC time as Graph writes it: ``2026-11-20T12:00:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
