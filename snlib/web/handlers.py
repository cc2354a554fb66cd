"""What answers at the dashboard's own addresses; imported once the process is ready, as it needs most of what there is.

`snlib.web.routes` lists the same addresses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.web.connect_routes import ConnectRoutes
from snlib.web.export_routes import export_access_log
from snlib.web.sign_in.login import SignIn
from snlib.web.site import Site

Handler = Callable[[Request], Awaitable[Response] | Response]


def handlers(site: Site) -> dict[str, Handler]:
    """Return the handlers by path."""
    sign_in = SignIn(site)
    servicenow, graph = ConnectRoutes(site, SERVICENOW), ConnectRoutes(site, GRAPH)
    return {
        "/login": sign_in.login,
        "/login/callback": sign_in.callback,
        "/logout": sign_in.logout,
        "/signed-out": sign_in.signed_out,
        "/servicenow/connect": servicenow.connect,
        "/servicenow/callback": servicenow.callback,
        "/graph/connect": graph.connect,
        "/graph/callback": graph.callback,
        "/export/access-log": partial(export_access_log, site),
    }
