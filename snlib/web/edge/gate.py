"""The outermost door: which host names, addresses and origins the dashboard answers, and who made a browser ask."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from snlib.web.site import Site

BLOCKED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth", "/oauth2callback")
"""Streamlit's own addresses that this dashboard does not use: session figures, the agent API, its other sign-in."""

ANY_HOST = ("/healthz", "/_stcore/health")
"""Load balancers ask these by address, not by name."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """ASGI middleware: refuses foreign host names (DNS rebinding), foreign origins and blocked addresses.

    A cookie knows neither scheme nor port, and browsers let a page of any origin open a WebSocket: what the browser
    says of the page that asks (``Origin``) must be the public URL, letter by letter. A WebSocket and a request that
    changes something must say it; Streamlit's own check lets a missing one and every port of this machine pass.
    Source: https://www.rfc-editor.org/rfc/rfc6455#section-10.2

    In demo mode every connection must be on loopback; a page asked for as 127.0.0.1 is sent on to the public URL's
    host (localhost), because cookies and redirect addresses belong to one name.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, or answer it here."""
        answer = self._answer(scope) if scope["type"] in ("http", "websocket") else None
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            await answer(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        if any(path == blocked or path.startswith(blocked + "/") for blocked in BLOCKED):
            return PlainTextResponse("Not found", 404)
        plan = self._site.plan
        # The server's own end of the connection: no proxy or header can change it.
        server = scope.get("server")
        if plan.demo and (server is None or not is_loopback(str(server[0]))):
            return PlainTextResponse("Demo mode answers this machine only.", 403)
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        needed = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if (origins or needed) and origins != [plan.public_url]:
            return PlainTextResponse(f"This request did not come from a page of {plan.public_url}.", 403)
        asked, public = _host(headers.get("host", "")), urlsplit(plan.public_url)
        if asked == public.hostname or path in ANY_HOST:
            return None
        if plan.demo and is_loopback(asked):
            return _sent_on(scope, headers, plan.public_url)
        return PlainTextResponse(f"This server answers for {plan.public_url} only.", 421)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def from_elsewhere(request: Request) -> bool:
    """Tell whether another site, or another port of this host, made the browser send this request.

    Browsers say so in ``Sec-Fetch-Site``: ``same-origin`` is our own page, ``none`` the person themselves (address
    bar, bookmark). One without the header (not a browser, or one older than 2023) is let through.
    Source: https://www.w3.org/TR/fetch-metadata/
    """
    return request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _sent_on(scope: Scope, headers: Headers, public_url: str) -> Response | None:
    wants_page = headers.get("sec-fetch-dest") == "document" or "text/html" in headers.get("accept", "")
    if scope["type"] != "http" or scope["method"] != "GET" or not wants_page:
        return None
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    return RedirectResponse(f"{public_url}{path}{'?' + query if query else ''}", 307, {"Cache-Control": "no-store"})
