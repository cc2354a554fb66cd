"""Properties of Graph's objects: which there are, of what kind, and a stored text as Graph sends it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

Row = dict[str, str]
"""One stored record: every column a text."""

Kind = Literal["string", "nullable", "boolean", "integer", "json", "list", "null", "empty"]
Kinds = dict[str, Kind]
"""A type's properties by name: a text that may be empty, a text or null, a truth value or null, a number, JSON or null,
a list; and what Graph knows and the demo does not keep: null, or an empty list."""

USER: Kinds = {
    **dict.fromkeys(
        (
            *("id", "displayName", "givenName", "surname", "mail", "userPrincipalName", "jobTitle", "department"),
            *("companyName", "officeLocation", "city", "country", "usageLocation", "mobilePhone", "preferredLanguage"),
            *("userType", "employeeId", "onPremisesSamAccountName", "createdDateTime"),
        ),
        "nullable",
    ),
    **dict.fromkeys(("businessPhones", "proxyAddresses", "otherMails"), "list"),
    **dict.fromkeys(("accountEnabled", "onPremisesSyncEnabled"), "boolean"),
    **dict.fromkeys(("lastPasswordChangeDateTime", "signInActivity"), "null"),
    "assignedLicenses": "empty",
}
"""Every property of a user that can be selected."""

USER_DEFAULT = (
    *("businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName", "id"),
)
"""What an answer holds without ``$select``."""

USER_BASIC = frozenset({"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"})
"""What ``User.ReadBasic.All`` lets one see."""


def value_of(row: Mapping[str, str], kinds: Kinds, name: str) -> Any:
    """Return one property of a row as Graph sends it."""
    kind = kinds[name]
    if kind in ("null", "empty"):
        return [] if kind == "empty" else None
    if name == "onPremisesSyncEnabled" and name not in row:  # a person's follows from the account on premises
        return True if row["onPremisesSamAccountName"] else None
    text = row[name]
    if kind == "integer":
        return int(text or "0")
    if kind == "boolean":
        return text == "true" if text else None
    if kind in ("json", "list"):
        return json.loads(text) if text else [] if kind == "list" else None
    return text if text or kind == "string" else None


def shown(row: Mapping[str, str], kinds: Kinds, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Return properties of a row as Graph sends them: those named, or all."""
    return {name: value_of(row, kinds, name) for name in (kinds if names is None else names)}
