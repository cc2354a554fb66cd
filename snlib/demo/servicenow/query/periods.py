"""Days, weeks, months on a person's own calendar: where one begins, and the same moment some periods away."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta, tzinfo

from snlib.demo.core.timestamps import to_text

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "dayofweek": timedelta(days=1),
    "week": timedelta(weeks=1),
}
UNITS = frozenset({*_MONTHS, *_LENGTHS})
"""The units of relative conditions; ``dayofweek`` is what the filter builder calls a day."""


def stored(moment: datetime, zone: tzinfo) -> str:
    """Return a moment as the database writes it; a naive one is read on the clock of ``zone``."""
    return to_text(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def shifted(local: datetime, unit: str, count: int) -> datetime:
    """Return a naive local moment ``count`` units later (earlier when negative); the day is cut to the month's end."""
    if unit in _LENGTHS:
        return local + _LENGTHS[unit] * count
    months = local.year * 12 + local.month - 1 + _MONTHS[unit] * count
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def beginning(local: datetime, unit: str) -> datetime:
    """Return where the unit that holds a naive local moment begins. Weeks begin on Monday."""
    if unit == "minute":
        return local.replace(second=0, microsecond=0)
    if unit == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def end(local: datetime, unit: str) -> datetime:
    """Return the last second of the unit that holds a naive local moment."""
    return shifted(beginning(local, unit), unit, 1) - timedelta(seconds=1)
