"""The dashboard's own addresses, and the middleware around everything, in order."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.web.connect_routes import ConnectRoutes
from snlib.web.edge.gate import Gate
from snlib.web.edge.last_resort import LastResort
from snlib.web.edge.security_headers import SecurityHeaders
from snlib.web.export_routes import ExportRoutes
from snlib.web.health import Health
from snlib.web.sign_in.login import SignIn
from snlib.web.sign_in.logout import SignOut
from snlib.web.sign_in.trusted_headers import TrustedHeaders
from snlib.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    """Return the routes that are answered before Streamlit's."""
    sign_in, sign_out, health = SignIn(site), SignOut(site), Health(site)
    servicenow, graph = ConnectRoutes(site, SERVICENOW), ConnectRoutes(site, GRAPH)
    return [
        Route("/login", sign_in.login, methods=["GET"]),
        Route("/login/callback", sign_in.callback, methods=["GET"]),
        Route("/logout", sign_out.logout, methods=["GET"]),
        Route("/signed-out", sign_out.signed_out, methods=["GET"]),
        Route("/servicenow/connect", servicenow.connect, methods=["GET"]),
        Route("/servicenow/callback", servicenow.callback, methods=["GET"]),
        Route("/graph/connect", graph.connect, methods=["GET"]),
        Route("/graph/callback", graph.callback, methods=["GET"]),
        Route("/export/access-log", ExportRoutes(site).access_log, methods=["GET"]),
        Route("/healthz", health.healthz, methods=["GET"]),
    ]


def middleware(site: Site) -> list[Middleware]:
    """Return the middleware, outermost first: headers also complete what the gate refuses and what fails."""
    return [
        Middleware(SecurityHeaders, site=site),
        Middleware(LastResort),
        Middleware(Gate, site=site),
        Middleware(TrustedHeaders, site=site),
    ]
