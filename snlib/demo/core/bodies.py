"""Bodies of requests: read up to a limit without blocking the server, and the fields of a form in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

MAX_BYTES = 64 * 1024
MAX_FIELDS = 100

Pairs = tuple[tuple[str, str], ...]
"""Names and values of a form or a query string, in their order."""


def with_body(
    handler: Callable[[Request, bytes | None], Response], max_bytes: int = MAX_BYTES
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the body and runs ``handler`` in a worker thread; a longer body is ``None``."""

    async def answer(request: Request) -> Response:
        declared = request.headers.get("content-length", "0")
        body = bytearray()
        too_long = declared.isdecimal() and int(declared) > max_bytes
        if not too_long:
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    too_long = True
                    break
        return await run_in_threadpool(handler, request, None if too_long else bytes(body))

    return answer


def is_form(request: Request) -> bool:
    """Return whether the body is said to be a form."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"


def read_pairs(text: str | bytes) -> Pairs | None:
    """Return the fields of a form or a query string; ``None`` when it is not URL-encoded UTF-8 or has too many."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return tuple(parse_qsl(decoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError:
        return None
