"""What routes and middleware share: the process's services and what follows from its settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from starlette.requests import HTTPConnection

from snlib.agent import Agent
from snlib.helpdesk.desk import Desk, open_desk
from snlib.helpdesk.remote import describe
from snlib.helpdesk.services import Services
from snlib.sessions import session_id_of
from snlib.settings import Settings
from snlib.web.sign_in.cookies import Cookies
from snlib.web.sign_in.oidc import Oidc


class Site:
    """The dashboard as its routes see it.

    Args:
        services: Gives the process's services; asked at each request, as they exist only once the server has started.
        content_security_policy: The policy of pages that do not bring their own.
    """

    def __init__(self, services: Callable[[], Services], *, content_security_policy: str) -> None:
        self._services = services
        self.content_security_policy = content_security_policy

    @property
    def services(self) -> Services:
        """The process's services.

        Raises:
            ConfigurationError: The server has not finished starting.
        """
        return self._services()

    @property
    def settings(self) -> Settings:
        """The process's settings."""
        return self.services.settings

    @property
    def https(self) -> bool:
        """Whether people reach the dashboard by https."""
        return self.settings.public_url.startswith("https://")

    @cached_property
    def cookies(self) -> Cookies:
        """Our cookies, with the flags that fit the public URL."""
        return Cookies(
            https=self.https,
            secret=self.settings.cookie_secret.get_secret_value(),
            session_seconds=int(self.settings.session_absolute_hours * 3600),
        )

    @cached_property
    def oidc(self) -> Oidc:
        """The client of the OIDC provider."""
        return Oidc(self.settings.oidc, redirect_uri=f"{self.settings.public_url}/login/callback")

    def agent(self, connection: HTTPConnection) -> Agent | None:
        """Return who is signed in by the connection's cookie, None for nobody. Reads the database: not for the loop.

        Raises:
            StoreError: The database cannot answer.
        """
        value = self.cookies.session(connection)
        return self.services.sessions.find(value) if value else None

    def desk(self, connection: HTTPConnection) -> Desk | None:
        """Return the desk of whoever is signed in by the connection's cookie, None for nobody; as `agent`."""
        value = self.cookies.session(connection)
        return open_desk(self.services, session_id_of(value), remote=self.remote(connection)) if value else None

    def remote(self, connection: HTTPConnection) -> str:
        """Return from where a request came: the address as the server (or a trusted proxy) sees it, and the browser."""
        return describe(connection.client.host if connection.client else None, connection.headers.get("user-agent"))
