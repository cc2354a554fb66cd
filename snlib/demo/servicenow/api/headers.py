"""The headers and cookies that every answer of the ServiceNow APIs carries (a real capture of November 2022)."""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.demo.core.instance import Instance

_ALWAYS = {
    "Server": "ServiceNow",
    "Cache-Control": "no-cache,no-store,must-revalidate,max-age=-1",
    "Pragma": "no-store,no-cache",
    "Expires": "0",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Server-Timing": "sem_wait;dur=0, sesh_wait;dur=0",
}
_EXPIRED = "Max-Age=0; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/; HttpOnly"


class ServiceNowHeaders:
    """Adds them to whatever is answered below ``/api/``, and compresses it for clients that take gzip.

    The cookies are handed out like the original's, so that a client that keeps them shows it. They name no session of
    the demo's own pages. ``Secure`` is left out: the demo instance speaks plain HTTP on loopback.

    Args:
        app: The application inside.
        instance: The demo instance.
    """

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=4)
        self._instance = instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        sent = SimpleCookie(Headers(scope=scope).get("cookie", ""))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), message["status"], frozenset(sent))
            await send(message)

        await self._compressed(scope, receive, with_headers)


def _add(headers: MutableHeaders, status: int, cookies_sent: frozenset[str]) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers["X-Is-Logged-In"] = "false" if status == 401 else "true"
    headers["X-Transaction-ID"] = secrets.token_hex(16)
    for name in ("glide_user", "glide_user_session"):
        headers.append("Set-Cookie", f'{name}=""; {_EXPIRED}')
    fresh = {
        "glide_user_route": f"glide.{secrets.token_hex(16)}; Max-Age=2147483647; Path=/; HttpOnly",
        "glide_session_store": f"{secrets.token_hex(16).upper()}; Max-Age=1800; Path=/; HttpOnly",
        "BIGipServerpool_demo": f"{secrets.token_hex(16)}; Path=/; HttpOnly",
    }
    for name, value in fresh.items():
        if name not in cookies_sent:
            headers.append("Set-Cookie", f"{name}={value}")
