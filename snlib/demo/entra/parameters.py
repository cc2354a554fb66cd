"""Endpoints of the demo Entra: the tenant checked, parameters read (each at most once), refusals in the right shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.core.bodies import is_form, read_pairs, with_body
from snlib.demo.core.instance import Instance
from snlib.demo.entra.failures import EntraError, check_tenant, malformed

Parameters = dict[str, str]
Handler = Callable[[Request, Instance, Parameters], Response]
"""Answers a request with these parameters: those of the form for POST, of the query string otherwise."""


def endpoint(
    handler: Handler, refuse: Callable[[EntraError, datetime], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint for a path below the tenant.

    Args:
        handler: Answers, or raises the ``EntraError`` that refuses.
        refuse: Makes the answer of a refusal.
    """

    def answer(request: Request, body: bytes | None) -> Response:
        instance: Instance = request.app.state.instance
        if body is None:
            return Response("Request body too large.", status_code=413, media_type="text/plain")
        try:
            check_tenant(request.path_params["tenant"], instance.tenant_id)
            return handler(request, instance, _read(request, body))
        except EntraError as failure:
            return refuse(failure, instance.clock.now())

    return with_body(answer)


def _read(request: Request, body: bytes) -> Parameters:
    """Return a request's parameters; a body that is no form has none, and an empty value counts as absent (RFC 6749).

    Raises:
        EntraError: One is given twice, or the text is not URL-encoded UTF-8.
    """
    text = request.url.query if request.method != "POST" else body if is_form(request) else b""
    pairs = read_pairs(text)
    if pairs is None:
        raise malformed("The parameters cannot be read.")
    found: Parameters = {}
    for name, value in pairs:
        if name in found:
            raise malformed(f"The parameter '{name[:64]}' is given more than once.")
        found[name] = value
    return {name: value for name, value in found.items() if value}
