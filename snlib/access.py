"""Who may do what in the dashboard; pure.

Our roles never widen ServiceNow's: calls go out with the agent's own token. Directory role template ids:
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from snlib.agent import Agent


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


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
INTUNE_ADMINISTRATOR = "3a2c62db-5318-420d-8d74-23affee5d9d5"

_AGENT = frozenset(
    {Permission.CONNECTOR_READ, Permission.USERS_SEARCH, Permission.INCIDENTS_VIEW, Permission.DEVICES_VIEW}
)
_ADMINISTRATOR = frozenset(Permission) - {Permission.INCIDENTS_WRITE}

APP_ROLES: dict[str, frozenset[Permission]] = {
    "Helpdesk.Agent": _AGENT,
    "Helpdesk.Lead": _AGENT | {Permission.COUNTS_VIEW, Permission.LICENSES_VIEW},
    "Connector.Admin": frozenset({Permission.CONNECTOR_READ, Permission.CONNECTOR_UPDATE}),
    "Auditor": frozenset({Permission.AUDIT_VIEW}),
}
"""App roles (the ``roles`` claim) and what each grants."""

DIRECTORY_ROLES: dict[str, frozenset[Permission]] = {
    GLOBAL_ADMINISTRATOR: _ADMINISTRATOR,
    INTUNE_ADMINISTRATOR: _ADMINISTRATOR,
}
"""Directory role template ids (the ``wids`` claim) and what each grants; every other id grants nothing."""

_REFUSALS = {
    Permission.CONNECTOR_READ: "You can't see the ServiceNow connector.",
    Permission.CONNECTOR_UPDATE: "You can't change the ServiceNow connector.",
    Permission.INCIDENTS_VIEW: "You can't see incidents.",
    Permission.INCIDENTS_WRITE: "You can't change incidents.",
    Permission.USERS_SEARCH: "You can't search for people.",
    Permission.DEVICES_VIEW: "You can't see devices.",
    Permission.COUNTS_VIEW: "You can't see incident counts.",
    Permission.LICENSES_VIEW: "You can't see licences.",
    Permission.AUDIT_VIEW: "You can't see the access log.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and why.

    Attributes:
        allowed: The answer.
        reason: A sentence for the agent: the role that grants it, or what is missing and who can mend it.
    """

    allowed: bool
    reason: str


def decide(agent: Agent | None, permission: str) -> Decision:
    """Return whether ``agent`` holds ``permission``; nobody, and an unknown permission or role, get a no."""
    if agent is None:
        return Decision(allowed=False, reason="Sign in to continue.")
    try:
        wanted = Permission(permission)
    except ValueError:
        return Decision(allowed=False, reason="The dashboard knows no such permission, so nobody has it.")
    granting = sorted(role for role in agent.roles if wanted in APP_ROLES.get(role, frozenset()))
    if granting:
        return Decision(allowed=True, reason=f"Granted by the app role {granting[0]}.")
    if any(wanted in DIRECTORY_ROLES.get(wid, frozenset()) for wid in agent.wids):
        return Decision(allowed=True, reason="Granted by an administrator role of the directory.")
    return Decision(allowed=False, reason=f"{_REFUSALS[wanted]} {_remedy(wanted)}")


def roles_of(agent: Agent) -> tuple[str, ...]:
    """Return the names of the agent's roles that grant something here, administrator roles first; none for a member."""
    directory = {GLOBAL_ADMINISTRATOR: "Global Administrator", INTUNE_ADMINISTRATOR: "Intune Administrator"}
    named = [name for wid, name in directory.items() if wid in agent.wids]
    return (*named, *(role for role in APP_ROLES if role in agent.roles))


def _remedy(permission: Permission) -> str:
    """Name every app role that grants the permission, and the Intune Administrator role where it does.

    Global Administrator grants the same but is not named: nobody should be sent to ask for it.
    """
    names = [role for role, granted in APP_ROLES.items() if permission in granted]
    choices = f"the app role {', '.join(names)}" if names else ""
    if permission in DIRECTORY_ROLES[INTUNE_ADMINISTRATOR]:
        choices += " or the Intune Administrator role" if choices else "the Intune Administrator role"
    return f"Ask an administrator for {choices}." if choices else "No role grants this."
