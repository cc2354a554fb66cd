"""One agent at the helpdesk: who asks, and whether he may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from snlib.access import Decision, Permission, decide, roles_of
from snlib.agent import Agent
from snlib.errors import PermissionDenied, SnlibError
from snlib.graph import intune
from snlib.helpdesk.services import Services

SESSION_ENDED = "Your session has ended, so nothing was done. Reload the page to sign in again."


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent with the process's services; every question and every action starts from one.

    Attributes:
        remote: From where the agent asks, for the access log (`snlib.helpdesk.remote.describe`).
    """

    services: Services
    agent: Agent
    remote: str = ""

    def may(self, permission: str) -> Decision:
        """Return whether the agent holds ``permission``, and why.

        Intune's own permissions are asked for only where they count and nothing else grants it.
        """
        policy = self.services.policy
        decision = decide(self.agent, permission, policy)
        if decision.allowed or permission not in set(Permission) or not policy.actions_granting(Permission(permission)):
            return decision
        return decide(self._with_intune(), permission, policy)

    def roles(self) -> tuple[str, ...]:
        """Return the names of the agent's roles that grant something here; none for a member."""
        policy = self.services.policy
        return roles_of(self._with_intune() if policy.intune_permissions else self.agent, policy)

    def require(self, *permissions: str, action: str, target: str = "") -> None:
        """Stop here unless the session lasts and the agent holds one of ``permissions``; a refusal is written down.

        The session is read again from the database: a button's effect and a part of the page that runs alone start
        here, without the check at the top of the page, and the agent may have signed out in another tab since.

        Raises:
            PermissionDenied: With the reason, and who can grant the last of ``permissions``.
        """
        permission = permissions[-1]
        if self.services.sessions.find_by_id(self.agent.session_id) is None:
            self.note(action, target=target, outcome="refused", detail="session ended")
            raise PermissionDenied(permission, SESSION_ENDED)
        decisions = [self.may(one) for one in permissions]
        if not any(decision.allowed for decision in decisions):
            self.note(action, target=target, outcome="refused", detail=permission)
            raise PermissionDenied(permission, decisions[-1].reason)

    def note(
        self, action: str, *, target: str = "", target_name: str = "", outcome: str = "ok", detail: str = ""
    ) -> None:
        """Write what the agent did to the access log; ``target_name`` is a person's name, where it is about one."""
        self.services.audit.record(
            self.agent,
            action,
            target=target,
            target_name=target_name,
            outcome=outcome,
            detail=detail,
            remote=self.remote,
        )

    @contextmanager
    def failure_noted(self, action: str, *, target: str = "", target_name: str = "") -> Iterator[None]:
        """Write an error of ours that leaves the block to the access log, by its kind; it passes on."""
        try:
            yield
        except SnlibError as error:
            self.note(action, target=target, target_name=target_name, outcome="failed", detail=type(error).__name__)
            raise

    def _with_intune(self) -> Agent:
        """Return the agent with the Intune permissions that Microsoft Graph tells of him."""
        services = self.services

        def ask() -> frozenset[str]:
            return intune.effective_permissions(services.graph_for(self.agent))

        return replace(self.agent, granted=services.intune_permissions.of(self.agent, ask))
