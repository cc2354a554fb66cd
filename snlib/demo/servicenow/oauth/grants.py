"""The four grants of ``/oauth_token.do``. Every failure is ``None``: the instance has one answer for nearly all.

Sources: c_OAuthAuthorizationCodeFlow.md, r_OAuthAPIRequestParameters.md, KB0791140.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from snlib.demo.core import passwords
from snlib.demo.core.credentials import parse_basic
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow.oauth import applications, codes, tokens
from snlib.demo.servicenow.oauth.tokens import Grant
from snlib.demo.servicenow.posted import Posted
from snlib.demo.servicenow.sessions import is_usable

Client = dict[str, str]


def answer(instance: Instance, form: Posted, basic: str) -> Grant | None:
    """Return what a token request is granted, or ``None``.

    Args:
        instance: The demo instance.
        form: The body's fields.
        basic: The value of an HTTP Basic ``Authorization`` header after ``Basic``, or an empty string.
    """
    handler = _GRANTS.get(form["grant_type"])
    if handler is None or form.repeats or form["scope"] not in {"", tokens.SCOPE}:
        return None
    client = _client(instance, form, basic)
    return handler(instance, client, form) if client else None


def _client(instance: Instance, form: Posted, basic: str) -> Client | None:
    """Return the authenticated application.

    Client authentication is documented in the body only. The one exception is the password grant, where HTTP Basic is
    taken as well: ServiceNow's own PySNC sends it so, and its tests run against a real developer instance.
    """
    client_id, secret = form["client_id"], form["client_secret"]
    if not client_id and basic and form["grant_type"] == "password":
        client_id, secret = parse_basic(basic) or ("", "")
    client = applications.find(instance, client_id)
    if client is None or applications.is_public(client):
        return client
    known = client["client_secret"]
    return client if known and secrets.compare_digest(known.encode(), secret.encode()) else None


def _authorization_code(instance: Instance, client: Client, form: Posted) -> Grant | None:
    code = codes.take(instance, form["code"], client)
    if code is None or code.scope not in {"", tokens.SCOPE}:
        return None
    if not code.is_answered_by(redirect_uri=form["redirect_uri"], code_verifier=form["code_verifier"]):
        return None
    user = instance.storage.get("sys_user", code.user_sys_id)
    if user is None or not is_usable(user):
        return None
    refreshable = not applications.is_public(client) or instance.switches.public_client_refresh_token
    return tokens.issue(instance, client, user, with_refresh_token=refreshable)


def _refresh_token(instance: Instance, client: Client, form: Posted) -> Grant | None:
    return tokens.refresh(instance, client, form["refresh_token"])


def _password(instance: Instance, client: Client, form: Posted) -> Grant | None:
    if instance.switches.ropc_disabled or applications.is_public(client):
        return None
    user = passwords.check_password(instance.storage, form["username"], form["password"])
    return tokens.issue(instance, client, user) if user else None


def _client_credentials(instance: Instance, client: Client, _form: Posted) -> Grant | None:
    """Grant a token for the "OAuth Application User" of the registry record, where the instance allows it at all."""
    if not instance.switches.client_credentials_enabled or applications.is_public(client):
        return None
    user = instance.storage.get("sys_user", client["user"]) if client["user"] else None
    return tokens.issue(instance, client, user, with_refresh_token=False) if user and is_usable(user) else None


_GRANTS: dict[str, Callable[[Instance, Client, Posted], Grant | None]] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "password": _password,
    "client_credentials": _client_credentials,
}
