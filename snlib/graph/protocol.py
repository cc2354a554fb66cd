"""What an answer of Microsoft Graph or of its token endpoint means: pure functions of (status, headers, body).

Vendor: https://learn.microsoft.com/graph/errors (shape and codes), /graph/throttling (429 and ``Retry-After``).
Graph's own message text is written for developers; what an agent reads is decided by the status and the ``code``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from snlib.errors import (
    AccessRefused,
    RecordNotFound,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    UnexpectedAnswer,
)
from snlib.graph.subjects import PEOPLE, Subject
from snlib.text import plain_cell
from snlib.transport import strict_json
from snlib.transport.headers import header, rate_limited

SERVICE = "Microsoft Graph"

_AADSTS = re.compile(r"AADSTS\d{4,8}")
_ASK_ADMINISTRATOR = "Ask an administrator to check the Graph application's client ID, secret and permissions."

_FORBIDDEN = {
    "Authentication_RequestFromNonPremiumTenantOrB2CTenant": (
        "This tenant's licence does not include what was asked of Microsoft Graph (HTTP 403)."
    ),
}


def decipher(status_code: int, headers: Mapping[str, str], body: bytes, subject: Subject = PEOPLE) -> dict[str, Any]:
    """Return the JSON object of a successful answer of Microsoft Graph; ``subject`` words the refusals.

    Raises:
        UnexpectedAnswer: A web page, damaged or cut JSON, or not an object.
        ServiceError: As `check`.
    """
    check(status_code, headers, body, subject)
    return _json_object(headers, body, status_code)


def check(status_code: int, headers: Mapping[str, str], body: bytes, subject: Subject) -> None:
    """Stop unless the answer is a success.

    Raises:
        AccessRefused: 401 (the application's token was refused) or 403 (a permission is missing).
        RecordNotFound: 404.
        RateLimited: 429, or 503 that says how long to wait.
        RequestRejected: any other 4xx.
        ServiceFailure: 5xx.
        UnexpectedAnswer: a redirect, or another status nobody promised.
    """
    if status_code == 200:
        return
    code, request_id = _error_code(body)
    request_id = request_id or header(headers, "request-id")
    raise _error_for(status_code, headers, detail=code, request_id=request_id, subject=subject)


def decipher_token(status_code: int, headers: Mapping[str, str], body: bytes) -> tuple[str, float]:
    """Return the access token and its lifetime in seconds from an answer of the token endpoint.

    A lifetime that is missing or makes no sense counts as five minutes.

    Raises:
        AccessRefused: The client ID or secret was refused (400, 401, 403).
        RateLimited: 429.
        ServiceFailure: 5xx.
        UnexpectedAnswer: Anything else.
    """
    if status_code in (400, 401, 403):
        detail = _token_error(body)
        raise AccessRefused(
            f"Microsoft Entra refused the dashboard's own sign-in to the directory (HTTP {status_code}). "
            + _ASK_ADMINISTRATOR,
            service=SERVICE,
            status=status_code,
            detail=detail,
        )
    if status_code != 200:
        raise _error_for(status_code, headers, detail=_token_error(body), request_id=header(headers, "x-ms-request-id"))
    answer = _json_object(headers, body, status_code)
    token = answer.get("access_token")
    # A token that cannot stand in a header, or of another kind, is not one to send on.
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise UnexpectedAnswer(
            "The directory's sign-in answered without an access token.", service=SERVICE, status=status_code
        )
    if str(answer.get("token_type", "Bearer")).lower() != "bearer":
        raise UnexpectedAnswer(
            "The directory's sign-in answered with an unknown kind of token.", service=SERVICE, status=status_code
        )
    lifetime = answer.get("expires_in")
    if isinstance(lifetime, str) and lifetime.isascii() and lifetime.isdigit() and len(lifetime) <= 9:
        lifetime = int(lifetime)
    if isinstance(lifetime, bool) or not isinstance(lifetime, (int, float)) or not 0 < lifetime <= 7 * 86_400:
        lifetime = 300
    return token, float(lifetime)


def _error_for(
    status: int, headers: Mapping[str, str], *, detail: str, request_id: str, subject: Subject = PEOPLE
) -> ServiceError:
    def error(kind: type[ServiceError], sentence: str) -> ServiceError:
        return kind(sentence, service=SERVICE, status=status, detail=detail, transaction_id=request_id)

    if status == 401:
        return error(AccessRefused, f"Microsoft Graph refused the dashboard's sign-in (HTTP 401). {_ASK_ADMINISTRATOR}")
    if status == 403:
        return error(AccessRefused, _FORBIDDEN.get(detail, subject.forbidden))
    if status == 404:
        return error(RecordNotFound, subject.missing)
    if status == 429 or (status == 503 and header(headers, "retry-after")):
        return rate_limited(SERVICE, headers, status=status, detail=detail, transaction_id=request_id)
    if status >= 500:
        return error(ServiceFailure, f"Microsoft Graph isn't answering properly right now (HTTP {status}). Try again.")
    if 300 <= status < 400:
        sentence = "Microsoft Graph redirected the request unexpectedly, so it was stopped."
        return UnexpectedAnswer(sentence, service=SERVICE, status=status, kind="redirect")
    if 400 <= status < 500:
        return error(RequestRejected, subject.rejected.format(status=status))
    sentence = f"Microsoft Graph's answer had an unexpected form (HTTP {status})."
    return UnexpectedAnswer(sentence, service=SERVICE, status=status)


def _json_object(headers: Mapping[str, str], body: bytes, status: int) -> dict[str, Any]:
    if body.lstrip()[:1] == b"<" or "html" in header(headers, "content-type").lower():
        raise UnexpectedAnswer(
            "Microsoft Graph sent a web page instead of data.", service=SERVICE, status=status, kind="web_page"
        )
    answer = strict_json(body, service=SERVICE, status=status)
    if not isinstance(answer, dict):
        raise UnexpectedAnswer("Microsoft Graph's answer had an unexpected form.", service=SERVICE, status=status)
    return answer


def _error_code(body: bytes) -> tuple[str, str]:
    """Return the innermost error code and the request id of an error's body, as far as it has any."""
    error = _lenient(body).get("error")
    code = request_id = ""
    for _ in range(5):  # Graph nests innerError; the innermost code is the precise one
        if not isinstance(error, dict):
            break
        code = error["code"] if isinstance(error.get("code"), str) else code
        found = error.get("request-id")
        request_id = found if isinstance(found, str) else request_id
        error = error.get("innerError") or error.get("innererror")
    return plain_cell(code, max_chars=100), plain_cell(request_id, max_chars=100)


def _token_error(body: bytes) -> str:
    answer = _lenient(body)
    code, description = answer.get("error"), answer.get("error_description")
    parts = [plain_cell(code, max_chars=60)] if isinstance(code, str) else []
    if isinstance(description, str) and (number := _AADSTS.search(description)):
        parts.append(number.group())
    return " ".join(parts)


def _lenient(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}  # an error's status says enough; its body is a courtesy
    return answer if isinstance(answer, dict) else {}
