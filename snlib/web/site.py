"""What routes and middleware share: the process's services and what follows from its settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from snlib.agent import Agent
from snlib.settings import Settings
from snlib.web.cookies import Cookies
from snlib.web.oidc import Oidc

if TYPE_CHECKING:
    from snlib.helpdesk.services import Services


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
