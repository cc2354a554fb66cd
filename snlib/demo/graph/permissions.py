"""Which permissions open what (intune-graph facts, 3.7): any one of a set is enough, delegated or the application's.

Those for users, ``READ_ALL`` and narrower ones, are in ``bearer``.
"""

from __future__ import annotations

from snlib.demo.graph.call import Call
from snlib.demo.graph.errors import intune_denied, intune_error
from snlib.demo.graph.intune.roles import actions_of

_DIRECTORY = {"Directory.Read.All", "Directory.ReadWrite.All"}

GROUPS = frozenset({"GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All"} | _DIRECTORY)
ROLES = frozenset({"RoleManagement.Read.Directory", "RoleManagement.Read.All"} | _DIRECTORY)
ORGANIZATION = frozenset(
    {"Organization.Read.All", "Organization.ReadWrite.All", "LicenseAssignment.Read.All"} | _DIRECTORY
)
LICENCES = frozenset({"LicenseAssignment.Read.All", "User.Read.All", "User.ReadWrite.All"} | _DIRECTORY)
DEVICES = frozenset({"DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All"})
CONFIGURATION_WRITE = frozenset({"DeviceManagementConfiguration.ReadWrite.All"})
CONFIGURATION = frozenset({"DeviceManagementConfiguration.Read.All"} | CONFIGURATION_WRITE)
INTUNE_RIGHTS = frozenset({"DeviceManagementRBAC.Read.All", "DeviceManagementRBAC.ReadWrite.All"} | CONFIGURATION)


def require_intune(call: Call, any_of: frozenset[str], action: str = "") -> None:
    """Refuse a call of Intune without the permission.

    With the switch ``intune_rbac`` a delegated token also needs the person's own right ``action`` in Intune.

    Raises:
        GraphError: 403, with Intune's message.
    """
    if not call.caller.permissions & any_of:
        raise intune_denied(any_of, call.path)
    if not (action and call.instance.switches.intune_rbac and call.caller.person_id):
        return
    if action not in actions_of(call.instance, call.caller.person_id):
        text = f"User is not authorized to perform this operation: {action}"
        raise intune_error(403, "Forbidden", text, call.path)
