"""What a page or an action may ask for, and the dashboard's own four roles; who holds them is decided in `access`."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a page or an action asks for."""

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
"""The dashboard's own roles and what each grants; without other settings these are the app roles, too."""


def permissions_of(name: str) -> frozenset[Permission]:
    """Return what a role of ours grants, or the one permission of this name.

    Raises:
        ValueError: The dashboard has neither; a clause that names what there is, never the text.
    """
    if name in ROLES:
        return ROLES[name]
    try:
        return frozenset({Permission(name)})
    except ValueError:
        raise ValueError(
            f"may only grant the roles {', '.join(ROLES)} and the permissions {', '.join(Permission)}"
        ) from None
