"""Parameters of a request: each at most once, of a sane size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.entra.failures import malformed

MAX_BODY_BYTES = 64 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"

Parameters = dict[str, str]


def read_parameters(text: str) -> Parameters:
    """Return URL-encoded parameters; an empty value counts as absent (RFC 6749, 3.1).

    Raises:
        EntraError: One is given twice, or the text is not URL-encoded UTF-8.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=100)
    except ValueError:
        raise malformed("The parameters cannot be read.") from None
    found: Parameters = {}
    for name, value in pairs:
        if name in found:
            raise malformed(f"The parameter '{name[:64]}' is given more than once.")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def form_endpoint(answer: Callable[[Request, bytes], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the body (up to 64 KiB) and lets ``answer`` work on it in a thread."""

    async def endpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return Response("Request body too large.", status_code=413, media_type="text/plain")
        return await run_in_threadpool(answer, request, body)

    return endpoint


def read_form(request: Request, body: bytes) -> Parameters:
    """Return the parameters of a form; a body of another type has none, as Entra sees it.

    Raises:
        EntraError: As :func:`read_parameters`.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        return {}
    try:
        return read_parameters(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise malformed("The parameters cannot be read.") from None
