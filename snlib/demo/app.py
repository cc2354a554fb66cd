"""The demo instance's ASGI application: every part's routes behind one origin."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware

from snlib.demo import control
from snlib.demo.core.instance import Instance
from snlib.demo.entra import routing as entra
from snlib.demo.graph import routing as graph
from snlib.demo.middleware import FaultMiddleware, RequestLogMiddleware
from snlib.demo.servicenow import routing as servicenow
from snlib.demo.servicenow.api.cors import CorsMiddleware
from snlib.demo.servicenow.api.headers import ServiceNowHeaders


def create_app(instance: Instance) -> Starlette:
    """Return the application that serves ``instance``."""
    app = Starlette(
        routes=[*control.routes(instance), *servicenow.routes(), *entra.routes(), *graph.routes()],
        middleware=[
            Middleware(RequestLogMiddleware, instance=instance),
            Middleware(ServiceNowHeaders, instance=instance),
            Middleware(CorsMiddleware, instance=instance),
            Middleware(FaultMiddleware, instance=instance),
        ],
    )
    app.state.instance = instance
    return app
