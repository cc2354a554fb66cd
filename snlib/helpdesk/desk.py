"""One agent at the helpdesk: who asks, what they may, and what each act leaves in the access log.

The process's services are reached through a permit only, and a permit is given by `Desk.act` only: a question without a
permission cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from snlib.access import AccessPolicy, Decision, Permission, decide, roles_of
from snlib.agent import Agent
from snlib.errors import PermissionDenied, SnlibError
from snlib.graph import intune
from snlib.helpdesk.acts import Act
from snlib.helpdesk.service import Service, graph_of, servicenow_of
from snlib.helpdesk.services import Services
from snlib.settings import Settings

SESSION_ENDED = "Your session has ended, so nothing was done. Reload the page to sign in again."


class About(Protocol):
    """Whom an act is about: a person, or anybody with a key and a name."""

    @property
    def id(self) -> str:
        """The key."""
        ...

    @property
    def name(self) -> str:
        """The name; may be empty."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is about, where it is no person: a key, and a name where there is one."""

    id: str
    name: str = ""


_NOTHING = Target("")


@dataclass(slots=True)
class Permit:
    """An act that was allowed and is under way: the way to the process's services, and what is written down at its end.

    Attributes:
        desk: Who acts.
        services: What the act is done with.
        about: Whom or what the act is about; may become known on the way.
        outcome: Written down at the end: ``ok`` or ``failed``.
        detail: Written down at the end: a few words, never a secret.
        quiet: Nothing is written down at the end.
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
        """Write a line of its own to the access log.

        Raises:
            StoreError: Not written.
        """
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

    Args:
        services: The process's services.
        agent: Who is signed in.
        servicenow: ServiceNow as it stands for the agent.
        graph: Microsoft Graph as it stands for the agent.
        remote: From where the agent asks, for the access log (`snlib.helpdesk.remote.describe`).
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
        """Names the sign-in, the settings and both tokens; what was read is shown again only under the same key."""
        return f"{self.agent.session_id}|{self.servicenow.key}|{self.graph.key}"

    @property
    def settings(self) -> Settings:
        """The process's settings."""
        return self._services.settings

    @property
    def policy(self) -> AccessPolicy:
        """What grants what."""
        return self._services.policy

    @property
    def redirect_uri(self) -> str:
        """The redirect URL to register in ServiceNow."""
        return self._services.redirect_uri

    @property
    def directory(self) -> Service:
        """The service that people are looked up in."""
        return self.servicenow if self.settings.directory == "servicenow" else self.graph

    def now(self) -> datetime:
        """Return the present; aware UTC."""
        return self._services.clock()

    def may(self, permission: str) -> Decision:
        """Return whether the agent holds ``permission``, and why.

        Intune's own permissions are asked for only where they count and nothing else grants it.
        """
        decision = decide(self.agent, permission, self.policy)
        known = permission in set(Permission) and self.policy.actions_granting(Permission(permission))
        return decide(self._with_intune(), permission, self.policy) if known and not decision.allowed else decision

    def roles(self) -> tuple[str, ...]:
        """Return the names of the agent's roles that grant something here; none for a member."""
        return roles_of(self._with_intune() if self.policy.intune_permissions else self.agent, self.policy)

    @contextmanager
    def act(self, act: Act, about: About = _NOTHING) -> Iterator[Permit]:
        """Give the permit for one act: decide, let it be done, write it down.

        The session is read again from the database: a button's effect and a part of the page that runs alone start
        here, and the agent may have signed out in another tab since. A refusal, and an error that leaves the block, are
        written down; the error passes on.

        Raises:
            PermissionDenied: With the reason, and who can grant the last of the act's permissions.
            StoreError: The database did not answer, or the line could not be written.
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
        """Return whether the agent may open a page that needs ``permission``; a refusal is written down."""
        decision = self.may(permission)
        if not decision.allowed:
            permit = Permit(self, self._services, _NOTHING)
            permit.note(Act.PAGE_OPEN, outcome="refused", detail=permission)
        return decision

    def _check(self, act: Act, permit: Permit) -> None:
        wanted = act.permissions[-1] if act.permissions else ""
        if self._services.sessions.find_by_id(self.agent.session_id) is None:
            permit.note(act, permit.about, outcome="refused", detail="session ended")
            raise PermissionDenied(wanted, SESSION_ENDED)
        decisions = [self.may(one) for one in act.permissions]
        if decisions and not any(decision.allowed for decision in decisions):
            permit.note(act, permit.about, outcome="refused", detail=wanted)
            raise PermissionDenied(wanted, decisions[-1].reason)

    def _with_intune(self) -> Agent:
        """Return the agent with the Intune permissions that Microsoft Graph reports for them."""
        services = self._services

        def ask() -> frozenset[str]:
            return intune.effective_permissions(services.graph_for(self.agent))

        return replace(self.agent, granted=services.intune_permissions.of(self.agent, ask))


def open_desk(services: Services, session_id: str, *, remote: str = "") -> Desk | None:
    """Return the desk of a session, None when it is unknown, ended or too old.

    Session, connector and the outlines of the agent's tokens are read together, in one transaction.

    Args:
        services: The process's services.
        session_id: `Agent.session_id`.
        remote: From where the agent asks.

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
