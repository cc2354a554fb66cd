"""One row of an incident log: from display values to stored values, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from snlib.demo.core.schema.choices import CHOICES
from snlib.demo.core.timestamps import from_text, to_text

REQUIRED = ("number", "state", "caller_id", "opened_at", "short_description", "impact", "urgency", "priority")
"""Columns without which a log is none."""

_NUMBER = re.compile(r"INC[0-9]{7,10}")
_DATES = ("opened_at", "sys_updated_on", "resolved_at", "closed_at")
_COUNTS = ("reassignment_count", "reopen_count")
_BOOLEANS = ("active", "made_sla")
_CHOICES = ("state", "hold_reason", "impact", "urgency", "severity", "priority")
_PEOPLE = ("caller_id", "opened_by", "assigned_to")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_FIRST_YEAR = 1970
_MUST_BE_SET = ("number", "state", "opened_at", "impact", "urgency", "priority")

# Labels of older releases, by today's.
_FORMER_LABELS = {
    ("hold_reason", "awaiting user info"): "1",
    ("hold_reason", "awaiting evidence"): "1",
    ("state", "active"): "2",
    ("state", "cancelled"): "8",
}
_VALUES: dict[tuple[str, str], str] = {
    **{(choice.element, choice.label.casefold()): choice.value for choice in CHOICES if choice.name == "incident"},
    **_FORMER_LABELS,
}


class RowRefused(Exception):
    """A row cannot be loaded; the message says why."""


def read_row(header: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """Return a row by column name, choices as stored values, everything else unchanged.

    Raises:
        RowRefused: The row has another number of columns, or a value that cannot be used.
    """
    if len(values) != len(header):
        raise RowRefused(f"{len(values)} columns instead of {len(header)}")
    row = {name: value.strip() for name, value in zip(header, values, strict=True)}
    for name in _MUST_BE_SET:
        if not row[name]:
            raise RowRefused(f"{name} is missing")
    if not _NUMBER.fullmatch(row["number"]):
        raise RowRefused(f"number {row['number']!r} is not INC and digits")
    for name in _CHOICES:
        if row.get(name):
            row[name] = _stored(name, row[name])
    for name in _DATES:
        if row.get(name):
            row[name] = _date(name, row[name])
    _check_plain(row)
    _check_people(row)
    _check_order(row)
    return row


def _check_plain(row: Mapping[str, str]) -> None:
    for name in _COUNTS:
        if row.get(name) and not (row[name].isascii() and row[name].isdigit()):
            raise RowRefused(f"{name} {row[name]!r} is not a number")
    for name in _BOOLEANS:
        if row.get(name) and row[name] not in {"true", "false"}:
            raise RowRefused(f"{name} {row[name]!r} is neither true nor false")


def _stored(name: str, label: str) -> str:
    value = _VALUES.get((name, label.casefold()))
    if value is None:
        raise RowRefused(f"unknown {name} {label!r}")
    return value


def _date(name: str, text: str) -> str:
    try:
        moment = from_text(text)
    except ValueError:
        raise RowRefused(f"{name} {text!r} is not a date as YYYY-MM-DD HH:MM:SS") from None
    if moment.year < _FIRST_YEAR:
        raise RowRefused(f"{name} {text!r} is before {_FIRST_YEAR}")
    return to_text(moment)


def _check_people(row: Mapping[str, str]) -> None:
    for name in _PEOPLE:
        if row.get(name) and not re.search(r"\w", row[name]):
            raise RowRefused(f"{name} {row[name]!r} is not a name")
    email = row.get("caller_id.email", "")
    if email and not _EMAIL.fullmatch(email):
        raise RowRefused(f"caller_id.email {email!r} is not an e-mail address")


def _check_order(row: Mapping[str, str]) -> None:
    for name in ("resolved_at", "closed_at"):
        if row.get(name) and row[name] < row["opened_at"]:
            raise RowRefused(f"{name} {row[name]} is before opened_at {row['opened_at']}")
