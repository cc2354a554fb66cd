"""One agent at the helpdesk: who asks, and whether he may."""

from __future__ import annotations

from dataclasses import dataclass

from snlib.access import Decision, decide
from snlib.agent import Agent
from snlib.errors import PermissionDenied
from snlib.helpdesk.services import Services


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent with the process's services; every question and every action starts from one."""

    services: Services
    agent: Agent

    def may(self, permission: str) -> Decision:
        """Return whether the agent holds ``permission``, and why."""
        return decide(self.agent, permission)

    def require(self, permission: str, *, action: str, target: str = "") -> None:
        """Stop here unless the agent holds ``permission``; a refusal is written to the audit log.

        Raises:
            PermissionDenied: With the reason, and who can grant it.
        """
        decision = self.may(permission)
        if not decision.allowed:
            self.note(action, target=target, outcome="refused", detail=permission)
            raise PermissionDenied(permission, decision.reason)

    def note(self, action: str, *, target: str = "", outcome: str = "ok", detail: str = "") -> None:
        """Write what the agent did to the audit log."""
        self.services.audit.record(self.agent, action, target=target, outcome=outcome, detail=detail)
