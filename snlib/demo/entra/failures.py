"""Refusals of the demo Entra in the three shapes Entra has: JSON, redirect back to the application, page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse

NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff"}


class EntraError(Exception):
    """A request that the demo Entra refuses.

    Args:
        code: The AADSTS number.
        error: The OAuth error, such as ``invalid_grant``.
        text: What Entra says, without the ``AADSTS…:`` in front.
        status_code: HTTP status where the answer is JSON or a page.
    """

    def __init__(self, code: int, error: str, text: str, *, status_code: int = 400) -> None:
        super().__init__(f"AADSTS{code}: {text}")
        self.code = code
        self.error = error
        self.text = text
        self.status_code = status_code
        self.trace_id = str(uuid.uuid4())
        self.correlation_id = str(uuid.uuid4())

    def description(self, now: datetime) -> str:
        """Return the ``error_description`` with trace id, correlation id and time, as Entra words it."""
        return (
            f"AADSTS{self.code}: {self.text} Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} "
            f"Timestamp: {timestamp(now)}"
        )


def timestamp(now: datetime) -> str:
    """Return a time as Entra's errors show it: ``2026-11-20 12:00:00Z``."""
    return now.strftime("%Y-%m-%d %H:%M:%SZ")


def error_response(failure: EntraError, now: datetime) -> JSONResponse:
    """Return the token endpoint's error body (intune-graph facts, 3.2)."""
    body: dict[str, Any] = {
        "error": failure.error,
        "error_description": failure.description(now),
        "error_codes": [failure.code],
        "timestamp": timestamp(now),
        "trace_id": failure.trace_id,
        "correlation_id": failure.correlation_id,
        "error_uri": f"https://login.microsoftonline.com/error?code={failure.code}",
    }
    headers = {**NO_STORE, "x-ms-request-id": failure.trace_id}
    if failure.status_code == 401:
        headers["WWW-Authenticate"] = 'Basic realm="demo Entra"'
    return JSONResponse(body, status_code=failure.status_code, headers=headers)


def missing_parameter(name: str) -> EntraError:
    """Return the refusal of a request that lacks the parameter ``name``."""
    return EntraError(900144, "invalid_request", f"The request body must contain the following parameter: '{name}'.")


def malformed(text: str) -> EntraError:
    """Return the refusal of a request that is against the protocol; ``text`` says how."""
    return EntraError(9002313, "invalid_request", f"Invalid request. Request is malformed or invalid. {text}")


def disabled_account() -> EntraError:
    """Return the refusal of a person whose account is switched off."""
    return EntraError(50057, "invalid_grant", "The user account is disabled.")


def check_tenant(tenant: str, tenant_id: str) -> None:
    """Refuse every tenant but the demo's own.

    Raises:
        EntraError: ``tenant`` is another one, or a multi-tenant name, which a single-tenant application may not use.
    """
    if tenant.lower() == tenant_id.lower():
        return
    if tenant.lower() in {"common", "organizations", "consumers"}:
        raise EntraError(
            50194,
            "invalid_request",
            "Application is not configured as a multi-tenant application. Usage of the "
            f"/{tenant.lower()} endpoint is not supported for such apps. Use a tenant-specific endpoint.",
        )
    raise EntraError(
        90002,
        "invalid_tenant",
        f"Tenant '{tenant[:64]}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud.",
    )


def foreign_choice() -> EntraError:
    """Return the refusal of an answer to a picker that is not open in this browser."""
    return EntraError(
        165000,
        "invalid_request",
        "This sign-in page is too old, was answered already or was opened in another browser. Go back to the "
        "application and sign in again.",
    )
