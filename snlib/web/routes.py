"""The dashboard's own addresses, and the middleware around everything, in order.

The server listens before it is ready: a request to most of our addresses is held until then, and only then is imported
what answers it.
"""

from __future__ import annotations

import logging
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, request_response
from starlette.types import Receive, Scope, Send

from snlib.errors import SnlibError
from snlib.web.edge.gate import Gate
from snlib.web.edge.html import page
from snlib.web.edge.last_resort import LastResort
from snlib.web.edge.security_headers import SecurityHeaders
from snlib.web.sign_in.trusted_headers import TrustedHeaders
from snlib.web.site import Site

if TYPE_CHECKING:
    from snlib.web.handlers import Handler

_log = logging.getLogger(__name__)

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

OTHER_NAMES = {
    "/home": "/",
    **dict.fromkeys(("/incident_counts", "/incident-counts"), "/counts"),
    **dict.fromkeys(("/servicenow_connector", "/servicenow-connector"), "/connector"),
    "/access-log": "/access_log",
    **dict.fromkeys(("/your_access", "/your-access"), "/access"),
}
"""What people type for a page by what the navigation calls it, and the page's address."""


def routes(site: Site, *, icon: Path) -> list[BaseRoute]:
    """Return the routes that are answered before Streamlit's; ``icon`` takes the place of its own."""
    held = Held(site)
    return [
        Route("/healthz", partial(healthz, site), methods=["GET"]),
        Route("/favicon.png", lambda _request: FileResponse(icon), methods=["GET"]),
        *(Route(path, held, methods=["GET"]) for path in HELD),
        *(Route(path, partial(sent_on, page), methods=["GET"]) for path, page in OTHER_NAMES.items()),
    ]


def sent_on(address: str, request: Request) -> Response:
    """Send a browser on to a page's own address, with the query."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(address + query, 307, {"Cache-Control": "no-store"})


def healthz(site: Site, _request: Request) -> Response:
    """Answer a load balancer 200 once the process has started and while the database answers, else 503; no more."""
    status = "ok" if site.ready.is_set() else "starting"
    if status == "ok":
        try:
            site.services.sessions.find_by_id("0" * 64, touch=False)  # nobody's
        except SnlibError as error:
            _log.error("not healthy: %s", error)
            status = "unavailable"
    return JSONResponse({"status": status}, 200 if status == "ok" else 503, {"Cache-Control": "no-store"})


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
