"""What the demo Entra remembers between requests: requests being answered, codes, refresh tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from snlib.demo.core.instance import Instance

PICKER_LIFETIME = timedelta(minutes=60)
CODE_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class AuthorizationRequest:
    """One validated request to ``/authorize``, kept here while the person chooses an account.

    Args:
        client_id: The application.
        redirect_uri: Where the answer goes: registered, compared character by character.
        scopes: What was asked for.
        state: Handed back unchanged.
        nonce: For the ID token.
        code_challenge: S256 challenge, or empty.
        response_mode: ``query`` or ``fragment``.
        login_hint: Whom the application expects.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    code_challenge: str
    response_mode: str
    login_hint: str


@dataclass(frozen=True)
class PendingChoice:
    """A picker that is open in one browser.

    Args:
        request: What is to be answered.
        browser: The cookie of the browser it was shown to.
        canary: The form's CSRF token.
        created_at: When it was shown.
    """

    request: AuthorizationRequest
    browser: str = field(repr=False)
    canary: str = field(repr=False)
    created_at: datetime


@dataclass
class Code:
    """An authorization code and, once it was redeemed, the refresh tokens that came of it."""

    request: AuthorizationRequest
    person_id: str
    issued_at: datetime
    used: bool = False
    refresh_tokens: list[str] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class RefreshGrant:
    """What a refresh token stands for."""

    client_id: str
    person_id: str
    scopes: tuple[str, ...]
    issued_at: datetime
    code: str = field(repr=False)


def open_choice(instance: Instance, request: AuthorizationRequest, browser: str) -> tuple[str, PendingChoice]:
    """Remember a picker; return its id and what is remembered."""
    choice = PendingChoice(request, browser, secrets.token_urlsafe(24), instance.clock.now())
    choice_id = secrets.token_urlsafe(24)
    _put(instance, "entra.choices", choice_id, choice)
    return choice_id, choice


def find_choice(instance: Instance, choice_id: str, browser: str) -> PendingChoice | None:
    """Return the picker with this id if it was shown to this browser in the last hour, else ``None``."""
    choice: PendingChoice | None = instance.shelf("entra.choices").get(choice_id)
    if choice is None or instance.clock.now() - choice.created_at > PICKER_LIFETIME:
        return None
    return choice if browser and secrets.compare_digest(choice.browser.encode(), browser.encode()) else None


def close_choice(instance: Instance, choice_id: str) -> bool:
    """Forget a picker; return whether it was still open (of two answers at once, one gets True)."""
    with instance.lock:
        return instance.shelf("entra.choices").pop(choice_id, None) is not None


def issue_code(instance: Instance, request: AuthorizationRequest, person_id: str) -> str:
    """Return a new authorization code."""
    value = secrets.token_urlsafe(48)
    _put(instance, "entra.codes", value, Code(request, person_id, instance.clock.now()))
    return value


def find_code(instance: Instance, value: str) -> Code | None:
    """Return what a code stands for, used or not, or ``None``."""
    found: Code | None = instance.shelf("entra.codes").get(value)
    return found


def use_code(instance: Instance, code: Code) -> bool:
    """Mark a code as used and return True.

    When it was used before, return False and revoke the refresh tokens that came of it (RFC 6749, 4.1.2).
    """
    with instance.lock:
        if not code.used:
            code.used = True
            return True
        for token in code.refresh_tokens:
            instance.shelf("entra.refresh").pop(token, None)
        code.refresh_tokens.clear()
        return False


def issue_refresh_token(instance: Instance, code_value: str, grant: RefreshGrant) -> str:
    """Return a new refresh token that dies with its code's misuse."""
    value = "1." + secrets.token_urlsafe(64)
    _put(instance, "entra.refresh", value, grant)
    code = find_code(instance, code_value)
    if code is not None:
        with instance.lock:
            code.refresh_tokens.append(value)
    return value


def find_refresh_grant(instance: Instance, value: str) -> RefreshGrant | None:
    """Return what a refresh token stands for, or ``None``."""
    found: RefreshGrant | None = instance.shelf("entra.refresh").get(value)
    return found


def start_session(instance: Instance, person_id: str, *, replaces: str = "") -> str:
    """Start an Entra session and return its cookie's value; ``replaces`` is the one it takes the place of."""
    value = secrets.token_urlsafe(32)
    with instance.lock:
        instance.entra_sessions.pop(replaces, None)
        instance.entra_sessions[value] = person_id
    return value


def end_session(instance: Instance, value: str) -> None:
    """End an Entra session; ServiceNow sessions that came of it by single sign-on die with it."""
    with instance.lock:
        instance.entra_sessions.pop(value, None)


def _put(instance: Instance, shelf_name: str, key: str, value: object) -> None:
    with instance.lock:
        instance.shelf(shelf_name)[key] = value
