"""Graph's error answers (intune-graph facts, 4.7)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime

from starlette.responses import JSONResponse


class GraphError(Exception):
    """A request that Graph refuses.

    Args:
        status_code: HTTP status.
        code: What clients branch on.
        message: For developers.
    """

    def __init__(self, status_code: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status_code = status_code
        self.code = code
        self.message = message


def bad_request(message: str) -> GraphError:
    """Return the refusal of a query that cannot be read."""
    return GraphError(400, "BadRequest", message)


def unsupported_query(message: str) -> GraphError:
    """Return the refusal of a query that the directory answers never, or only with ``ConsistencyLevel: eventual``."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def denied() -> GraphError:
    """Return the refusal of a token without the permission."""
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def not_found(name: str) -> GraphError:
    """Return the refusal of an object that is not there."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{name[:128]}' does not exist or one of its queried reference-property objects are not present.",
    )


def intune_error(status_code: int, code: str, message: str, path: str) -> GraphError:
    """Return a refusal by Intune: its message is a JSON document in itself, made for Microsoft's own log."""
    operation, activity = uuid.uuid4(), uuid.uuid4()
    document = {
        "_version": 3,
        "Message": f"{message} - Operation ID (for customer support): {operation} - Activity ID: {activity} - "
        f"Url: https://intune.demo.invalid/{path.lstrip('/')}",
        "CustomApiErrorPhrase": "",
        "RetryAfter": None,
        "ErrorSourceService": "",
        "HttpHeaders": "{}",
    }
    return GraphError(status_code, code, json.dumps(document, indent=2).replace("\n", "\r\n"))


def intune_denied(any_of: Iterable[str], path: str) -> GraphError:
    """Return Intune's refusal of a token that has none of the permissions."""
    scopes = ", ".join(sorted(any_of))
    text = (
        "Application is not authorized to perform this operation. Application must have one of the following scopes: "
        f"{scopes}"
    )
    return intune_error(403, "Forbidden", text, path)


def error_response(failure: GraphError, now: datetime, client_request_id: str) -> JSONResponse:
    """Return the error as JSON; a 401 also names the authentication that Graph takes."""
    request_id = str(uuid.uuid4())
    body = {
        "error": {
            "code": failure.code,
            "message": failure.message,
            "innerError": {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_request_id or request_id,
            },
        }
    }
    headers = {"request-id": request_id, "client-request-id": client_request_id or request_id}
    if failure.status_code == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
    return JSONResponse(body, status_code=failure.status_code, headers=headers)
