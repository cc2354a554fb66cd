"""What a form posts, and handlers that wait for it without blocking the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.core.instance import Instance

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 100


@dataclass(frozen=True, repr=False)
class Posted:
    """The fields of one form; the ``repr`` names them without their values."""

    pairs: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Posted({', '.join(name for name, _ in self.pairs)})"

    def __getitem__(self, name: str) -> str:
        """Return the field's first value, or an empty string."""
        return next((value for key, value in self.pairs if key == name), "")

    @property
    def repeats(self) -> bool:
        """Return whether a field was sent twice."""
        return len({name for name, _ in self.pairs}) < len(self.pairs)


Handler = Callable[[Request, Instance, Posted | None], Response]
"""Answers a request; the form is ``None`` when the body is not a form, is too long or cannot be read."""


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the form and then runs ``handler`` in a worker thread."""

    async def answer(request: Request) -> Response:
        form = await read(request)
        return await run_in_threadpool(handler, request, request.app.state.instance, form)

    return answer


async def read(request: Request) -> Posted | None:
    """Return the form of a request, or ``None`` when there is none that can be used."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return parse(bytes(body))


def parse(text: bytes | str) -> Posted | None:
    """Return the fields of a form's text, or ``None`` when it is not UTF-8 or has too many."""
    try:
        decoded = text.decode("ascii") if isinstance(text, bytes) else text
        pairs = parse_qsl(decoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        return None
    return Posted(tuple(pairs))
