"""What nobody caught: one page with a reference, the cause in the log."""

from __future__ import annotations

import logging
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.web.edge.html import page

_log = logging.getLogger(__name__)


class LastResort:
    """ASGI middleware that answers an unforeseen error of a route with a page of ours.

    The server's own answer would come from outside our middleware, without the security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer it when that fails before anything was sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            if started:
                raise
            reference = secrets.token_hex(4)
            _log.exception("unforeseen error [%s] at %s", reference, scope["path"])
            sentence = (
                "The dashboard made a mistake. Please try again; if it happens again, tell your administrator the "
                "reference below."
            )
            home = {"Go to the dashboard": "/"}
            answer = page("Something went wrong", sentence, links=home, status_code=500, reference=reference)
            await answer(scope, receive, send)
