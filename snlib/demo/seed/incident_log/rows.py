"""One row of an incident log: from what the file says to stored values, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from snlib.demo.core.schema.choices import CHOICES, PRIORITY
from snlib.demo.core.timestamps import to_text

_NUMBER = re.compile(r"INC[0-9]{7,10}")
_DATES = ("opened_at", "sys_created_on", "sys_updated_on", "resolved_at", "closed_at")
_COUNTS = ("reassignment_count", "reopen_count")
_BOOLEANS = ("active", "made_sla")
_CHOICES = ("state", "hold_reason", "impact", "urgency", "severity", "priority")
_PEOPLE = ("caller_id", "opened_by", "assigned_to")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_FIRST_YEAR = 1970

# What databases, spreadsheets and statistics programs write for a value that is not there, brackets left out.
_NOTHING = frozenset(
    ["null", "nil", "none", "empty", "blank", "n/a", "na", "nan", "undefined", "?", "-", "--", "–", "—"]
)
_NOBODY = _NOTHING | {"unknown", "unassigned", "anonymous", "nobody"}
_BRACKETS = " ()[]<>{}#"

# Labels of older releases, by today's.
_FORMER_LABELS = {
    ("hold_reason", "awaiting user info"): "1",
    ("hold_reason", "awaiting evidence"): "1",
    ("state", "active"): "2",
    ("state", "cancelled"): "8",
}
_INCIDENT_CHOICES = [choice for choice in CHOICES if choice.name == "incident"]
_VALUES: dict[tuple[str, str], str] = {
    **{(choice.element, choice.value): choice.value for choice in _INCIDENT_CHOICES},
    **{(choice.element, choice.label.casefold()): choice.value for choice in _INCIDENT_CHOICES},
    **_FORMER_LABELS,
}


class RowRefused(Exception):
    """A row cannot be loaded; the message says why."""


def read_row(header: Sequence[str], values: Sequence[str], date_format: str = "") -> dict[str, str]:
    """Return a row by column name, choices as stored values, dates in UTC, everything else unchanged.

    A value that is missing is an empty text, but for those that every incident has.

    Args:
        header: The columns' names, empty for one that is not used.
        values: The row.
        date_format: How dates are written that are not ISO 8601, as for ``datetime.strptime``.

    Raises:
        RowRefused: The row has another number of columns, or a value that cannot be used.
    """
    if len(values) != len(header):
        raise RowRefused(f"{len(values)} columns instead of {len(header)}")
    if _NO_TEXT.search("".join(values)):
        raise RowRefused("there are characters in it that are no text: the file is damaged, or of mixed encodings")
    row = {name: _value(name, value.strip()) for name, value in zip(header, values, strict=True) if name}
    row["number"] = row["number"].upper()
    if not row["number"]:
        raise RowRefused("number is missing")
    if not _NUMBER.fullmatch(row["number"]):
        raise RowRefused(f"number {row['number']!r} is not INC and digits")
    for name in _CHOICES:
        if row.get(name):
            row[name] = _stored(name, row[name])
    for name in _DATES:
        if row.get(name):
            row[name] = _date(name, row[name], date_format)
    _complete(row)
    _check_plain(row)
    _check_people(row)
    _check_order(row)
    return row


def _value(name: str, text: str) -> str:
    """Return a value, empty where the file only says that there is none."""
    if name == "short_description":
        return text
    nothing = _NOBODY if name in _PEOPLE else _NOTHING
    return "" if text.strip(_BRACKETS).casefold() in nothing else text


def _complete(row: dict[str, str]) -> None:
    """Fill in what the platform gives an incident when a client leaves it out; the state follows from the dates."""
    row["opened_at"] = row.get("opened_at") or row.get("sys_created_on", "")
    if not row["opened_at"]:
        raise RowRefused("opened_at is missing")
    row["state"] = row.get("state") or ("7" if row.get("closed_at") else "6" if row.get("resolved_at") else "1")
    row["impact"], row["urgency"] = row.get("impact") or "3", row.get("urgency") or "3"
    row["priority"] = row.get("priority") or PRIORITY[row["impact"], row["urgency"]]
    row.setdefault("category", "Inquiry / Help")


def _check_plain(row: dict[str, str]) -> None:
    for name in _COUNTS:
        if row.get(name) and not (row[name].isascii() and row[name].isdigit()):
            raise RowRefused(f"{name} {row[name]!r} is not a number")
    for name in _BOOLEANS:
        if row.get(name):
            row[name] = row[name].lower()
            if row[name] not in {"true", "false"}:
                raise RowRefused(f"{name} {row[name]!r} is neither true nor false")


def _stored(name: str, label: str) -> str:
    value = _VALUES.get((name, label.casefold()))
    if value is None:
        raise RowRefused(f"unknown {name} {label!r}")
    return value


def _date(name: str, text: str, date_format: str) -> str:
    try:
        moment = _moment(text, date_format)
        if moment.year >= _FIRST_YEAR:
            return to_text(moment)
    except (ValueError, OverflowError):
        forms = f"{date_format} or YYYY-MM-DD HH:MM:SS" if date_format else "YYYY-MM-DD HH:MM:SS"
        hint = "" if date_format else "; --date-format says how the file writes dates"
        raise RowRefused(f"{name} {text!r} is not a date as {forms}{hint}") from None
    raise RowRefused(f"{name} {text!r} is before {_FIRST_YEAR}")


def _moment(text: str, date_format: str) -> datetime:
    """Read a date, in UTC where it names no zone.

    Raises:
        ValueError: It is none.
    """
    moment = datetime.fromisoformat(text) if _ISO.fullmatch(text) else datetime.strptime(text, date_format)  # noqa: DTZ007
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
