"""What a form of the ServiceNow pages, or a token request, posts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.core.bodies import Pairs, is_form, read_pairs, with_body
from snlib.demo.core.instance import Instance


@dataclass(frozen=True, repr=False)
class Posted:
    """The fields of one form; the ``repr`` names them without their values."""

    pairs: Pairs

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


def form_endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the form and then runs ``handler`` in a worker thread."""

    def answer(request: Request, body: bytes | None) -> Response:
        pairs = read_pairs(body) if body is not None and is_form(request) else None
        return handler(request, request.app.state.instance, None if pairs is None else Posted(pairs))

    return with_body(answer)
