"""What a call of Microsoft Graph is about: the sentences for its refusals name it, and the permission to ask for.

Permissions: https://learn.microsoft.com/graph/permissions-reference. With a token of the agent's own the agent's roles
count as well, so the sentences speak of both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """The sentences of one kind of question: for 404, for 403, and for 400 and similar (with ``{status}``)."""

    missing: str
    forbidden: str
    rejected: str = "Microsoft Graph could not understand this question (HTTP {status})."


def _forbidden(what: str, permission: str) -> str:
    return (
        f"Microsoft Graph does not let the dashboard read {what} (HTTP 403). Ask an administrator to grant its "
        f"application the permission {permission} with admin consent"
    )


PEOPLE = Subject(
    missing="This person is not in the directory: removed, or the address is wrong.",
    forbidden=_forbidden("people", "User.Read.All") + ".",
    rejected="Microsoft Graph could not understand this search (HTTP {status}). Try other words.",
)
PHOTOS = Subject(missing="This person has no photo.", forbidden=_forbidden("photos", "User.Read.All") + ".")
GROUPS = Subject(missing=PEOPLE.missing, forbidden=_forbidden("groups", "GroupMember.Read.All") + ".")
DEVICES = Subject(
    missing="Intune does not know this device: removed, or the address is wrong.",
    forbidden=_forbidden("devices", "DeviceManagementManagedDevices.Read.All")
    + ", and to give you an Intune role that reads managed devices.",
)
LICENCES = Subject(
    missing="Microsoft Graph knows no licences of this tenant.",
    forbidden=_forbidden("licences", "Organization.Read.All") + ".",
)
INTUNE_ROLES = Subject(
    missing="Microsoft Graph does not say which Intune permissions you have.",
    forbidden=_forbidden("Intune permissions", "DeviceManagementRBAC.Read.All") + ".",
)
CONNECTORS = Subject(
    missing="Intune has no ServiceNow connector.",
    forbidden=_forbidden("Intune's ServiceNow connector", "DeviceManagementConfiguration.Read.All")
    + ", and to give you an Intune role that reads the organization.",
)
