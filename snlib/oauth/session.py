"""An agent's access token as `requests` sends it."""

from __future__ import annotations

from collections.abc import Callable

from requests import PreparedRequest
from requests.auth import AuthBase


class BearerAuth(AuthBase):
    """Puts a fresh access token on each request, and keeps none but the last.

    Args:
        token: Gives the access token at the moment of sending.

    Attributes:
        last_token: What was sent last, for `snlib.oauth.flow.Flow.force_refresh` after a 401; secret.
    """

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self.last_token = ""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with its Authorization header.

        Raises:
            SnlibError: What asking for the token raises; then nothing is sent.
        """
        self.last_token = self._token()
        request.headers["Authorization"] = f"Bearer {self.last_token}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth()"
