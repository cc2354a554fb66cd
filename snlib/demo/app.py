"""The demo instance's ASGI application: every part's routes behind one origin."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware

from snlib.demo import (
    aggregate_api,
    control,
    entra,
    forms,
    graph,
    login,
    oauth_server,
    registry,
    table_api,
)
from snlib.demo.cors import CorsMiddleware
from snlib.demo.headers import ServiceNowHeaders
from snlib.demo.instance import Instance
from snlib.demo.middleware import FaultMiddleware, RequestLogMiddleware


def create_app(instance: Instance) -> Starlette:
    """Return the application that serves ``instance``."""
    parts = (control, login, oauth_server, registry, forms, table_api, aggregate_api, entra, graph)
    app = Starlette(
        routes=[route for part in parts for route in part.routes(instance)],
        middleware=[
            Middleware(RequestLogMiddleware, instance=instance),
            Middleware(ServiceNowHeaders, instance=instance),
            Middleware(CorsMiddleware, instance=instance),
            Middleware(FaultMiddleware, instance=instance),
        ],
    )
    app.state.instance = instance
    return app
