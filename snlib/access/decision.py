"""The decision: may this agent do that, and why."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.agent import Agent
from snlib.permissions import ADMINISTRATOR, INTUNE_ACTIONS, Permission
from snlib.settings import DEFAULT_POLICY, AccessPolicy

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
    """Whether something is allowed; and what grants it, or what is missing and who can grant it, in a sentence."""

    allowed: bool
    reason: str


def decide(agent: Agent | None, permission: str, policy: AccessPolicy = DEFAULT_POLICY) -> Decision:
    """Return whether ``agent`` holds ``permission``: no without an agent, and no for an unknown permission."""
    if agent is None:
        return Decision(allowed=False, reason="Sign in to continue.")
    try:
        requested = Permission(permission)
    except ValueError:
        return Decision(allowed=False, reason="There is no such permission, so nobody has it.")
    for role in policy.roles_granting(requested):
        if role in agent.roles:
            return Decision(allowed=True, reason=f"Granted by the app role {role}.")
    if requested in ADMINISTRATOR:
        for wid, name in policy.directory_roles.items():
            if wid in agent.wids:
                return Decision(allowed=True, reason=f"Granted by the directory role {name}.")
    for action in policy.actions_granting(requested):
        if action in agent.granted:
            return Decision(allowed=True, reason=f"Granted by the Intune permission {action}.")
    reason = f"{_REFUSALS[requested]} {_remedy(requested, policy)}"
    return Decision(allowed=False, reason=" ".join(filter(None, (reason, claims_left_out(agent)))))


def claims_left_out(agent: Agent) -> str:
    """Return a sentence about the claims that the provider left out of the agent's ID token, empty without any."""
    if not agent.overage:
        return ""
    return (
        f"Your sign-in came without the claim {', '.join(sorted(agent.overage))}, because it has too many values; "
        "what it grants is missing here. An administrator can have only the groups sent that are assigned to the "
        "application, or assign you an app role."
    )


def roles_of(agent: Agent, policy: AccessPolicy = DEFAULT_POLICY) -> tuple[str, ...]:
    """Return the names of the agent's roles that grant something here, administrator roles first; none for a member."""
    named = [name for wid, name in policy.directory_roles.items() if wid in agent.wids]
    intune = ["Intune role"] if policy.intune_permissions and agent.granted & set(INTUNE_ACTIONS) else []
    return (*named, *(role for role in policy.app_roles if role in agent.roles), *intune)


def granted_by(permission: Permission, policy: AccessPolicy) -> str:
    """Return what grants the permission, such as "the app role Auditor or the Intune Administrator role"; else empty.

    Global Administrator grants the same as Intune Administrator but is not named: nobody should be sent to ask for it.
    """
    roles = policy.roles_granting(permission)
    choices = [f"the app role {', '.join(roles)}"] if roles else []
    if permission in ADMINISTRATOR:
        choices.append("the Intune Administrator role")
    choices += [f"the Intune permission {action}" for action in policy.actions_granting(permission)]
    return " or ".join(choices)


def _remedy(permission: Permission, policy: AccessPolicy) -> str:
    found = granted_by(permission, policy)
    return f"Ask an administrator for {found}." if found else "No role grants this."
