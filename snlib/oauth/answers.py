"""Asking the token endpoint, and reading its answers.

ServiceNow answers nearly every refusal with one and the same 401 (``server_error`` / ``access_denied``), a wrong client
secret and a dead refresh token among them, so that answer is no proof of either. oauthlib's parser is not used: it
falls back to form decoding for anything that is not JSON, stops at an ``expires_in`` that is no number, and obeys
environment variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from snlib.errors import (
    AccessRefused,
    RefreshRejected,
    RequestRejected,
    ServiceError,
    ServiceFailure,
    SignInRequired,
    UnexpectedAnswer,
)
from snlib.oauth.client import TokenClient
from snlib.oauth.tokens import Token
from snlib.oauth.words import SERVICENOW, Words
from snlib.transport import Transport, strict_json
from snlib.transport.calls import origin_of
from snlib.transport.headers import rate_limited

Grant = Literal["redeem", "refresh", "application"]
"""What a token is asked for with: a code, a refresh token, or the application's own credentials."""

DEADLINE_SECONDS = 10.0
"""For one call to the token endpoint; shorter than a lease, so that nobody takes over while it may still succeed."""
ASSUMED_LIFETIME_SECONDS = 300
"""Taken where ``expires_in`` is absent, not a whole number, or implausible."""
MAX_LIFETIME_SECONDS = 10 * 365 * 86_400

_SECRET = re.compile(r"[\x21-\x7e]{1,8192}")
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_AADSTS = re.compile(r"AADSTS\d{4,8}")
# https://learn.microsoft.com/entra/identity-platform/reference-error-codes: blocked, or more proof of identity wanted.
_POLICY = re.compile(r"AADSTS(530\d\d|50076|50079|50158|50074)")
_WRONG_CLIENT = re.compile(r"AADSTS(7000\d+|700016|90002)")


def ask_for_token(
    transport: Transport, client: TokenClient, form: Mapping[str, str], *, grant: Grant, asked_at: datetime
) -> Token:
    """Send ``form`` to the token endpoint, once, and return the token; raises ServiceUnreachable or as `read_token`."""
    answer = transport.send(
        "POST",
        client.token_endpoint,
        service=client.words.service,
        data=form,
        allowed_origin=origin_of(client.token_endpoint),
        deadline_seconds=DEADLINE_SECONDS,
    )
    return read_token(
        answer.status_code, answer.headers, answer.body, grant=grant, asked_at=asked_at, words=client.words
    )


def read_token(
    status_code: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    grant: Grant,
    asked_at: datetime,
    words: Words = SERVICENOW,
) -> Token:
    """Return the token in an answer of the token endpoint; its lifetime counts from ``asked_at`` (aware UTC).

    Raises:
        RefreshRejected: The refresh token is no longer good: HTTP 400 or 401 with ``invalid_grant`` in JSON.
        SignInRequired: The refresh was refused with another code, which the token or the client may be the cause of.
        RequestRejected: The code was not accepted, or the client was not.
        AccessRefused: The application was not accepted; or 401, 403 or 407 that is no OAuth error.
        RateLimited: 429 or 202, with the time to wait.
        ServiceFailure: 5xx.
        UnexpectedAnswer: Anything else.
    """
    answer = _json_object(body)
    if status_code == 200 and _is_secret(answer.get("access_token")) and "error" not in answer:
        return _token(answer, grant=grant, asked_at=asked_at, words=words)
    code, description = answer.get("error"), answer.get("error_description")
    if status_code in {400, 401, 403} and isinstance(code, str):
        code = code if _ERROR_CODE.fullmatch(code) else "error"
        raise _refused(status_code, code, description if isinstance(description, str) else "", grant, words)
    if status_code in {401, 403, 407}:
        page = _is_page(body) or status_code == 407
        sentence = (words.blocked if page else words.no_reason).format(status=status_code)
        kind = "network" if page else "unknown"
        raise AccessRefused(sentence, service=words.service, status=status_code, detail=f"{grant}: {kind}", kind=kind)
    if status_code in {202, 429}:
        limited = f"{grant} limited"
        raise rate_limited(words.service, headers, status=status_code, page=_is_page(body), detail=limited)
    if status_code >= 500:
        raise _failed(status_code, grant, words)
    raise _unexpected(status_code, body, grant, words)


