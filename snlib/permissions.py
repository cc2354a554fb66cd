"""The permissions, and what grants them; `snlib.access` decides who has them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


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

ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "Helpdesk.Agent": _AGENT,
        "Helpdesk.Lead": _AGENT | {Permission.COUNTS_VIEW, Permission.LICENSES_VIEW},
        "Connector.Admin": frozenset({Permission.CONNECTOR_READ, Permission.CONNECTOR_UPDATE}),
        "Auditor": frozenset({Permission.AUDIT_VIEW}),
    }
)
"""The dashboard's own roles and what each grants; by default these are also the app roles."""


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
INTUNE_ADMINISTRATOR = "3a2c62db-5318-420d-8d74-23affee5d9d5"

ADMINISTRATOR = frozenset(Permission) - {Permission.INCIDENTS_WRITE}
"""What an administrator of the directory may do; writing incidents is off everywhere unless an app role grants it."""

INTUNE_ACTIONS: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "Microsoft.Intune_ServiceNow_UpdateConnector": frozenset(
            {Permission.CONNECTOR_UPDATE, Permission.CONNECTOR_READ}
        ),
        "Microsoft.Intune_ServiceNow_ViewIncidents": frozenset(
            {Permission.INCIDENTS_VIEW, Permission.USERS_SEARCH, Permission.CONNECTOR_READ}
        ),
        "Microsoft.Intune_Organization_Read": frozenset({Permission.INCIDENTS_VIEW, Permission.USERS_SEARCH}),
        "Microsoft.Intune_ManagedDevices_Read": frozenset({Permission.DEVICES_VIEW}),
    }
)
"""Resource actions of Intune's own roles and what each grants here.

Source: https://learn.microsoft.com/mem/intune/remote-actions/servicenow-integration (permissions of the connector),
https://learn.microsoft.com/graph/api/intune-rbac-rbacapplicationmultiple-geteffectivepermissions.
"""


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
