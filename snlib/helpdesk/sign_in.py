"""Signing in and out for the web routes: the session record, and its line in the access log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from snlib.access import admitted
from snlib.agent import Agent
from snlib.errors import PermissionDenied, SnlibError
from snlib.helpdesk.acts import Act
from snlib.helpdesk.services import Services

log = logging.getLogger(__name__)

FAILURES_A_MINUTE = 30
"""Failed sign-ins logged at most, because anybody can fail to sign in and nobody may fill the disk that way."""


def sign_in(services: Services, claims: Mapping[str, Any], *, previous_cookie: str = "", remote: str = "") -> str:
    """Start a session for a validated ID token's claims and return the session cookie's value.

    ``previous_cookie`` is the session cookie the browser still had: that session ends. ``remote`` is from
    `snlib.helpdesk.remote.describe`.

    Raises:
        SignInRequired: The claims cannot be used, or the settings refuse guests.
        StoreError: Not saved, or not logged; nobody is signed in.
    """
    who = admitted(claims, services.settings.access, provider=services.settings.oidc.provider_name)
    if previous_cookie and (before := services.sessions.find(previous_cookie)):
        services.sessions.end(before.session_id)
        services.audit.record(before, Act.SESSION_END.key, detail="signed in again", remote=remote)
    cookie, agent = services.sessions.start(
        issuer=who.issuer,
        tenant_id=who.tenant_id,
        object_id=who.object_id,
        name=who.name,
        email=who.email,
        username=who.username,
        roles=who.roles,
        wids=who.wids,
        overage=who.overage,
    )
    missing = f"without the claim {', '.join(sorted(who.overage))}" if who.overage else ""
    if missing:
        log.warning("%s signed in %s: it has too many values, so the provider left it out", agent.key, missing)
    services.audit.record(agent, Act.SESSION_START.key, detail=missing, remote=remote)
    return cookie


def sign_in_failed(services: Services, error: SnlibError, *, remote: str = "") -> None:
    """Log that a sign-in failed, and why; never raises an `SnlibError`.

    The line names no agent: it is not known who it was. Beyond thirty a minute only the process's log counts them.
    """
    try:
        since = services.clock() - timedelta(minutes=1)
        found = services.audit.count(Act.SESSION_START.key, ("failed", "refused"), since=since)
        if found >= FAILURES_A_MINUTE:
            log.warning("failed sign-in not written to the access log: %d in the last minute", found)
            return
        outcome = "refused" if isinstance(error, PermissionDenied) else "failed"
        services.audit.record(None, Act.SESSION_START.key, outcome=outcome, detail=str(error), remote=remote)
    except SnlibError as fault:
        log.warning("failed sign-in not written to the access log: %s", fault)


def sign_out(services: Services, agent: Agent, *, remote: str = "") -> None:
    """End the agent's session in every tab.

    Raises:
        StoreError: Not ended, or not logged.
    """
    services.sessions.end(agent.session_id)
    services.audit.record(agent, Act.SESSION_END.key, remote=remote)
