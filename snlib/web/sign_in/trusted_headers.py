"""Puts who is signed in into ``st.user``: never what a client says about itself, only what the session record says."""

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from snlib.errors import StoreError
from snlib.web.site import Site

_log = logging.getLogger(__name__)

TRUSTED_USER_HEADERS = {"X-Sn-Session": "session", "X-Sn-Agent": "agent"}
"""What ``server.trustedUserHeaders`` must be: header to the name in ``st.user``."""


class TrustedHeaders:
    """ASGI middleware around everything: strips identity headers that came in, adds ours where Streamlit reads them.

    Streamlit reads them at the WebSocket's handshake and resumes one of its sessions only for an equal identity, so
    neither a spoofed header nor a session id of somebody else's gets anywhere. Whether the session has ended meanwhile
    is asked again by every run of the script. Who has a session waits until the process is ready.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on with headers that can be trusted."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if not _is_ours(name)]}
        connection = HTTPConnection(scope)
        if scope["type"] == "websocket" and self._site.session_cookie(connection):
            if not await self._site.is_ready():
                await send({"type": "websocket.close", "code": 1013, "reason": "The dashboard is starting."})
                return
            try:
                agent = await run_in_threadpool(self._site.agent, connection)
            except StoreError as error:
                _log.error("the session cannot be looked up: %s", error)
                if _resumes(connection):
                    # Refused, the browser tries again by itself, and keeps its page until the database answers.
                    await send({"type": "websocket.close", "code": 1013, "reason": "The database does not answer."})
                    return
                # A new tab would stay empty: every run looks the session up itself, and shows why it cannot.
                from snlib.sessions import session_id_of  # what takes long to import is imported where it is used

                unknown = session_id_of(self._site.session_cookie(connection))
                scope["headers"] = [*scope["headers"], (b"x-sn-session", unknown.encode("ascii"))]
                agent = None
            if agent is not None:
                key = agent.key.encode("ascii", "backslashreplace")
                ours = [(b"x-sn-session", agent.session_id.encode("ascii")), (b"x-sn-agent", key)]
                scope["headers"] = [*scope["headers"], *ours]
        await self._app(scope, receive, send)


def _resumes(connection: HTTPConnection) -> bool:
    # A browser that had a session before names it as the third subprotocol.
    return connection.headers.get("sec-websocket-protocol", "").count(",") >= 2


def _is_ours(name: bytes) -> bool:
    # Underscores too: some proxies and gateways read X_Sn_Session as X-Sn-Session.
    return name.decode("latin-1").lower().replace("_", "-").startswith("x-sn-")
