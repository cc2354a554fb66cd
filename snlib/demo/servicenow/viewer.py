"""Whose eyes the demo instance answers for: the signed-in user with roles, groups, time zone and date format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import to_text

if TYPE_CHECKING:
    from snlib.demo.core.instance import Instance
    from snlib.demo.servicenow.identity import Identity

DEFAULTS = {
    "glide.sys.default.tz": "America/Los_Angeles",
    "glide.sys.date_format": "yyyy-MM-dd",
    "glide.sys.time_format": "HH:mm:ss",
}
"""The system's zone and formats (property → value), for a user who has chosen none."""

# The letters of a Java date pattern that ServiceNow offers, longest first.
_PATTERN = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "a": "%p", "z": "%Z"}


@dataclass(frozen=True)
class Viewer:
    """One signed-in user at one moment.

    Attributes:
        user: The user's ``sys_user`` row.
        roles: Names of the user's roles.
        groups: sys_ids of the groups the user is a member of.
        zone: The user's time zone, else the system's.
        pattern: The user's date and time format as a ``strftime`` pattern.
        date_pattern: The date's part of it.
        now: The demo clock's time, aware UTC.
    """

    user: Mapping[str, str]
    roles: frozenset[str]
    groups: frozenset[str]
    zone: ZoneInfo
    pattern: str
    date_pattern: str
    now: datetime

    @property
    def sys_id(self) -> str:
        """The user's sys_id."""
        return self.user.get("sys_id", "")

    @property
    def now_stored(self) -> str:
        """The moment as the database writes it."""
        return to_text(self.now)

    def has(self, *roles: str) -> bool:
        """Whether the user has one of the roles; ``admin`` has every role."""
        return "admin" in self.roles or not self.roles.isdisjoint(roles)


def viewer_of(identity: Identity, instance: Instance) -> Viewer:
    """Return the viewer for a request's authenticated identity."""
    user = identity.user
    memberships = instance.storage.find("sys_user_grmember", user=user["sys_id"])
    return viewer(instance.storage, user, identity.roles, (row["group"] for row in memberships), instance.clock.now())


def viewer(
    storage: Storage, user: Mapping[str, str], roles: Iterable[str], groups: Iterable[str], now: datetime
) -> Viewer:
    """Make a viewer; zone and formats the user has not chosen come from the system properties."""
    dates = strftime_pattern(user.get("date_format") or _system(storage, "glide.sys.date_format"))
    times = strftime_pattern(user.get("time_format") or _system(storage, "glide.sys.time_format"))
    zone = _zone(user.get("time_zone", "")) or _zone(_system(storage, "glide.sys.default.tz")) or ZoneInfo("UTC")
    return Viewer(dict(user), frozenset(roles), frozenset(groups), zone, f"{dates} {times}", dates, now)


def _system(storage: Storage, name: str) -> str:
    rows = storage.find("sys_properties", name=name)
    return rows[0]["value"] if rows else DEFAULTS[name]


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None  # a zone only Java knows: the instance falls back to the system's


def strftime_pattern(java: str) -> str:
    """Turn a format such as ``dd.MM.yyyy`` into Python's ``%d.%m.%Y``."""
    pattern, rest = "", java
    while rest:
        for letters, directive in _PATTERN.items():
            if rest.startswith(letters):
                pattern, rest = pattern + directive, rest[len(letters) :]
                break
        else:
            pattern, rest = pattern + rest[0].replace("%", "%%"), rest[1:]
    return pattern
