"""Properties of a Graph user, and a directory row as Graph shows it."""

from __future__ import annotations

import json
from typing import Any, Literal

Kind = Literal["string", "boolean", "list", "null", "empty"]

PROPERTIES: dict[str, Kind] = {
    "id": "string",
    "displayName": "string",
    "givenName": "string",
    "surname": "string",
    "mail": "string",
    "userPrincipalName": "string",
    "jobTitle": "string",
    "department": "string",
    "companyName": "string",
    "officeLocation": "string",
    "city": "string",
    "country": "string",
    "usageLocation": "string",
    "businessPhones": "list",
    "mobilePhone": "string",
    "preferredLanguage": "string",
    "accountEnabled": "boolean",
    "userType": "string",
    "employeeId": "string",
    "onPremisesSamAccountName": "string",
    "onPremisesSyncEnabled": "boolean",
    "createdDateTime": "string",
    "proxyAddresses": "list",
    # Known to Graph, not kept by the demo's directory.
    "lastPasswordChangeDateTime": "null",
    "signInActivity": "null",
    "assignedLicenses": "empty",
    "otherMails": "empty",
}
"""Every property that can be selected: a text, a truth value, a list of texts, or nothing the demo knows."""

DEFAULT_PROPERTIES = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
"""What an answer holds without ``$select``."""

BASIC_PROPERTIES = frozenset({"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"})
"""What ``User.ReadBasic.All`` lets one see."""


def read(row: dict[str, str], name: str) -> Any:
    """Return one property of an ``entra_user`` row as Graph sends it: an empty text is ``null``."""
    kind = PROPERTIES[name]
    if kind in ("null", "empty"):
        return [] if kind == "empty" else None
    if name == "onPremisesSyncEnabled":
        return True if row["onPremisesSamAccountName"] else None
    if kind == "boolean":
        return row[name] == "true"
    if kind == "list":
        return json.loads(row[name]) if row[name] else []
    return row[name] or None


def as_graph_user(row: dict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the named properties of an ``entra_user`` row."""
    return {name: read(row, name) for name in names}
