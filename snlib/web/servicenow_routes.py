"""The routes ``/servicenow/connect`` and ``/servicenow/callback``."""

from __future__ import annotations

import re

from starlette.requests import Request

from snlib.agent import Agent
from snlib.helpdesk import connections
from snlib.helpdesk.connections import Outcome
from snlib.oauth.pending import Mode, Purpose
from snlib.web.connect_routes import ConnectRoutes
from snlib.web.remote import remote_of

_TEST_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")


class ServiceNowRoutes(ConnectRoutes):
    """The OAuth round trip to ServiceNow, of an agent or of a connection test."""

    service = "ServiceNow"
    channel = "sn-oauth"

    def begin(self, request: Request, agent: Agent, *, return_path: str, mode: Mode) -> str:
        """Return the address of ServiceNow's authorization page."""
        params = request.query_params
        purpose: Purpose = "test" if params.get("purpose") == "test" else "agent"
        test_id = params.get("test", "")
        return connections.begin(
            self._site.services,
            agent,
            purpose=purpose,
            return_path=return_path,
            mode=mode,
            test_id=test_id if _TEST_ID.fullmatch(test_id) else "",
            remote=remote_of(request),
        )

    def complete(self, request: Request, agent: Agent) -> Outcome:
        """Redeem the code that ServiceNow sent."""
        params = request.query_params.multi_items()
        return connections.complete(self._site.services, agent, params, remote=remote_of(request))
