"""What an answer of Microsoft Graph means: pure functions of (status, headers, body).

Vendor: https://learn.microsoft.com/graph/errors (shape and codes), /graph/throttling (429 and ``Retry-After``),
/entra/identity/conditional-access/concept-continuous-access-evaluation (401 with ``insufficient_claims``).
Graph's own message text is written for developers; what an agent reads is decided by the status, the ``code`` and the
subject of the call, whose sentences name the permission to ask for (https://learn.microsoft.com/graph/permissions-reference).
A status alone names no cause: a missing permission, a missing role, a licence and a company's proxy all answer 403.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snlib.errors import (
    AccessRefused,
    RecordNotFound,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.text import plain_cell
from snlib.transport import strict_json
from snlib.transport.headers import header, rate_limited

SERVICE = "Microsoft Graph"

_ASK_ADMINISTRATOR = "Ask an administrator to check the Graph application's client ID, secret and permissions."
_SIGN_IN_AGAIN = "Microsoft Graph did not accept your sign-in. Connect Microsoft Graph again."
_POLICY_SIGN_IN = (
    "A Conditional Access policy asks you to sign in to Microsoft Entra again. Connect Microsoft Graph again."
)
_POLICY = (
    "A Conditional Access policy of Microsoft Entra blocked the request (HTTP {status}). Ask an administrator to look "
    "it up in Entra's sign-in log."
)
_NETWORK = (
    "A web page refused the request before Microsoft Graph answered (HTTP {status}). A firewall or a proxy can be the "
    "cause; permissions are not. Ask an administrator to let this server reach Microsoft Graph."
)
_SCOPE = (
    "Microsoft Graph does not let the dashboard read {what} (HTTP {status}). Ask an administrator to grant its "
    "application the permission {permission} with admin consent."
)
_SCOPE_OR_ROLE = (
    "Microsoft Graph does not let you read {what} through the dashboard (HTTP {status}). Ask an administrator to grant "
    "its application the permission {permission} with admin consent, or you a role that reads {what}."
)
_INTUNE_ROLE = (
    "Intune does not let you read {what} (HTTP {status}). Ask an administrator for an Intune role that reads {what}."
)
_LICENCE = "This tenant's licence does not include what was asked of Microsoft Graph (HTTP {status})."
_NO_REASON = (
    "Microsoft Graph refused to let the dashboard read {what} and did not say why (HTTP {status}). Ask an "
    "administrator to check the permission {permission}, your roles, and the network between this server and Microsoft "
    "Graph."
)

_NO_LICENCE = re.compile(r"Authentication_RequestFromNonPremiumTenantOrB2CTenant|not applicable to target tenant")
_BLOCKED_BY_POLICY = re.compile(r"conditional access|AADSTS530\d\d", re.IGNORECASE)
_MISSING_SCOPE = re.compile(r"must have one of the following scopes|required scopes are missing", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What one kind of question is about: what it reads, and with which permission.

    Attributes:
        what: As in "to read devices".
        permission: The one to grant the application.
        missing: The sentence for something that is not there.
        rejected: The sentence for 400 and similar, with ``{status}``.
    """

    what: str
    permission: str
    missing: str
    rejected: str = "Microsoft Graph could not understand this question (HTTP {status})."


PEOPLE = Subject(
    what="people",
    permission="User.Read.All",
    missing="This person is not in the directory: removed, or the address is wrong.",
    rejected="Microsoft Graph could not understand this search (HTTP {status}). Try other words.",
)
PHOTOS = Subject(what="photos", permission="User.Read.All", missing="This person has no photo.")
GROUPS = Subject(what="groups", permission="GroupMember.Read.All", missing=PEOPLE.missing)
DEVICES = Subject(
    what="devices",
    permission="DeviceManagementManagedDevices.Read.All",
    missing="Intune does not know this device: removed, or the address is wrong.",
)
LICENCES = Subject(
    what="licences",
    permission="Organization.Read.All",
    missing="Microsoft Graph knows no licences of this tenant.",
)
INTUNE_ROLES = Subject(
    what="Intune permissions",
    permission="DeviceManagementRBAC.Read.All",
    missing="Microsoft Graph does not say which Intune permissions you have.",
)
CONNECTORS = Subject(
    what="Intune's ServiceNow connector",
    permission="DeviceManagementConfiguration.Read.All",
    missing="Intune has no ServiceNow connector.",
)


def decipher(
    status_code: int, headers: Mapping[str, str], body: bytes, subject: Subject = PEOPLE, *, for_agent: bool = False
) -> dict[str, Any]:
    """Return the JSON object of a successful answer of Microsoft Graph; ``subject`` words the refusals.

    Raises:
        UnexpectedAnswer: A web page, damaged or cut JSON, or not an object; what is no success raises as `check`.
    """
    check(status_code, headers, body, subject, for_agent=for_agent)
    if _is_web_page(headers, body):
        sentence = "A web page came instead of Microsoft Graph's data: a proxy or firewall may have answered."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=status_code, kind="web_page")
    answer = strict_json(body, service=SERVICE, status=status_code)
    if not isinstance(answer, dict):
        raise UnexpectedAnswer("Microsoft Graph's answer had an unexpected form.", service=SERVICE, status=status_code)
    return answer


