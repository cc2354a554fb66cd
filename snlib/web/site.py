"""What routes and middleware share: how the process runs, and its services once they are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from snlib.helpdesk.remote import describe
from snlib.web.sign_in.cookies import Cookies, session_name

# What takes long to import is imported where it is used: the server listens before.
if TYPE_CHECKING:
    from snlib.agent import Agent
    from snlib.helpdesk.desk import Desk
    from snlib.helpdesk.services import Services
    from snlib.settings import Settings
    from snlib.web.sign_in.oidc import Oidc
    from snlib.web.startup import Plan


class Site:
    """The dashboard as its routes see it.

    Args:
        plan: How the process runs.
        services: Gives the process's services; asked at each request, as they exist only once the server has started.
        content_security_policy: The policy of pages that do not bring their own.

    Attributes:
        ready: Set once the services are there and all that takes long to import is imported.
    """

    def __init__(self, plan: Plan, services: Callable[[], Services], *, content_security_policy: str) -> None:
        self.plan = plan
        self._services = services
        self.content_security_policy = content_security_policy
        self.ready = asyncio.Event()
        self.held_seconds = 20.0

    async def is_ready(self) -> bool:
        """Wait until the process is ready, at most `held_seconds`, and return whether it is."""
        try:
            await asyncio.wait_for(self.ready.wait(), self.held_seconds)
        except TimeoutError:
            return False
        return True

    @property
    def services(self) -> Services:
        """The process's services.

        Raises:
            ConfigurationError: The server has not finished starting.
        """
        return self._services()

    @property
    def settings(self) -> Settings:
        """The process's settings; raises as `services`."""
        return self.services.settings

    @cached_property
    def cookies(self) -> Cookies:
        """Our cookies, with the flags that fit the public URL."""
        return Cookies(
            self.plan.public_url,
            secret=self.settings.cookie_secret.get_secret_value(),
            session_seconds=int(self.settings.session_absolute_hours * 3600),
        )

    @cached_property
    def oidc(self) -> Oidc:
        """The client of the OIDC provider."""
        from snlib.web.sign_in.oidc import Oidc

        network = self.services.transport.network
        return Oidc(self.settings.oidc, redirect_uri=f"{self.plan.public_url}/login/callback", network=network)

    def session_cookie(self, connection: HTTPConnection) -> str:
        """Return the session cookie's value, empty when there is none."""
        return connection.cookies.get(session_name(self.plan.public_url), "")

    def agent(self, connection: HTTPConnection) -> Agent | None:
        """Return who is signed in by the connection's cookie, None for nobody. Reads the database: not for the loop."""
        value = self.session_cookie(connection)
        return self.services.sessions.find(value) if value else None

    def desk(self, connection: HTTPConnection) -> Desk | None:
        """Return the desk of whoever is signed in by the connection's cookie, None for nobody; as `agent`."""
        from snlib.helpdesk.desk import open_desk
        from snlib.sessions import session_id_of

        value = self.session_cookie(connection)
        return open_desk(self.services, session_id_of(value), remote=self.remote(connection)) if value else None

    def remote(self, connection: HTTPConnection) -> str:
        """Return from where a request came: the address as the server (or a trusted proxy) sees it, and the browser."""
        return describe(connection.client.host if connection.client else None, connection.headers.get("user-agent"))
