"""One request to a ServiceNow API and its answer: length, identity, media type, errors in the right envelope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.core.bodies import with_body
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow.acl import Access, access_of
from snlib.demo.servicenow.api import media
from snlib.demo.servicenow.api.params import Params, read_params
from snlib.demo.servicenow.errors import ApiError, not_authenticated, too_large
from snlib.demo.servicenow.fault_answers import plain_page
from snlib.demo.servicenow.identity import Identity, authenticate
from snlib.demo.servicenow.viewer import Viewer, viewer_of

MAX_URL_BYTES = 8192
MAX_BODY_BYTES = 10 * 2**20


@dataclass(frozen=True)
class Call:
    """A request that has been authenticated.

    Attributes:
        instance: The demo instance.
        identity: Who asks.
        viewer: The same with groups, zone and formats.
        access: What they may do.
        method: The HTTP method, overridden ones resolved; HEAD counts as GET.
        path: The address's path.
        api: The API's address up to its version, such as ``http://…/api/now/v2``.
        version: ``v1``, ``v2`` or an empty text.
        names: The path's variable parts.
        params: The URL parameters.
        headers: The request's headers.
        body: The request's body.
    """

    instance: Instance
    identity: Identity
    viewer: Viewer
    access: Access
    method: str
    path: str
    api: str
    version: str
    names: Mapping[str, str]
    params: Params
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer: a body (None for an empty one), its status and its headers."""

    body: Mapping[str, object] | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Reply]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(handler: Handler, version: str = "") -> Endpoint:
    """Make a route's endpoint of a handler, which runs in a worker thread, for one version of the API."""
    return with_body(lambda request, body: _answer(handler, version, request, body), MAX_BODY_BYTES)


def _answer(handler: Handler, version: str, request: Request, body: bytes | None) -> Response:
    if len(str(request.url).encode()) > MAX_URL_BYTES:
        return plain_page(414, "URI Too Long")
    try:
        kind = media.chosen(request.headers.get("accept", ""))
        if body is None:
            raise too_large()
        return _written(handler(_call(request, version, body)), kind)
    except ApiError as error:
        return refused(request, error)


def refused(request: Request, error: ApiError) -> Response:
    """Return a refusal in the media type that the client accepts."""
    kind = media.JSON
    try:
        kind = media.chosen(request.headers.get("accept", ""))
    except ApiError as refusal:
        error = refusal
    return _written(Reply(error.body(), error.status, error.headers), kind)


def _written(reply: Reply, kind: str) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status, headers=dict(reply.headers))
    content_type = f"{kind};charset=UTF-8"
    return Response(media.written(reply.body, kind), reply.status, dict(reply.headers), media_type=content_type)


def _call(request: Request, version: str, body: bytes) -> Call:
    """Authenticate a request and gather what handlers need.

    Raises:
        ApiError: 401.
    """
    instance: Instance = request.app.state.instance
    identity = authenticate(request, instance)
    if identity is None:
        raise not_authenticated()
    viewer = viewer_of(identity, instance)
    method = request.method
    if method == "POST":
        method = request.headers.get("x-http-method-override", method).strip().upper()
    return Call(
        instance=instance,
        identity=identity,
        viewer=viewer,
        access=access_of(viewer, instance.storage),
        method="GET" if method == "HEAD" else method,
        path=request.url.path,
        api=f"{instance.origin}/api/now/{version}".rstrip("/"),
        version=version,
        names=request.path_params,
        params=read_params(request.url.query),
        headers=request.headers,
        body=body,
    )
