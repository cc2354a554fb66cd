"""The permissions, and the dashboard's own four roles; `snlib.access` decides who has them."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a page or an action requires."""

    CONNECTOR_READ = "connector.read"
    CONNECTOR_UPDATE = "connector.update"
    INCIDENTS_VIEW = "incidents.view"
    INCIDENTS_WRITE = "incidents.write"
    USERS_SEARCH = "users.search"
    DEVICES_VIEW = "devices.view"
    COUNTS_VIEW = "counts.view"
    LICENSES_VIEW = "licenses.view"
    AUDIT_VIEW = "audit.view"


_AGENT = frozenset(
    {Permission.CONNECTOR_READ, Permission.USERS_SEARCH, Permission.INCIDENTS_VIEW, Permission.DEVICES_VIEW}
)

ROLES: dict[str, frozenset[Permission]] = {
    "Helpdesk.Agent": _AGENT,
    "Helpdesk.Lead": _AGENT | {Permission.COUNTS_VIEW, Permission.LICENSES_VIEW},
    "Connector.Admin": frozenset({Permission.CONNECTOR_READ, Permission.CONNECTOR_UPDATE}),
    "Auditor": frozenset({Permission.AUDIT_VIEW}),
}
"""The dashboard's own roles and what each grants; by default these are also the app roles."""


def permissions_of(name: str) -> frozenset[Permission]:
    """Return what a role grants, or the single permission of this name.

    Raises:
        ValueError: There is neither; the message lists those that exist and never repeats ``name``.
    """
    if name in ROLES:
        return ROLES[name]
    try:
        return frozenset({Permission(name)})
    except ValueError:
        raise ValueError(
            f"may only grant the roles {', '.join(ROLES)} and the permissions {', '.join(Permission)}"
        ) from None
