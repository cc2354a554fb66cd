"""Sessions of the ServiceNow pages: by login form, or by single sign-on from the demo Entra.

A session is an entry of ``instance.sn_sessions`` under a random key that only the browser's cookie holds. An anonymous
one carries the login form's CSRF token; signing in always starts a new one (no session fixation).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from snlib.demo.core.instance import Instance

SESSION_COOKIE = "JSESSIONID"
ENTRA_COOKIE = "ESTSAUTH"
IDLE_LIMIT = timedelta(minutes=30)
"""``glide.ui.session_timeout`` of a stock instance."""


@dataclass(frozen=True)
class Session:
    """One browser's session as the pages see it.

    Args:
        key: The cookie's value.
        user: The signed-in ``sys_user`` row; ``None`` for a session that only carries a CSRF token.
        via: ``"form"``, ``"sso"`` or ``""``.
        csrf_token: What forms send back as ``sysparm_ck`` and REST calls as ``X-UserToken``.
    """

    key: str
    user: dict[str, str] | None
    via: str
    csrf_token: str

    def __repr__(self) -> str:
        return f"Session(user={self.user_name!r}, via={self.via!r})"

    @property
    def user_name(self) -> str:
        """Return the signed-in user's name, or an empty string."""
        return self.user["user_name"] if self.user else ""

    @property
    def user_sys_id(self) -> str:
        """Return the signed-in user's sys_id, or an empty string."""
        return self.user["sys_id"] if self.user else ""


def is_usable(user: dict[str, str] | None) -> bool:
    """Return whether a ``sys_user`` row may sign in: it exists, is active and is not locked out."""
    return user is not None and user["active"] == "true" and user["locked_out"] != "true"


def start(
    instance: Instance, user: dict[str, str] | None, *, via: str, person_id: str = "", replaces: str = ""
) -> Session:
    """Start a session and return it; ``replaces`` is the key of the one it takes the place of.

    Args:
        instance: The demo instance.
        user: The ``sys_user`` row, or ``None`` for an anonymous one.
        via: ``"form"``, ``"sso"`` or ``""``.
        person_id: With single sign-on, the ``entra_user`` whose Entra session vouches for it.
        replaces: A key to forget.
    """
    session = Session(secrets.token_urlsafe(32), user, via, secrets.token_hex(36))
    entry = {
        "user": session.user_sys_id,
        "via": via,
        "person": person_id,
        "csrf_token": session.csrf_token,
        "seen": instance.clock.now(),
    }
    with instance.lock:
        instance.sn_sessions.pop(replaces, None)
        instance.sn_sessions[session.key] = entry
    return session


def find(request: Request, instance: Instance) -> Session | None:
    """Return the request's session, signed in or anonymous, or ``None``; what has become void is ended here.

    A session is void after 30 idle minutes, when its user may no longer sign in, and, if it came by single sign-on,
    when the browser's Entra session has ended or is another person's.
    """
    key = request.cookies.get(SESSION_COOKIE, "")
    now: datetime = instance.clock.now()
    with instance.lock:
        entry = instance.sn_sessions.get(key)
        if entry is None:
            return None
        user = instance.storage.get("sys_user", entry["user"]) if entry["user"] else None
        void = (
            now - entry["seen"] > IDLE_LIMIT
            or (bool(entry["user"]) and not is_usable(user))
            or (entry["via"] == "sso" and entry["person"] != _entra_person_id(request, instance))
        )
        if void:
            instance.sn_sessions.pop(key, None)
            return None
        entry["seen"] = now
    return Session(key, user, entry["via"], entry["csrf_token"])


def find_or_sign_on(request: Request, instance: Instance) -> Session | None:
    """Return the signed-in session, starting one by single sign-on where the browser's Entra session allows it."""
    session = find(request, instance)
    if session is not None and session.user is not None:
        return session
    person_id = _entra_person_id(request, instance)
    people = instance.storage.find("entra_user", id=person_id) if person_id else []
    if not people or people[0]["accountEnabled"] != "true" or not people[0]["service_now_user"]:
        return None
    user = instance.storage.get("sys_user", people[0]["service_now_user"])
    if not is_usable(user):
        return None
    return start(instance, user, via="sso", person_id=person_id, replaces=session.key if session else "")


def find_or_start_anonymous(request: Request, instance: Instance) -> Session:
    """Return the request's session, or a new anonymous one to carry a login form's CSRF token."""
    return find(request, instance) or start(instance, None, via="")


def end(instance: Instance, session: Session) -> None:
    """End a session on the server."""
    with instance.lock:
        instance.sn_sessions.pop(session.key, None)


def set_cookie(response: Response, session: Session) -> None:
    """Hand the browser its session's key: HttpOnly, SameSite=Lax (an OAuth redirect is a top-level navigation)."""
    response.set_cookie(SESSION_COOKIE, session.key, path="/", httponly=True, samesite="lax")


def clear_cookie(response: Response) -> None:
    """Take the session's key back from the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


def csrf_matches(session: Session | None, submitted: str) -> bool:
    """Return whether ``submitted`` is the session's CSRF token (compared in constant time)."""
    return session is not None and secrets.compare_digest(session.csrf_token.encode(), submitted.encode())


def _entra_person_id(request: Request, instance: Instance) -> str:
    """Return the ``entra_user`` id of the browser's live Entra session, or an empty string."""
    cookie = request.cookies.get(ENTRA_COOKIE, "")
    return instance.entra_sessions.get(cookie, "") if cookie else ""
