"""What the ServiceNow APIs answer when they refuse: the envelope ``{"error": {message, detail}, "status": "failure"}``.

Statuses and texts are literal wire values (servicenow.md 3.2); ``detail`` may be null.
"""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A refusal.

    Args:
        status: The HTTP status.
        message: ``error.message``.
        detail: ``error.detail``, or None for null.
        headers: Response headers that go with it.
    """

    def __init__(
        self, status: int, message: str, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        """Return the envelope."""
        return {"error": {"message": self.message, "detail": self.detail}, "status": "failure"}


def not_authenticated() -> ApiError:
    """401. A bad Bearer token gets the BASIC challenge, too, and no ``error="invalid_token"``."""
    return ApiError(
        401,
        "User Not Authenticated",
        "Required to provide Auth information",
        {"WWW-Authenticate": 'BASIC realm="Service-now"', "Connection": "close"},
    )


def invalid_table(name: str) -> ApiError:
    """400, the same for every role."""
    return ApiError(400, f"Invalid table {name}")


def unknown_path() -> ApiError:
    """400, not 404."""
    return ApiError(400, "Requested URI does not represent any resource")


def unreadable_body() -> ApiError:
    """400 for a body that is not what its Content-Type says."""
    return ApiError(400, "Exception while reading request", "The payload is not valid for its content type")


def no_record() -> ApiError:
    """404, for a missing record and for one that is hidden alike."""
    return ApiError(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def no_record_v1() -> ApiError:
    """404 of the v1 list where later versions answer an empty list."""
    return ApiError(
        404, "No Record found", "Records matching query not found. Please check the query or offset parameter."
    )


def field_not_queryable() -> ApiError:
    """403 for a query on a field that the user may not read."""
    return ApiError(
        403,
        "Insufficient rights to query records",
        "Field(s) present in the query do not have permission to be read",
    )


def table_not_queryable() -> ApiError:
    """403 of the Aggregate API for a table that no role of the user may read."""
    return ApiError(403, "Insufficient rights to query records")


def not_authorized() -> ApiError:
    """403 of an API's own access rule."""
    return ApiError(403, "User Not Authorized", "Failed API level ACL Validation")


def write_refused(verb: str) -> ApiError:
    """403 for a write that the access rules refuse; ``verb`` is Insert, Update or Delete."""
    return ApiError(403, "Operation Failed", f"ACL Exception {verb} Failed due to security constraints")


def mandatory(labels: list[str]) -> ApiError:
    """403 of a data policy, which names labels and not columns."""
    fields = ", ".join(labels)
    return ApiError(403, "Operation Failed", f"Data Policy Exception: The following fields are mandatory: {fields}")


def aborted(table: str, rule: str, rule_sys_id: str) -> ApiError:
    """403 of a business rule that aborts."""
    return ApiError(
        403,
        "Operation Failed",
        f"Operation against file '{table}' was aborted by Business Rule '{rule}^{rule_sys_id}'. "
        f"Business Rule Stack:{rule}",
    )


def method_not_supported(method: str) -> ApiError:
    """405."""
    return ApiError(405, "Method not supported", f"The method {method} is not supported by this resource")


def not_acceptable(supported: tuple[str, ...]) -> ApiError:
    """406; the message lists what is supported."""
    types = ", ".join(supported)
    return ApiError(
        406, "Invalid response content type", f"Supported response media types for this service are: [{types}]"
    )


def unsupported_media(supported: tuple[str, ...]) -> ApiError:
    """415."""
    types = ", ".join(supported)
    return ApiError(415, "Unsupported media type", f"Supported request media types for this service are: [{types}]")


def too_large() -> ApiError:
    """413 for a body above ``glide.rest.max_content_length`` (10 MB)."""
    return ApiError(413, "Request content too large", "The maximum allowed content length is 10 MB")
