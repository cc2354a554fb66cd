"""The demo instance's ASGI application: every part's routes behind one origin."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware

from snlib.demo import control, entra, graph
from snlib.demo.core.instance import Instance
from snlib.demo.middleware import FaultMiddleware, RequestLogMiddleware
from snlib.demo.servicenow.api import aggregate_api, table_api
from snlib.demo.servicenow.api.cors import CorsMiddleware
from snlib.demo.servicenow.api.headers import ServiceNowHeaders
from snlib.demo.servicenow.oauth import endpoints
from snlib.demo.servicenow.pages import forms, login, registry


def create_app(instance: Instance) -> Starlette:
    """Return the application that serves ``instance``."""
    parts = (control, login, endpoints, registry, forms, table_api, aggregate_api, entra, graph)
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
