"""People of the demo directory as the sign-in sees them."""

from __future__ import annotations

import json

from snlib.demo.core.instance import Instance

PERSONA_ROLES = {
    "intune-administrator": "Intune Administrator",
    "helpdesk-agent": "Helpdesk agent",
    "team-lead": "Team lead",
    "auditor": "Auditor",
    "member": "Member without any role",
}
"""What the picker calls each persona, in the order in which it shows them."""

LISTED_PEOPLE = 50
"""The most people "Use another account" lists."""


def find_person(instance: Instance, object_id: str) -> dict[str, str] | None:
    """Return the ``entra_user`` row with this object id, or ``None``."""
    found = instance.storage.find("entra_user", id=object_id) if object_id else []
    return found[0] if found else None


def find_expected(instance: Instance, login_hint: str) -> dict[str, str] | None:
    """Return the person whose user principal name or mail is ``login_hint`` (case does not matter), or ``None``."""
    if not login_hint:
        return None
    found = instance.storage.rows(
        "SELECT * FROM entra_user WHERE casefold(userPrincipalName) = ? OR casefold(mail) = ? ORDER BY id LIMIT 2",
        (login_hint.casefold(), login_hint.casefold()),
    )
    return found[0] if len(found) == 1 else None


def is_enabled(person: dict[str, str]) -> bool:
    """Return whether the account may sign in."""
    return person["accountEnabled"] == "true"


def personas(instance: Instance) -> list[dict[str, str]]:
    """Return the personas that may sign in, in the order of ``PERSONA_ROLES``."""
    rows = instance.storage.rows("SELECT * FROM entra_user WHERE persona <> '' AND accountEnabled = 'true'")
    order = list(PERSONA_ROLES)
    return sorted(rows, key=lambda row: order.index(row["persona"]) if row["persona"] in order else len(order))


def search_others(instance: Instance, text: str) -> tuple[list[dict[str, str]], int]:
    """Return the enabled people who are no personas and whose name, mail or user name contains ``text``.

    Returns:
        At most ``LISTED_PEOPLE`` rows by display name, and how many there are in all.
    """
    pattern = "%" + "".join("\\" + sign if sign in "\\%_" else sign for sign in text.strip().casefold()) + "%"
    condition = (
        "persona = '' AND accountEnabled = 'true' AND (casefold(displayName) LIKE ? ESCAPE '\\'"
        " OR casefold(mail) LIKE ? ESCAPE '\\' OR casefold(userPrincipalName) LIKE ? ESCAPE '\\')"
    )
    params = (pattern, pattern, pattern)
    count = instance.storage.rows(f"SELECT COUNT(*) AS total FROM entra_user WHERE {condition}", params)
    rows = instance.storage.rows(
        f"SELECT * FROM entra_user WHERE {condition} ORDER BY casefold(displayName), id LIMIT {LISTED_PEOPLE}", params
    )
    return rows, int(count[0]["total"])


def json_list(text: str) -> list[str]:
    """Return a JSON list column as a list of texts; an empty column is an empty list."""
    return [str(item) for item in json.loads(text)] if text else []
