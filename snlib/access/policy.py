"""Which roles grant which permissions: the defaults, and how the settings change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from snlib.permissions import ROLES, Permission, permissions_of
from snlib.settings.access import AccessSettings

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
INTUNE_ADMINISTRATOR = "3a2c62db-5318-420d-8d74-23affee5d9d5"

ADMINISTRATOR = frozenset(Permission) - {Permission.INCIDENTS_WRITE}
"""What an administrator of the directory may do; only an app role can grant the writing of incidents."""

APP_ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(ROLES)
"""App roles (the ``roles`` claim) and what each grants, where the settings name no others."""

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


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Which roles grant which permissions.

    Attributes:
        app_roles: App roles (values of the ``roles`` claim) and what each grants.
        global_administrator: Global Administrator grants what Intune Administrator does.
        intune_permissions: Intune's own role permissions count.
        claim: The claim that holds the roles with another provider; empty for Microsoft Entra.
        claim_roles: Values of that claim and the app roles they give.
        refuse_guests: Guests of the directory are refused at sign-in.
    """

    app_roles: Mapping[str, frozenset[Permission]] = field(default_factory=lambda: APP_ROLES)
    global_administrator: bool = True
    intune_permissions: bool = False
    claim: str = ""
    claim_roles: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    refuse_guests: bool = False

    @property
    def directory_roles(self) -> dict[str, str]:
        """Directory role template ids (the ``wids`` claim) that make an administrator here, with their names.

        Every other id grants nothing, including the one that all members have (``b79fbf4d-…``).
        Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
        """
        named = {INTUNE_ADMINISTRATOR: "Intune Administrator"}
        return {GLOBAL_ADMINISTRATOR: "Global Administrator", **named} if self.global_administrator else named

    def roles_granting(self, permission: Permission) -> tuple[str, ...]:
        """Return the app roles that grant ``permission``, in the order of the settings."""
        return tuple(role for role, granted in self.app_roles.items() if permission in granted)

    def actions_granting(self, permission: Permission) -> tuple[str, ...]:
        """Return the Intune permissions that grant ``permission``; none where they do not count."""
        if not self.intune_permissions:
            return ()
        return tuple(action for action, granted in INTUNE_ACTIONS.items() if permission in granted)


DEFAULT_POLICY = AccessPolicy()
"""The policy without any setting."""


@lru_cache(maxsize=8)
def policy_of(settings: AccessSettings) -> AccessPolicy:
    """Return the policy that the settings describe."""
    configured = {
        role: frozenset[Permission]().union(*(permissions_of(name) for name in names))
        for role, names in settings.app_roles
    }
    return AccessPolicy(
        app_roles=MappingProxyType(configured) if configured else APP_ROLES,
        global_administrator=settings.global_administrator,
        intune_permissions=settings.intune_permissions,
        claim=settings.claim,
        claim_roles=MappingProxyType({value: frozenset(roles) for value, roles in settings.claim_roles}),
        refuse_guests=settings.refuse_guests,
    )
