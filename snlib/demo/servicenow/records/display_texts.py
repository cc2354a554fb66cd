"""Display values of dates and durations, as a user's own settings show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from snlib.demo.core.timestamps import from_text
from snlib.demo.servicenow.viewer import Viewer

_DATE_TIMES = frozenset({"glide_date_time", "due_date"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = (("Day", 86400), ("Hour", 3600), ("Minute", 60), ("Second", 1))


def local_text(value: str, kind: str, viewer: Viewer) -> str:
    """Return a stored value as the user reads it: a date-time in their zone and format; everything else as it is."""
    try:
        if kind in _DATE_TIMES:
            return from_text(value).astimezone(viewer.zone).strftime(viewer.pattern)
        if kind == "glide_date":
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).strftime(viewer.date_pattern)
    except ValueError:
        return value  # a stored text that is no date shows itself, as a form does
    return value


def duration_text(value: str) -> str:
    """Return a duration, stored as a moment counted from 1970, in words: ``1 Hour 30 Minutes``."""
    try:
        seconds = int((from_text(value) - _EPOCH) / timedelta(seconds=1))
    except ValueError:
        return value
    words = []
    for name, length in _PARTS:
        count, seconds = divmod(seconds, length)
        if count:
            words.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(words) or "0 Seconds"
