"""The routes ``/graph/connect`` and ``/graph/callback``."""

from __future__ import annotations

from starlette.requests import Request

from snlib.agent import Agent
from snlib.helpdesk import graph_connection
from snlib.helpdesk.connections import Outcome
from snlib.oauth.pending import Mode
from snlib.web.connect_routes import ConnectRoutes
from snlib.web.remote import remote_of


class GraphRoutes(ConnectRoutes):
    """The OAuth round trip that lets the dashboard read Microsoft Graph in an agent's name."""

    service = "Microsoft Graph"
    channel = "graph-oauth"

    def begin(self, request: Request, agent: Agent, *, return_path: str, mode: Mode) -> str:
        """Return the address of Microsoft Entra's authorization page."""
        return graph_connection.begin(
            self._site.services, agent, return_path=return_path, mode=mode, remote=remote_of(request)
        )

    def complete(self, request: Request, agent: Agent) -> Outcome:
        """Redeem the code that Microsoft Entra sent."""
        params = request.query_params.multi_items()
        return graph_connection.complete(self._site.services, agent, params, remote=remote_of(request))
