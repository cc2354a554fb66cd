"""One call of Graph: who calls, the answer's headers, refusals as JSON."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from snlib.demo.core.bodies import with_body
from snlib.demo.core.instance import Instance
from snlib.demo.graph.bearer import Caller, read_caller
from snlib.demo.graph.errors import GraphError, bad_request, error_response

JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True)
class Call:
    """An authenticated request.

    Args:
        request: The HTTP request.
        instance: The demo instance.
        caller: Whom its access token speaks for.
        body: The request's body.
    """

    request: Request
    instance: Instance
    caller: Caller
    body: bytes

    @property
    def path(self) -> str:
        """Return the path of the request."""
        return self.request.url.path

    def parameter(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def context(self, fragment: str) -> str:
        """Return an ``@odata.context`` in the version of the request."""
        version = "beta" if self.path.startswith("/beta/") else "v1.0"
        return f"{self.instance.origin}/{version}/$metadata#{fragment}"

    def read_object(self) -> dict[str, Any]:
        """Return the JSON object in the body.

        Raises:
            GraphError: 400; the body is no JSON object.
        """
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise bad_request("Unable to read JSON request payload. Please ensure Content-Type header is set.")
        return found


@dataclass(frozen=True)
class Created:
    """An answer with status 201: the object that was made."""

    content: dict[str, Any]


Answer = dict[str, Any] | str | Created | Response
"""A JSON object, a plain text, an object that was made, or a response that is ready but for Graph's own headers."""


def endpoint(answer: Callable[[Call], Answer]) -> Callable[[Request], Awaitable[Response]]:
    """Return a Starlette endpoint: ``answer`` gets an authenticated call and returns what is to be sent."""
    return with_body(lambda request, body: _respond(answer, request, body))


def _respond(answer: Callable[[Call], Answer], request: Request, body: bytes | None) -> Response:
    instance: Instance = request.app.state.instance
    client_request_id = request.headers.get("client-request-id", "")[:64]
    if body is None:
        too_large = GraphError(413, "RequestEntityTooLarge", "The request body is too large.")
        return error_response(too_large, instance.clock.now(), client_request_id)
    try:
        content = answer(Call(request, instance, read_caller(request, instance), body))
    except GraphError as failure:
        return error_response(failure, instance.clock.now(), client_request_id)
    response = _response(content)
    request_id = str(uuid.uuid4())
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = client_request_id or request_id
    response.headers["OData-Version"] = "4.0"
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _response(content: Answer) -> Response:
    if isinstance(content, Response):
        return content
    if isinstance(content, str):
        return PlainTextResponse(content)
    created = isinstance(content, Created)
    body = content.content if isinstance(content, Created) else content
    return JSONResponse(body, status_code=201 if created else 200, headers={"Content-Type": JSON_TYPE})
