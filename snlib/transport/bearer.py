"""Access tokens as requests carry them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from requests import PreparedRequest
from requests.auth import AuthBase


class TokenSource(Protocol):
    """Gives the access token for each request, and another one when the service refuses it.

    Both methods raise SnlibError: there is no token, or nothing may be sent now.
    """

    def access_token(self) -> str:
        """Return a valid access token."""
        ...

    def renewed(self, refused: str) -> str:
        """Return an access token to use instead of ``refused``, which the service answered with 401."""
        ...


class BearerAuth(AuthBase):
    """Puts an access token on each request; keeps none and shows none. When asking for it raises, nothing is sent."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with its Authorization header."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth()"
