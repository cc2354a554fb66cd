"""What the signed-in agent may do, permission by permission; everybody may read this about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from snlib.access import Decision, Permission
from snlib.helpdesk.desk import Desk


def decisions(desk: Desk) -> dict[Permission, Decision]:
    """Return each permission with its answer and the reason, in the order of `Permission`."""
    return {permission: desk.may(permission) for permission in Permission}


def unknown_roles(desk: Desk) -> tuple[str, ...]:
    """Return the agent's app roles that grant nothing here: most often a typing error in the app registration."""
    return tuple(sorted(desk.agent.roles - set(desk.policy.app_roles)))


def session_ends_at(desk: Desk) -> datetime:
    """Return when the agent must sign in again at the latest (aware UTC)."""
    return desk.agent.signed_in_at + timedelta(hours=desk.settings.session_absolute_hours)
