"""People of the demo instance, read from its database and not through the code under test."""

from __future__ import annotations

from typing import Any

from snlib.demo.server import Running

HIDDEN_GROUP = "Security Incident Response"
_USERS = "SELECT DISTINCT service_now_user FROM entra_user WHERE service_now_user <> ''"
_TWICE = "SELECT lower(email) FROM sys_user WHERE email <> '' GROUP BY lower(email) HAVING COUNT(*) > 1"


def person(demo: Running, condition: str, *params: str) -> dict[str, str]:
    """The first person of the directory who meets a condition."""
    return demo.instance.storage.rows(f"SELECT * FROM entra_user WHERE {condition} ORDER BY id LIMIT 1", params)[0]


def named(demo: Running, name: str) -> dict[str, str]:
    """The person with this display name."""
    return person(demo, "displayName = ?", name)


def busiest(demo: Running, condition: str = "1 = 1") -> dict[str, str]:
    """The person with the most incidents that meet a condition, among those whose e-mail names one account only."""
    row = demo.instance.storage.rows(
        f"SELECT caller_id, COUNT(*) AS n FROM incident WHERE {condition} AND caller_id IN ({_USERS}) "
        f"AND caller_id NOT IN (SELECT sys_id FROM sys_user WHERE lower(email) IN ({_TWICE})) "
        "GROUP BY caller_id ORDER BY n DESC, caller_id LIMIT 1"
    )[0]
    return person(demo, "service_now_user = ?", row["caller_id"])


def hidden_condition(demo: Running) -> str:
    """The SQL test for incidents that only administrators and the group's own members may read."""
    (group,) = demo.instance.storage.find("sys_user_group", name=HIDDEN_GROUP)
    return f"assignment_group = '{group['sys_id']}'"


def with_hidden_rows(demo: Running) -> dict[str, str]:
    """A person with incidents that helpdesk agents may not read, and with others that they may."""
    return busiest(
        demo,
        f"caller_id IN (SELECT caller_id FROM incident WHERE {hidden_condition(demo)}) "
        f"AND NOT {hidden_condition(demo)}",
    )


def without_incidents(demo: Running) -> dict[str, str]:
    """A person with a ServiceNow account of the same e-mail and no incident."""
    return person(
        demo,
        "service_now_user <> '' AND mail <> '' AND service_now_user NOT IN (SELECT caller_id FROM incident) "
        f"AND lower(mail) NOT IN ({_TWICE})",
    )


def without_account(demo: Running) -> dict[str, str]:
    """A person with an e-mail and no ServiceNow account."""
    return person(demo, "service_now_user = '' AND mail <> '' AND userType = 'Member'")


def with_two_accounts(demo: Running) -> dict[str, str]:
    """A person whose e-mail two ServiceNow accounts have."""
    return person(demo, f"lower(mail) IN ({_TWICE})")


def incidents_of(demo: Running, someone: dict[str, str], condition: str = "1 = 1") -> list[dict[str, str]]:
    """The person's incidents as stored, newest first."""
    return demo.instance.storage.rows(
        f"SELECT * FROM incident WHERE caller_id = ? AND {condition} ORDER BY opened_at DESC, sys_id",
        (someone["service_now_user"],),
    )


def label(demo: Running, element: str, value: str) -> str:
    """What the instance calls a choice's stored value."""
    (row,) = demo.instance.storage.find("sys_choice", name="incident", element=element, value=value, language="en")
    return row["label"]


def count_by(demo: Running, element: str, condition: str = "1 = 1", *params: Any) -> dict[str, int]:
    """Incidents by stored value of a field."""
    rows = demo.instance.storage.rows(
        f"SELECT {element} AS value, COUNT(*) AS n FROM incident WHERE {condition} GROUP BY {element}", params
    )
    return {row["value"]: int(row["n"]) for row in rows}
