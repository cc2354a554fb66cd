"""One call of Graph: who calls, the answer's headers, refusals as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from snlib.demo.graph.bearer import Caller, read_caller
from snlib.demo.graph.errors import GraphError, error_response
from snlib.demo.instance import Instance

JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True)
class Call:
    """An authenticated request.

    Args:
        request: The HTTP request.
        instance: The demo instance.
        caller: Whom its access token speaks for.
    """

    request: Request
    instance: Instance
    caller: Caller

    def parameter(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def context(self, fragment: str) -> str:
        """Return an ``@odata.context``."""
        return f"{self.instance.origin}/v1.0/$metadata#{fragment}"


Answer = dict[str, Any] | str


def endpoint(answer: Callable[[Call], Answer]) -> Callable[[Request], Response]:
    """Return a Starlette endpoint: ``answer`` gets an authenticated call and returns JSON, or a plain text."""

    def handle(request: Request) -> Response:
        instance: Instance = request.app.state.instance
        client_request_id = request.headers.get("client-request-id", "")[:64]
        try:
            content = answer(Call(request, instance, read_caller(request, instance)))
        except GraphError as failure:
            return error_response(failure, instance.clock.now(), client_request_id)
        request_id = str(uuid.uuid4())
        headers = {
            "request-id": request_id,
            "client-request-id": client_request_id or request_id,
            "OData-Version": "4.0",
            "Cache-Control": "no-cache",
        }
        if isinstance(content, str):
            return PlainTextResponse(content, headers=headers)
        headers["Content-Type"] = JSON_TYPE
        return JSONResponse(content, headers=headers)

    return handle
