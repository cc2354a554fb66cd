"""The addresses of the demo ServiceNow."""

from __future__ import annotations

from starlette.routing import BaseRoute

from snlib.demo.servicenow.api import aggregate_api, table_api, user_api
from snlib.demo.servicenow.pages import authorization, cors_rules, incidents, login, manage_tokens, navigator, registry


def routes() -> list[BaseRoute]:
    """Return every route; the last takes the addresses below ``/api/`` that no other one took."""
    pages = (login, authorization, registry, cors_rules, manage_tokens, navigator, incidents)
    return [route for part in (*pages, table_api, aggregate_api, user_api) for route in part.routes()]
