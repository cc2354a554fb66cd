"""The dashboard's own addresses, and the middleware around everything, in order.

The server listens before it is ready: a request to most of our addresses is held until then, and only then is imported
what answers it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route, request_response
from starlette.types import Receive, Scope, Send

from snlib.web.edge.gate import Gate
from snlib.web.edge.html import page
from snlib.web.edge.last_resort import LastResort
from snlib.web.edge.security_headers import SecurityHeaders
from snlib.web.health import Health
from snlib.web.sign_in.trusted_headers import TrustedHeaders
from snlib.web.site import Site

if TYPE_CHECKING:
    from snlib.web.handlers import Handler

HELD = (
    "/login",
    "/login/callback",
    "/logout",
    "/signed-out",
    "/servicenow/connect",
    "/servicenow/callback",
    "/graph/connect",
    "/graph/callback",
    "/export/access-log",
)
"""The addresses that `snlib.web.handlers` answers."""


def routes(site: Site, *, icon: Path) -> list[BaseRoute]:
    """Return the routes that are answered before Streamlit's.

    Args:
        site: The dashboard.
        icon: The picture that stands for it in the browser's tab, in the place of Streamlit's.
    """
    held = Held(site)
    return [
        Route("/healthz", Health(site).healthz, methods=["GET"]),
        Route("/favicon.png", lambda _request: FileResponse(icon), methods=["GET"]),
        *(Route(path, held, methods=["GET"]) for path in HELD),
    ]


def middleware(site: Site) -> list[Middleware]:
    """Return the middleware, outermost first: headers also complete what the gate refuses and what fails."""
    return [
        Middleware(SecurityHeaders, site=site),
        Middleware(LastResort),
        Middleware(Gate, site=site),
        Middleware(TrustedHeaders, site=site),
    ]


class Held:
    """ASGI application of the addresses in `HELD`: answers once the dashboard is ready."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def _handlers(self) -> dict[str, Handler]:
        from snlib.web.handlers import handlers

        return handlers(self._site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say that it takes longer than anybody would wait."""
        if await self._site.is_ready():
            await request_response(self._handlers[scope["path"]])(scope, receive, send)
            return
        # A link, no reload: a reload would hide that another site sent the browser here.
        answer = page(
            "The dashboard is starting",
            "It has just been started and is not ready yet. Please try again in a moment.",
            links={"Go to the dashboard": "/"},
            status_code=503,
        )
        await answer(scope, receive, send)
