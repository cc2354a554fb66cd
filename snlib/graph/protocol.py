"""What an answer of Microsoft Graph means: pure functions of (status, headers, body).

Vendor: https://learn.microsoft.com/graph/errors (shape and codes), /graph/throttling (429 and ``Retry-After``).
Graph's own message text is written for developers; what an agent reads is decided by the status, the ``code`` and the
subject of the call, whose sentences name the permission to ask for (https://learn.microsoft.com/graph/permissions-reference).
With a token of the agent's own the agent's roles count as well, so the sentences speak of both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snlib.errors import AccessRefused, RecordNotFound, RequestRejected, ServiceError, ServiceFailure, UnexpectedAnswer
from snlib.text import plain_cell
from snlib.transport import strict_json
from snlib.transport.headers import header, rate_limited

SERVICE = "Microsoft Graph"

_ASK_ADMINISTRATOR = "Ask an administrator to check the Graph application's client ID, secret and permissions."

_NO_LICENCE = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
_FORBIDDEN = {_NO_LICENCE: "This tenant's licence does not include what was asked of Microsoft Graph (HTTP 403)."}


@dataclass(frozen=True, slots=True)
class Subject:
    """The sentences of one kind of question: for 404, for 403, and for 400 and similar (with ``{status}``)."""

    missing: str
    forbidden: str
    rejected: str = "Microsoft Graph could not understand this question (HTTP {status})."


def _forbidden(what: str, permission: str) -> str:
    return (
        f"Microsoft Graph does not let the dashboard read {what} (HTTP 403). Ask an administrator to grant its "
        f"application the permission {permission} with admin consent"
    )


PEOPLE = Subject(
    missing="This person is not in the directory: removed, or the address is wrong.",
    forbidden=_forbidden("people", "User.Read.All") + ".",
    rejected="Microsoft Graph could not understand this search (HTTP {status}). Try other words.",
)
PHOTOS = Subject(missing="This person has no photo.", forbidden=_forbidden("photos", "User.Read.All") + ".")
GROUPS = Subject(missing=PEOPLE.missing, forbidden=_forbidden("groups", "GroupMember.Read.All") + ".")
DEVICES = Subject(
    missing="Intune does not know this device: removed, or the address is wrong.",
    forbidden=_forbidden("devices", "DeviceManagementManagedDevices.Read.All")
    + ", and to give you an Intune role that reads managed devices.",
)
LICENCES = Subject(
    missing="Microsoft Graph knows no licences of this tenant.",
    forbidden=_forbidden("licences", "Organization.Read.All") + ".",
)
INTUNE_ROLES = Subject(
    missing="Microsoft Graph does not say which Intune permissions you have.",
    forbidden=_forbidden("Intune permissions", "DeviceManagementRBAC.Read.All") + ".",
)
CONNECTORS = Subject(
    missing="Intune has no ServiceNow connector.",
    forbidden=_forbidden("Intune's ServiceNow connector", "DeviceManagementConfiguration.Read.All")
    + ", and to give you an Intune role that reads the organization.",
)


def decipher(status_code: int, headers: Mapping[str, str], body: bytes, subject: Subject = PEOPLE) -> dict[str, Any]:
    """Return the JSON object of a successful answer of Microsoft Graph; ``subject`` words the refusals.

    Raises:
        UnexpectedAnswer: A web page, damaged or cut JSON, or not an object; what is no success raises as `check`.
    """
    check(status_code, headers, body, subject)
    if body.lstrip()[:1] == b"<" or "html" in header(headers, "content-type").lower():
        sentence = "Microsoft Graph sent a web page instead of data."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=status_code, kind="web_page")
    answer = strict_json(body, service=SERVICE, status=status_code)
    if not isinstance(answer, dict):
        raise UnexpectedAnswer("Microsoft Graph's answer had an unexpected form.", service=SERVICE, status=status_code)
    return answer


def check(status: int, headers: Mapping[str, str], body: bytes, subject: Subject) -> None:
    """Stop unless the answer is a success.

    Raises:
        AccessRefused: 401 (the application's token was refused) or 403 (a permission is missing).
        RecordNotFound: 404.
        RateLimited: 429, or 503 that says how long to wait.
        RequestRejected: any other 4xx.
        ServiceFailure: 5xx.
        UnexpectedAnswer: a redirect, or another status nobody promised.
    """
    if status == 200:
        return
    code, request_id = _error_code(body)
    request_id = request_id or header(headers, "request-id")

    def error(cls: type[ServiceError], sentence: str) -> ServiceError:
        return cls(sentence, service=SERVICE, status=status, detail=code, transaction_id=request_id)

    if status == 401:
        raise error(AccessRefused, f"Microsoft Graph refused the dashboard's sign-in (HTTP 401). {_ASK_ADMINISTRATOR}")
    if status == 403:
        raise error(AccessRefused, _FORBIDDEN.get(code, subject.forbidden))
    if status == 404:
        raise error(RecordNotFound, subject.missing)
    if status == 429 or (status == 503 and header(headers, "retry-after")):
        raise rate_limited(SERVICE, headers, status=status, detail=code, transaction_id=request_id)
    if status >= 500:
        raise error(ServiceFailure, f"Microsoft Graph isn't answering properly right now (HTTP {status}). Try again.")
    if 300 <= status < 400:
        sentence = "Microsoft Graph redirected the request unexpectedly, so it was stopped."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=status, kind="redirect")
    if 400 <= status < 500:
        raise error(RequestRejected, subject.rejected.format(status=status))
    sentence = f"Microsoft Graph's answer had an unexpected form (HTTP {status})."
    raise UnexpectedAnswer(sentence, service=SERVICE, status=status)


def _error_code(body: bytes) -> tuple[str, str]:
    """Return the innermost error code and the request id of an error's body, as far as it has any."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None  # an error's status says enough; its body is a courtesy
    error = answer.get("error") if isinstance(answer, dict) else None
    code = request_id = ""
    for _ in range(5):  # Graph nests innerError; the innermost code is the precise one
        if not isinstance(error, dict):
            break
        code = error["code"] if isinstance(error.get("code"), str) else code
        found = error.get("request-id")
        request_id = found if isinstance(found, str) else request_id
        error = error.get("innerError") or error.get("innererror")
    return plain_cell(code, max_chars=100), plain_cell(request_id, max_chars=100)
