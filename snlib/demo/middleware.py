"""Middleware of the demo instance: the log of requests, and the faults that tests order."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.demo.core.faults import Fault
from snlib.demo.core.instance import Instance, LoggedRequest
from snlib.demo.core.timestamps import to_text
from snlib.demo.servicenow.fault_answers import answer, hibernating, truncate
from snlib.demo.servicenow.identity import authenticate

_HUGE_BYTES = 40 * 2**20
_SECRET_PARAMETERS = frozenset(
    (
        *("access_token", "client_secret", "code", "code_challenge", "code_verifier", "id_token_hint", "nonce"),
        *("password", "refresh_token", "state", "token", "user_password"),
    )
)


def is_servicenow(instance: Instance, path: str) -> bool:
    """Return whether a path belongs to the ServiceNow part, not to Entra, Graph or the control plane."""
    first = path.strip("/").split("/", 1)[0]
    return first not in {"demo", "v1.0", "beta", "entra", "common", "organizations", instance.tenant_id}


def without_secrets(query: str) -> str:
    """Return a query string with the values of secret parameters replaced by three dots."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, "..." if name.lower() in _SECRET_PARAMETERS else value) for name, value in pairs])


class RequestLogMiddleware:
    """Writes every request into the instance's log, without secrets, when its answer is out."""

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._instance = instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/demo/") or not self._instance.control:
            await self._app(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # Written before the client sees the answer, so that a test that has its answer finds the entry.
                await run_in_threadpool(self._log, scope, status)
            await send(message)

        await self._app(scope, receive, watch)
        if not status:
            await run_in_threadpool(self._log, scope, 0)

    def _log(self, scope: Scope, status: int) -> None:
        identity = authenticate(Request(scope), self._instance)
        self._instance.request_log.add(
            LoggedRequest(
                at=to_text(self._instance.clock.now()),
                method=scope["method"],
                path=scope["path"],
                query=without_secrets(scope["query_string"].decode("latin-1")),
                user=identity.user["user_name"] if identity else "",
                status=status,
            )
        )


class FaultMiddleware:
    """Makes answers go wrong as the control plane ordered, and hibernates the ServiceNow part when switched so."""

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._instance = instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/demo/"):
            await self._app(scope, receive, send)
            return
        if self._instance.switches.hibernating and is_servicenow(self._instance, scope["path"]):
            await hibernating()(scope, receive, send)
            return
        fault = self._instance.faults.take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        ready = answer(fault, self._instance.clock.now())
        if ready is not None:
            await ready(scope, receive, send)
        else:
            await self._spoil(fault, scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "reset":
            await _break_off(send)
        elif fault.kind == "huge":
            await _send_huge(send)
        else:
            await self._truncated(fault.kind == "truncated_malformed", scope, receive, send)

    async def _truncated(self, malformed: bool, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        cut = truncate(body, malformed=malformed)
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        headers.append((b"content-length", str(len(cut)).encode()))
        await send({**start, "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": cut})


async def _break_off(send: Send) -> None:
    """Promise a body, send a part of it and leave: the server then closes the connection."""
    headers = [(b"content-type", b"application/json;charset=UTF-8"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"result":[', "more_body": True})


async def _send_huge(send: Send) -> None:
    """Send a well-formed answer far larger than any page of records should be."""
    headers = [(b"content-type", b"application/json;charset=UTF-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"result":[{"description":"', "more_body": True})
    for _ in range(_HUGE_BYTES // 2**18):
        await send({"type": "http.response.body", "body": b"x" * 2**18, "more_body": True})
    await send({"type": "http.response.body", "body": b'"}]}'})
