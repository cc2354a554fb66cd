"""Reading the properties of Graph's objects leniently: one odd value never costs the object. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from snlib.text import plain_cell

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_FRACTION = re.compile(r"\.\d+")


def is_object_id(text: str) -> bool:
    """Return whether ``text`` has the shape of an object id (a GUID); only such a text may become part of a path."""
    return _GUID.match(text) is not None


def object_id(properties: Mapping[str, object], name: str = "id") -> str:
    """Return the object id in the property ``name`` in lower case, ``""`` when there is none."""
    value = properties.get(name)
    return value.lower() if isinstance(value, str) and is_object_id(value) else ""


def text(properties: Mapping[str, object], name: str) -> str:
    """Return a text cleaned for display, ``""`` when there is none."""
    value = properties.get(name)
    return plain_cell(value) if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, cleaned, without empty ones."""
    if not isinstance(value, list):
        return ()
    return tuple(found for found in (plain_cell(item) for item in value if isinstance(item, str)) if found)


def flag(properties: Mapping[str, object], name: str) -> bool | None:
    """Return a truth value, None when the service does not say."""
    value = properties.get(name)
    return value if isinstance(value, bool) else None


def whole_number(properties: Mapping[str, object], name: str) -> int | None:
    """Return a whole number of zero or more, None when there is none. Int64 may come as a text (OData 4.01)."""
    value = properties.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def moment(properties: Mapping[str, object], name: str) -> datetime | None:
    """Return a point in time, aware UTC; None when there is none or it is unreadable.

    Intune writes "never" as ``0001-01-01T00:00:00Z``, and as ``9999-12-31T23:59:59Z`` for what has no end.
    """
    value = properties.get(name)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(_FRACTION.sub("", value))
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware if 1970 < aware.year < 9999 else None