def check(status: int, headers: Mapping[str, str], body: bytes, subject: Subject, *, for_agent: bool = False) -> None:
    """Stop unless the answer is a success (200); ``for_agent`` says whose token was sent.

    Raises:
        SignInRequired: 401 for an agent's own token.
        AccessRefused: 403, or 401 for the application's token; ``kind`` says what is known of the cause.
        RecordNotFound: 404 in Graph's own words.
        RateLimited: 429, or 503 that says how long to wait.
        RequestRejected: any other 4xx.
        ServiceFailure: 5xx.
        UnexpectedAnswer: a redirect, or another status nobody promised.
    """
    if status == 200:
        return
    code, request_id, message = _error_parts(body)
    request_id = request_id or header(headers, "request-id")
    page = _is_web_page(headers, body)

    def error(cls: type[ServiceError], sentence: str, **more: str) -> ServiceError:
        return cls(sentence, service=SERVICE, status=status, detail=code, transaction_id=request_id, **more)

    if status in (401, 403, 407) or _NO_LICENCE.search(message):
        words = f"{code} {message}" if not page else body[:65_536].decode("utf-8", "replace")
        kind, sentence = _cause(status, words, page=page, for_agent=for_agent)
        if status == 401 and for_agent and kind != "network":
            challenged = "insufficient_claims" in header(headers, "www-authenticate")
            raise _sign_in(_POLICY_SIGN_IN if challenged else _SIGN_IN_AGAIN, code)
        about = {"status": status, "what": subject.what, "permission": subject.permission}
        raise error(AccessRefused, sentence.format(**about), kind=kind)
    if status == 404 and code.lower().endswith("notfound") and not page:
        raise error(RecordNotFound, subject.missing)
    if status == 429 or (status == 503 and header(headers, "retry-after")):
        raise rate_limited(SERVICE, headers, page=page, status=status, detail=code, transaction_id=request_id)
    if status >= 500:
        answered = "answered with an error page" if page else "isn't answering properly right now"
        raise error(ServiceFailure, f"Microsoft Graph {answered} (HTTP {status}).")
    if 300 <= status < 400:
        sentence = "Microsoft Graph redirected the request unexpectedly, so it was stopped."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=status, kind="redirect")
    if status == 404:
        sentence = "Nothing was found at this address of Microsoft Graph (HTTP 404), so it is not known what there is."
        raise error(RequestRejected, sentence)
    if 400 <= status < 500:
        raise error(RequestRejected, subject.rejected.format(status=status))
    sentence = f"Microsoft Graph's answer had an unexpected form (HTTP {status})."
    raise UnexpectedAnswer(sentence, service=SERVICE, status=status)


def _cause(status: int, words: str, *, page: bool, for_agent: bool) -> tuple[str, str]:
    """Return the kind of a refusal, as far as its own words or form establish it, and the sentence about it."""
    if _BLOCKED_BY_POLICY.search(words):
        return "policy", _POLICY
    if page or status == 407:
        return "network", _NETWORK
    if _NO_LICENCE.search(words):
        return "licence", _LICENCE
    if status == 401:
        return "client", f"Microsoft Graph refused the dashboard's sign-in (HTTP 401). {_ASK_ADMINISTRATOR}"
    if _MISSING_SCOPE.search(words):
        return "scope", _SCOPE
    if words.startswith("Authorization_RequestDenied"):
        return ("role", _SCOPE_OR_ROLE) if for_agent else ("scope", _SCOPE)
    if words.startswith("Forbidden ") and for_agent:  # Intune's own access control: the scopes were enough
        return "role", _INTUNE_ROLE
    return "unknown", _NO_REASON


def _sign_in(sentence: str, code: str) -> SnlibError:
    return SignInRequired(sentence, service=SERVICE, log=f"{SERVICE} answered HTTP 401: {code}")


def _is_web_page(headers: Mapping[str, str], body: bytes) -> bool:
    return body.lstrip()[:1] == b"<" or "html" in header(headers, "content-type").lower()


def _error_parts(body: bytes) -> tuple[str, str, str]:
    """Return the innermost error code, the request id and the message of an error's body, as far as it has any."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None  # an error's status says enough; its body is a courtesy
    error = answer.get("error") if isinstance(answer, dict) else None
    code = request_id = message = ""
    for _ in range(5):  # Graph nests innerError; the innermost code is the precise one
        if not isinstance(error, dict):
            break
        code = error["code"] if isinstance(error.get("code"), str) else code
        message = error["message"] if isinstance(error.get("message"), str) else message
        found = error.get("request-id")
        request_id = found if isinstance(found, str) else request_id
        error = error.get("innerError") or error.get("innererror")
    return plain_cell(code, max_chars=100), plain_cell(request_id, max_chars=100), plain_cell(message)
