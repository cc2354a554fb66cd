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

Method = Literal["basic", "bearer", "session", "none"]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Identity:
    """Whom a request speaks for.

    Args:
        user: The ``sys_user`` row, or ``None``: not authenticated.
        method: How the request authenticated, or tried to.
        roles: Names of the user's roles.
        client: The ``oauth_entity`` row a bearer token was issued to.
        refused: Why an attempt failed, for tests and logs, never a secret; empty otherwise.
    """

    user: dict[str, str] | None
    method: Method
    roles: frozenset[str]
    client: dict[str, str] | None
    refused: str

    @property
    def sys_id(self) -> str:
        """Return the user's sys_id, or an empty string."""
        return self.user["sys_id"] if self.user else ""

    @property
    def user_name(self) -> str:
        """Return the user's name, or an empty string."""
        return self.user["user_name"] if self.user else ""


def authenticate(request: Request, instance: Instance) -> Identity:
    """Return who sends ``request``; an ``Authorization`` header decides alone, else the session's cookie is looked at.

    A session alone may read; writing by session also takes its ``X-UserToken``, as the platform's own pages send it.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(instance, credentials.strip())
    if scheme.lower() == "basic":
        return _by_password(instance, credentials.strip())
    if scheme:
        return _nobody("none", "unknown authentication scheme")
    session = sessions.find(request, instance)
    if session is None or session.user is None:
        return _nobody("none", "")
    if request.method not in SAFE_METHODS and not sessions.csrf_matches(
        session, request.headers.get("x-usertoken", "")
    ):
        return _nobody("session", "X-UserToken missing or wrong")
    return of_user(instance, session.user, "session")


def of_user(instance: Instance, user: dict[str, str], method: Method, client: dict[str, str] | None = None) -> Identity:
    """Return the identity of a user who has been authenticated already."""
    return Identity(user, method, roles_of(instance, user["sys_id"]), client, "")


def roles_of(instance: Instance, user_sys_id: str) -> frozenset[str]:
    """Return the names of the roles granted to a user."""
    rows = instance.storage.rows(
        "SELECT sys_user_role.name AS name FROM sys_user_has_role"
        " JOIN sys_user_role ON sys_user_role.sys_id = sys_user_has_role.role WHERE sys_user_has_role.user = ?",
        (user_sys_id,),
    )
    return frozenset(row["name"] for row in rows)


def _by_token(instance: Instance, token: str) -> Identity:
    bearer = tokens.lookup(instance, token)
    if bearer is None:
        return _nobody("bearer", "token unknown, expired or revoked, or its user or application may not be used")
    if instance.switches.securely_scoped:
        # Zurich and later: a "Securely scoped" entity's token is good for no REST API without an auth scope.
        return _nobody("bearer", "the application is securely scoped and has no auth scope for this API")
    return of_user(instance, bearer.user, "bearer", bearer.client)


def _by_password(instance: Instance, credentials: str) -> Identity:
    parsed = parse_basic(credentials)
    user = passwords.check_password(instance.storage, *parsed) if parsed else None
    return of_user(instance, user, "basic") if user else _nobody("basic", "user name or password wrong")


def _nobody(method: Method, refused: str) -> Identity:
    return Identity(None, method, frozenset(), None, refused)
