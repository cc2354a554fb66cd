"""Types of the properties of Graph's objects, read leniently: one odd value never costs the object. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from snlib.text import plain_cell

T = TypeVar("T")

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_FRACTION = re.compile(r"\.\d+")

AS_GRAPH_WRITES = ConfigDict(alias_generator=to_camel, populate_by_name=True)
"""A field ``os_version`` is the property ``osVersion``, where it does not name another."""


def is_object_id(text: str) -> bool:
    """Return whether ``text`` has the shape of an object id (a GUID); only such a text may become part of a path."""
    return _GUID.match(text) is not None


def object_id(value: object) -> str:
    """Return an object id in lower case, ``""`` for anything else."""
    return value.lower() if isinstance(value, str) and is_object_id(value) else ""


def text(value: object) -> str:
    """Return a text cleaned for display, ``""`` for anything else."""
    return plain_cell(value) if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, cleaned, without empty ones."""
    return tuple(filter(None, map(text, value))) if isinstance(value, list | tuple) else ()


def flag(value: object) -> bool | None:
    """Return a truth value, None when the service does not say."""
    return value if isinstance(value, bool) else None


def whole_number(value: object) -> int | None:
    """Return a whole number of zero or more, None for anything else. Int64 may come as a text (OData 4.01)."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def moment(value: object) -> datetime | None:
    """Return a point in time, aware UTC; None when there is none or it is unreadable.

    Intune writes "never" as ``0001-01-01T00:00:00Z``, and as ``9999-12-31T23:59:59Z`` for what has no end.
    """
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(_FRACTION.sub("", value))
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware if 1970 < aware.year < 9000 else None


ObjectId = Annotated[str, BeforeValidator(object_id)]
Text = Annotated[str, BeforeValidator(text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(texts)]
Flag = Annotated[bool | None, BeforeValidator(flag)]
WholeNumber = Annotated[int | None, BeforeValidator(whole_number)]
Moment = Annotated[datetime | None, BeforeValidator(moment)]


def selected(model: Any) -> str:
    """Return the value of ``$select`` that brings the model's own properties; nested ones come with ``$expand``."""
    aliases = (field.validation_alias for field in model.__pydantic_fields__.values())
    return ",".join(alias for alias in aliases if isinstance(alias, str))


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def read_object(model: type[T], properties: Mapping[str, object]) -> T | None:
    """Return the object that ``properties`` describe, or None when they carry no object id to know it by."""
    found = object_id(properties.get("id"))
    if not found:
        return None
    read: T = _adapter(model).validate_python({**properties, "id": found})
    return read
