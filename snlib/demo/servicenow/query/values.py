"""Reads the values of conditions as the kind of their column: dates, numbers, booleans, texts."""

from __future__ import annotations

import re

from snlib.demo.core.timestamps import from_text, to_text

DATES = frozenset({"glide_date_time", "due_date", "glide_date"})
NUMBERS = frozenset({"integer", "integer_choice"})

_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}


def comparable(kind: str, value: str) -> str | int | None:
    """Return a literal in the form its column compares in, or None when no stored value can ever match it.

    Dates are UTC and ISO-like: what a form displays (``24.08.2026 09:15``) matches nothing. Texts are case-folded,
    because the stock database compares without regard to case.
    """
    if kind in DATES:
        return _date(kind, value)
    if kind in NUMBERS:
        return int(value) if _INTEGER.fullmatch(value.strip()) else None
    if kind == "boolean":
        return _BOOLEANS.get(value.strip().lower())
    if kind == "GUID":
        return value.lower()
    if kind == "password2":
        return None  # what is stored is encrypted: no literal equals it
    return value.casefold()


def _date(kind: str, value: str) -> str | None:
    text = value.strip()
    if _DATE_ONLY.fullmatch(text):
        text += " 00:00:00"
    try:
        text = to_text(from_text(text))
    except ValueError:
        return None
    return text[:10] if kind == "glide_date" else text