def _token(answer: dict[str, Any], *, grant: Grant, asked_at: datetime, words: Words) -> Token:
    token_type = answer.get("token_type", "Bearer")
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise _unexpected(200, b"", grant, words)
    refresh_token, scope, seconds = answer.get("refresh_token"), answer.get("scope"), answer.get("expires_in")
    if isinstance(seconds, str) and re.fullmatch(r"[0-9]{1,9}", seconds):
        seconds = int(seconds)  # Entra's older endpoint writes a text
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= MAX_LIFETIME_SECONDS:
        seconds = ASSUMED_LIFETIME_SECONDS
    return Token(
        access_token=answer["access_token"],
        refresh_token=refresh_token if _is_secret(refresh_token) else None,
        expires_at=asked_at + timedelta(seconds=seconds),
        lifetime_seconds=seconds,
        scope=scope if isinstance(scope, str) else "",
    )


def _refused(
    status_code: int, code: str, description: str, grant: Grant, words: Words
) -> SignInRequired | ServiceError:
    # Only a code that looks like RFC 6749's is passed on; the description is the server's prose and stays out.
    number = _AADSTS.search(description)
    detail = f"{code} {number[0]}" if number else code
    log = f"{grant} refused: HTTP {status_code} {detail}"
    by_policy = bool(words.blocked_by_policy and _POLICY.search(description))
    if grant == "application":
        return _application_refused(status_code, code, description, detail, words, by_policy=by_policy)
    if by_policy:
        return SignInRequired(words.blocked_by_policy, log=log, service=words.service)
    if code in words.client_errors:
        text = words.misconfigured if grant == "refresh" else words.client_refused
        # One name for all of them: the gateway tells an administrator by it.
        return RequestRejected(text, service=words.service, status=status_code, detail="invalid_client")
    if code in words.passing_errors:
        return _failed(status_code, grant, words)
    if grant == "redeem":
        return RequestRejected(words.not_accepted, service=words.service, status=status_code, detail=detail)
    if code == "invalid_grant":  # RFC 6749 section 5.2: the only code that blames the refresh token
        return RefreshRejected(words.connection_ended, log=log, service=words.service)
    return SignInRequired(words.not_renewed, log=log, service=words.service)


def _application_refused(
    status_code: int, code: str, description: str, detail: str, words: Words, *, by_policy: bool
) -> AccessRefused:
    kind, sentence = "unknown", words.no_reason
    if by_policy:
        kind, sentence = "policy", words.blocked_by_policy
    elif code in words.client_errors or _WRONG_CLIENT.search(description):
        kind, sentence = "client", words.application_refused
    text = sentence.format(status=status_code)
    return AccessRefused(text, service=words.service, status=status_code, detail=detail, kind=kind)


def _failed(status_code: int, grant: Grant, words: Words) -> ServiceFailure:
    text = words.renew_later if grant == "refresh" else words.unavailable
    if grant == "redeem":
        text = f"{words.service} isn't answering properly right now, so you are not connected. Try again in a moment."
    return ServiceFailure(text, service=words.service, status=status_code)


def _unexpected(status_code: int, body: bytes, grant: Grant, words: Words) -> ServiceError:
    page = body[:65_536].lower()
    kind, text = "shape", f"{words.service}'s answer had an unexpected form, so you are not connected."
    if b"instance is hibernating" in page or b"instance hibernating" in page or b"is currently offline" in page:
        kind = "hibernating"
        text = "This ServiceNow instance is asleep. Wake it in the developer portal, then try again."
    elif _is_page(body):
        kind = "login_page" if b"login.do" in page else "web_page"
        text = f"{words.service} sent a web page instead of data, so you are not connected. Try again in a moment."
    if grant != "redeem" and kind != "hibernating":
        text = words.renew_later if grant == "refresh" else words.unavailable
    return UnexpectedAnswer(text, service=words.service, kind=kind, status=status_code, detail=f"{grant}: {kind}")


def _is_page(body: bytes) -> bool:
    page = body[:65_536].lower()
    return b"<html" in page or b"<!doctype html" in page


def _json_object(body: bytes) -> dict[str, Any]:
    """Return the body as a JSON object, an empty one for anything else."""
    try:
        value = strict_json(body, service="")
    except UnexpectedAnswer:
        return {}  # What it is instead is looked at where the status is known.
    return value if isinstance(value, dict) else {}


def _is_secret(value: object) -> bool:
    """Return whether a value can be a token: text without spaces or line breaks, which no header would bear."""
    return isinstance(value, str) and _SECRET.fullmatch(value) is not None
