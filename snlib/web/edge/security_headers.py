"""Security headers on every answer: pages, static files, media, errors and our own routes."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.web.site import Site

_INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # Not `same-origin`: that would cut the sign-in popup to ServiceNow off from the window that may close it.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def inline_script_hashes(index_html: str) -> tuple[str, ...]:
    """Return the CSP source ``'sha256-…'`` of every inline script of a page, in its order."""
    return tuple(
        "'sha256-" + base64.b64encode(hashlib.sha256(match["code"].encode()).digest()).decode() + "'"
        for match in _INLINE_SCRIPT.finditer(index_html)
        if "src=" not in match["attributes"].lower() and match["code"]
    )


def content_security_policy(index_html: Path) -> str:
    """Return the policy for the dashboard's pages.

    The inline scripts of the installed ``index.html`` are allowed by their hash. ``blob:`` scripts are the JavaScript
    of v2 components; inline styles come from the frontend's own styling library and cannot be avoided.
    """
    scripts = " ".join(("'self'", "blob:", *inline_script_hashes(index_html.read_text(encoding="utf-8"))))
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob: data:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers an answer does not bring itself, and ``Secure`` to cookies over https."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                self._complete(message)
            await send(message)

        await self._app(scope, receive, complete)

    def _complete(self, message: Message) -> None:
        message.setdefault("headers", [])
        headers = MutableHeaders(scope=message)
        for name, value in FIXED.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", self._site.content_security_policy)
        if self._site.plan.demo:
            headers.setdefault("X-App-Mode", "demo")
        if self._site.plan.https:
            headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            message["headers"] = [_secured(name, value) for name, value in message["headers"]]


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie" or b"secure" in (part.strip().lower() for part in value.split(b";")):
        return name, value
    return name, value + b"; Secure"
