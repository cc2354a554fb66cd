"""The two cookies of ours: the signed-in session's, opaque, and the short-lived one of a sign-in under way."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

SIGN_IN_SECONDS = 600

_SESSION = "sn_session"
_SIGN_IN = "sn_sign_in"


def session_name(public_url: str) -> str:
    """Return the name of the session cookie of the dashboard at ``public_url``.

    Over https no neighbouring host can plant it. Over http, which is on this machine only, it has the port in it: a
    cookie knows no port, and two dashboards beside each other would sign each other out.
    """
    parts = urlsplit(public_url)
    return f"__Host-{_SESSION}" if parts.scheme == "https" else f"{_SESSION}_{parts.port or 80}"


class Cookies:
    """Names, flags and signatures of the dashboard's cookies, all out of reach of scripts.

    Args:
        public_url: Where browsers reach the dashboard. By https, cookies are ``Secure`` and carry the ``__Host-`` or
            ``__Secure-`` prefix, which makes browsers refuse one that a neighbouring host or plain http planted.
        secret: Signs the cookie of a sign-in under way; the same on every replica.
        session_seconds: How long the session cookie is kept; the session record ends no later.
    """

    def __init__(self, public_url: str, *, secret: str, session_seconds: int) -> None:
        self._https = public_url.startswith("https://")
        self._session_name = session_name(public_url)
        self._session_seconds = session_seconds
        self._signer = URLSafeTimedSerializer(secret, salt="snlib.sign_in")

    def set_session(self, response: Response, value: str) -> None:
        """Keep a session just started in the browser."""
        self._set(response, self._session_name, value, path="/", seconds=self._session_seconds)

    def clear_session(self, response: Response) -> None:
        """Take the session cookie away."""
        self._set(response, self._session_name, "", path="/", seconds=0)

    def set_sign_in(self, response: Response, state: str, data: dict[str, Any]) -> None:
        """Keep what a sign-in under way needs on its return; one cookie for each, so that tabs do not mix."""
        name, value = self._sign_in_name(state), self._signer.dumps(data)
        self._set(response, name, value, path="/login", seconds=SIGN_IN_SECONDS)

    def sign_in(self, connection: HTTPConnection, state: str) -> dict[str, Any] | None:
        """Return what `set_sign_in` kept for this state; None when missing, altered or older than ten minutes."""
        try:
            data = self._signer.loads(connection.cookies.get(self._sign_in_name(state), ""), max_age=SIGN_IN_SECONDS)
        except BadSignature:
            return None
        return data if isinstance(data, dict) else None

    def clear_sign_in(self, response: Response, state: str) -> None:
        """Take the cookie of a sign-in away: it is good once."""
        self._set(response, self._sign_in_name(state), "", path="/login", seconds=0)

    def _set(self, response: Response, name: str, value: str, *, path: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            secure=self._https,
            httponly=True,
            samesite="lax",  # not "strict": the browser comes back from the providers by a link of theirs
        )

    def _sign_in_name(self, state: str) -> str:
        prefix = "__Secure-" if self._https else ""
        return f"{prefix}{_SIGN_IN}_{hashlib.sha256(state.encode()).hexdigest()[:12]}"
