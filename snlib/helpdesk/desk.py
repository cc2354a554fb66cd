"""One agent at the helpdesk: who they are, what they may do, and what is logged of each act.

The process's services are reached only through a permit, which only `Desk.act` gives: no code can ask a service without
a permission check.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from snlib.access import AccessPolicy, Decision, Permission, decide, roles_of
from snlib.agent import Agent
from snlib.directory import Person
from snlib.errors import PermissionDenied, SnlibError
from snlib.graph import intune
from snlib.helpdesk.acts import Act
from snlib.helpdesk.service import Service, graph_of, servicenow_of
from snlib.helpdesk.services import Services
from snlib.settings import Settings

SESSION_ENDED = "Your session has ended, so nothing was done. Sign in again."


@dataclass(frozen=True, slots=True)
class Target:
    """The target of an act that is no person: a key, and a name where it has one."""

    id: str
    name: str = ""


_NOTHING = Target("")
About = Person | Target
"""Whom or what an act is about."""


@dataclass(slots=True)
class Permit:
    """An allowed act in progress: it gives access to the services and holds what is logged at its end.

    Attributes:
        about: Logged at the end, as are ``outcome`` (``ok`` or ``failed``) and ``detail``, a few words, never a secret.
        quiet: Nothing is logged at the end.
    """

    desk: Desk
    services: Services
    about: About
    outcome: str = "ok"
    detail: str = ""
    quiet: bool = False

    @property
    def agent(self) -> Agent:
        """Who acts."""
        return self.desk.agent

    def note(self, act: Act, about: About = _NOTHING, *, outcome: str = "ok", detail: str = "") -> None:
        """Write a separate line to the access log."""
        self.services.audit.record(
            self.agent,
            act.key,
            target=about.id,
            target_name=about.name,
            outcome=outcome,
            detail=detail,
            remote=self.desk.remote,
        )


class Desk:
    """An agent with what the database held about them at the start of a run; see `open_desk`.

    ``remote`` is the client's address and browser, for the access log (`snlib.helpdesk.remote.describe`).
    """

    def __init__(
        self, services: Services, agent: Agent, *, servicenow: Service, graph: Service, remote: str = ""
    ) -> None:
        self._services = services
        self.agent = agent
        self.servicenow = servicenow
        self.graph = graph
        self.remote = remote

    @property
    def key(self) -> str:
        """Identifies the sign-in, the settings and both tokens; an answer is shown again only under the same key."""
        return f"{self.agent.session_id}|{self.servicenow.key}|{self.graph.key}"

    @property
    def settings(self) -> Settings:
        """The process's settings."""
        return self._services.settings

    @property
    def policy(self) -> AccessPolicy:
        """Which roles grant which permissions."""
        return self.settings.access

    @property
    def redirect_uri(self) -> str:
        """The redirect URL to register in ServiceNow."""
        return self._services.redirect_uri

    @property
    def directory(self) -> Service:
        """The service in which people are looked up."""
        return self.servicenow if self.settings.directory == "servicenow" else self.graph

    def now(self) -> datetime:
        """Return the current time; aware UTC."""
        return self._services.clock()

    def may(self, permission: str) -> Decision:
        """Return whether the agent holds ``permission``, and why.

        Microsoft Graph is asked for Intune's own permissions only where they count and nothing else grants it.
        """
        decision = decide(self.agent, permission, self.policy)
        known = permission in set(Permission) and self.policy.actions_granting(Permission(permission))
        return decide(self._with_intune(), permission, self.policy) if known and not decision.allowed else decision

    def roles(self) -> tuple[str, ...]:
        """Return the names of the agent's roles that grant something here; none for a member."""
        return roles_of(self._with_intune() if self.policy.intune_permissions else self.agent, self.policy)

    @contextmanager
    def act(self, act: Act, about: About = _NOTHING) -> Iterator[Permit]:
        """Check the permission for one act, give the permit to the block, and log the act at the end.

        The session is read again from the database, because the agent may have signed out in another tab since: a
        button's callback and a fragment of the page start here. A refusal is logged, and so is an error that leaves the
        block, which is then raised.

        Raises:
            PermissionDenied: With the reason, and who can grant the last of the act's permissions.
            StoreError: The database did not answer, or the act could not be logged.
        """
        permit = Permit(self, self._services, about, quiet=act.quiet)
        self._check(act, permit)
        try:
            yield permit
        except BaseException as error:
            if not permit.quiet:
                # A click stops a page that still reads: what was read until then was read.
                detail = type(error).__name__ if isinstance(error, SnlibError) else "interrupted"
                permit.note(act, permit.about, outcome="failed", detail=detail)
            raise
        if not permit.quiet:
            permit.note(act, permit.about, outcome=permit.outcome, detail=permit.detail)

    def open_page(self, permission: str) -> Decision:
        """Return whether the agent may open a page that needs ``permission``; a refusal is logged."""
        decision = self.may(permission)
        if not decision.allowed:
            Permit(self, self._services, _NOTHING).note(Act.PAGE_OPEN, outcome="refused", detail=permission)
        return decision

    def _check(self, act: Act, permit: Permit) -> None:
        missing = act.permissions[-1] if act.permissions else ""
        if self._services.sessions.find_by_id(self.agent.session_id) is None:
            permit.note(act, permit.about, outcome="refused", detail="session ended")
            raise PermissionDenied(missing, SESSION_ENDED)
        decisions = [self.may(one) for one in act.permissions]
        if decisions and not any(decision.allowed for decision in decisions):
            permit.note(act, permit.about, outcome="refused", detail=missing)
            raise PermissionDenied(missing, decisions[-1].reason)

    def _with_intune(self) -> Agent:
        """Return the agent with the Intune permissions that Microsoft Graph reports for them."""
        services, agent = self._services, self.agent
        granted = services.intune_permissions.of(agent, lambda: intune.effective_permissions(services.graph_for(agent)))
        return replace(agent, granted=granted)


def open_desk(services: Services, session_id: str, *, remote: str = "") -> Desk | None:
    """Return the desk of a session (`Agent.session_id`), None when it is unknown, ended or expired.

    Session, connector and the outlines of the agent's tokens are read in one transaction.

    Raises:
        StoreError: The database did not answer.
    """
    found = services.sessions.open(
        session_id,
        lambda connection, agent: (
            services.connector.read(connection),
            services.tokens.outlines(connection, agent.key),
        ),
    )
    if found is None:
        return None
    agent, (connector, tokens) = found
    return Desk(
        services,
        agent,
        servicenow=servicenow_of(services, agent, connector, tokens),
        graph=graph_of(services, agent, tokens),
        remote=remote,
    )
