"""How far an incident has come by its age: state, hold reason, and the times that belong to them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from snlib.demo.core.timestamps import to_text

# Weights of New, In Progress, On Hold, Resolved, Closed, Canceled by age in days (up to).
_STATES = ("1", "2", "3", "6", "7", "8")
_BY_AGE: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0.3, (70, 24, 1, 5, 0, 0)),
    (1, (45, 38, 6, 11, 0, 0)),
    (7, (10, 30, 20, 34, 3, 3)),
    (30, (1.5, 9, 9, 24, 52.5, 4)),
    (90, (0.2, 1.8, 3, 0.5, 90, 4.5)),
    (10_000, (0, 0.2, 0.6, 0, 95, 4.2)),
)
_HOLD_REASONS = (("1", 60), ("3", 12), ("4", 18), ("5", 10))
_CLOSE_CODES = (
    ("Solution provided", 52),
    ("Workaround provided", 12),
    ("Resolved by caller", 9),
    ("User error", 7),
    ("Duplicate", 5),
    ("Known error", 5),
    ("Resolved by request", 4),
    ("Resolved by change", 3),
    ("Resolved by problem", 2),
    ("No resolution provided", 1),
)
_MEDIAN_HOURS = {"1": 4.0, "2": 9.0, "3": 22.0, "4": 40.0, "5": 70.0}
_SLA_HOURS = {"1": 8.0, "2": 24.0, "3": 72.0, "4": 160.0, "5": 320.0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOSES_AFTER = timedelta(days=7)
"""A resolved incident is closed by the system after a week (``glide.ui.autoclose.time``)."""


@dataclass(frozen=True)
class Course:
    """Where an incident is: its state and the columns that follow from it."""

    state: str
    opened: datetime
    updated: datetime
    columns: dict[str, str]


def make_course(
    rng: random.Random, opened: datetime, as_of: datetime, priority: str, *, is_newest: bool = False
) -> Course:
    """Return how far an incident has come at ``as_of``: old ones are closed, new ones mostly not, the newest is New."""
    age = as_of - opened
    weights = next(weights for days, weights in _BY_AGE if age <= timedelta(days=days))
    state = "1" if is_newest else rng.choices(_STATES, weights)[0]
    columns = {"state": state, "incident_state": state, "opened_at": to_text(opened)}
    updated = opened if state == "1" else opened + age * rng.random()
    if state == "3":
        columns["hold_reason"] = rng.choices([value for value, _ in _HOLD_REASONS], [n for _, n in _HOLD_REASONS])[0]
    elif state in {"6", "7"}:
        updated = _resolve(rng, columns, opened, as_of, priority)
    elif state == "8":
        updated = opened + min(age, timedelta(hours=rng.uniform(0.2, 48)))
        columns |= {"active": "false", "closed_at": to_text(updated)}
    columns |= {"sys_created_on": to_text(opened), "sys_updated_on": to_text(updated)}
    return Course(state, opened, updated, columns)


def _resolve(rng: random.Random, columns: dict[str, str], opened: datetime, as_of: datetime, priority: str) -> datetime:
    """Fill in what a resolved or closed incident has; return when it was changed last."""
    closed = columns["state"] == "7"
    hours = max(0.15, rng.lognormvariate(math.log(_MEDIAN_HOURS[priority]), 1.0))
    took = timedelta(seconds=int(hours * 3600))
    age = as_of - opened
    # Closing takes a week, or less where the caller confirms.
    wait = (
        CLOSES_AFTER
        if age > timedelta(days=14) and rng.random() < 0.8
        else min(age / 2, timedelta(hours=rng.uniform(1, 70)))
    )
    if closed:
        took = min(took, age - wait)
    else:
        # Not yet closed, so resolved less than a week ago.
        earliest = max(timedelta(minutes=9), age - CLOSES_AFTER)
        took = (
            took if earliest <= took <= age else earliest + (age - earliest) * rng.random() if earliest < age else age
        )
    resolved = opened + took
    reopened = rng.random() < 0.04
    columns |= {
        "resolved_at": to_text(resolved),
        "close_code": rng.choices([code for code, _ in _CLOSE_CODES], [n for _, n in _CLOSE_CODES])[0],
        "made_sla": "true" if took <= timedelta(hours=_SLA_HOURS[priority]) else "false",
        "calendar_stc": str(int(took.total_seconds())),
        "business_stc": str(int(took.total_seconds() * 0.35)),
        "calendar_duration": to_text(_EPOCH + took),
        "business_duration": to_text(_EPOCH + took * 0.35),
        "reopen_count": "1" if reopened else "0",
    }
    if reopened:
        columns["reopened_time"] = to_text(opened + took / 2)
    if closed:
        columns |= {"closed_at": to_text(resolved + wait), "active": "false"}
        return resolved + wait
    return resolved
