"""Who sends a request: HTTP Basic, a bearer token or a session of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from snlib.demo.core import passwords
from snlib.demo.core.credentials import parse_basic
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow import sessions
from snlib.demo.servicenow.oauth import tokens

Method = Literal["basic", "bearer", "session"]
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Identity:
    """Whom a request speaks for.

    Args:
        user: The ``sys_user`` row.
        method: How the request authenticated.
        roles: Names of the user's roles.
    """

    user: dict[str, str]
    method: Method
    roles: frozenset[str]


def authenticate(request: Request, instance: Instance) -> Identity | None:
    """Return who sends ``request``, or ``None`` where that is not proven.

    An ``Authorization`` header decides alone, else the session's cookie is looked at. A session alone may read;
    writing by session also takes its ``X-UserToken``, as the platform's own pages send it.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        # Zurich and later: a "Securely scoped" entity's token is good for no REST API without an auth scope.
        owner = None if instance.switches.securely_scoped else tokens.owner_of(instance, credentials.strip())
        return of_user(instance, owner, "bearer") if owner else None
    if scheme.lower() == "basic":
        parsed = parse_basic(credentials.strip())
        user = passwords.check_password(instance.storage, *parsed) if parsed else None
        return of_user(instance, user, "basic") if user else None
    session = None if scheme else sessions.find(request, instance)
    if session is None or session.user is None:
        return None
    token = request.headers.get("x-usertoken", "")
    if request.method not in _SAFE_METHODS and not sessions.csrf_matches(session, token):
        return None
    return of_user(instance, session.user, "session")


def of_user(instance: Instance, user: dict[str, str], method: Method) -> Identity:
    """Return the identity of a user who has been authenticated already."""
    return Identity(user, method, roles_of(instance, user["sys_id"]))


def roles_of(instance: Instance, user_sys_id: str) -> frozenset[str]:
    """Return the names of the roles granted to a user."""
    rows = instance.storage.rows(
        "SELECT sys_user_role.name AS name FROM sys_user_has_role"
        " JOIN sys_user_role ON sys_user_role.sys_id = sys_user_has_role.role WHERE sys_user_has_role.user = ?",
        (user_sys_id,),
    )
    return frozenset(row["name"] for row in rows)
