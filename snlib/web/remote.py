"""From where a request came, as the access log says it."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from snlib.helpdesk.remote import describe


def remote_of(connection: HTTPConnection) -> str:
    """Return the client's address, as the server (told by a trusted proxy, if any) sees it, and its browser."""
    return describe(connection.client.host if connection.client else None, connection.headers.get("user-agent"))
