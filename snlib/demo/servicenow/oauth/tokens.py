"""Access and refresh tokens: rows of ``oauth_credential``, as an instance keeps them.

Source: KB0791140 (lifetimes; one live access token per client and user; a refresh keeps the refresh token).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.servicenow.sessions import is_usable

ACCESS_PREFIX = "sndemo_at_"
REFRESH_PREFIX = "sndemo_rt_"
TOKEN_LENGTH = 86
SCOPE = "useraccount"
"""What every token is good for: all that its user may do."""
DEFAULT_ACCESS_SECONDS = 1800
DEFAULT_REFRESH_SECONDS = 8_640_000
MAX_LIFESPAN_SECONDS = 2_147_483_647


@dataclass(frozen=True, repr=False)
class Grant:
    """What a token request was granted; its ``repr`` holds no token.

    Args:
        access_token: Opaque, 86 URL-safe characters.
        refresh_token: The same style; empty when none is issued.
        expires_in_seconds: Whole seconds until the access token ends.
    """

    access_token: str
    refresh_token: str
    expires_in_seconds: int

    def __repr__(self) -> str:
        return f"Grant(expires_in_seconds={self.expires_in_seconds}, refreshable={bool(self.refresh_token)})"


def issue(
    instance: Instance, client: dict[str, str], user: dict[str, str], *, with_refresh_token: bool = True
) -> Grant:
    """Grant tokens to a user through an application.

    While an access token of the same client and user is alive, it is granted again: its expiry moves, and the refresh
    token's too.
    """
    now = instance.clock.now()
    access_seconds = lifespan_seconds(client, "access_token_lifespan", DEFAULT_ACCESS_SECONDS)
    refresh_seconds = lifespan_seconds(client, "refresh_token_lifespan", DEFAULT_REFRESH_SECONDS)
    with instance.lock, instance.storage.transaction():
        access = _live_row(instance, "access_token", client, user) or _new_row(instance, "access_token", client, user)
        _set_expiry(instance, access, now, access_seconds)
        if not with_refresh_token:
            return Grant(access["token"], "", access_seconds)
        refresh_row = _live_row(instance, "refresh_token", client, user)
        refresh_row = refresh_row or _new_row(instance, "refresh_token", client, user)
        _set_expiry(instance, refresh_row, now, refresh_seconds)
    return Grant(access["token"], refresh_row["token"], access_seconds)


def refresh(instance: Instance, client: dict[str, str], refresh_token: str) -> Grant | None:
    """Grant a new access token for a live refresh token of this client, or return ``None``.

    The refresh token stays the same and is not extended; the access token it replaces ends, as only one lives.
    """
    with instance.lock, instance.storage.transaction():
        row = _find_live(instance, "refresh_token", refresh_token)
        if row is None or row["peer"] != client["sys_id"]:
            return None
        user = instance.storage.get("sys_user", row["user"])
        if user is None or not is_usable(user):
            return None
        seconds = lifespan_seconds(client, "access_token_lifespan", DEFAULT_ACCESS_SECONDS)
        access = _new_row(instance, "access_token", client, user)
        _set_expiry(instance, access, instance.clock.now(), seconds)
    return Grant(access["token"], refresh_token, seconds)


def owner_of(instance: Instance, access_token: str) -> dict[str, str] | None:
    """Return the user whose access token this is; ``None`` when it is over or user or application is inactive."""
    row = _find_live(instance, "access_token", access_token)
    if row is None:
        return None
    user = instance.storage.get("sys_user", row["user"])
    client = instance.storage.get("oauth_entity", row["peer"])
    return user if is_usable(user) and client is not None and client["active"] == "true" else None


def revoke(instance: Instance, token: str) -> bool:
    """End an access or refresh token at once; return whether there was such a live token.

    Source: t_RevokeOAuthToken.md: the endpoint marks the given token expired and needs no authentication.
    """
    row = _find_live(instance, "access_token", token) or _find_live(instance, "refresh_token", token)
    if row is None:
        return False
    return instance.storage.delete("oauth_credential", row["sys_id"])


def live_rows(instance: Instance, *, user_sys_id: str = "") -> list[dict[str, str]]:
    """Return the live ``oauth_credential`` rows, of one user or of all."""
    of_user = {"user": user_sys_id} if user_sys_id else {}
    now = to_text(instance.clock.now())
    return [row for row in instance.storage.find("oauth_credential", **of_user) if row["expires"] > now]


def lifespan_seconds(client: dict[str, str], column: str, default: int) -> int:
    """Return a registry record's lifespan in seconds, at least 1, or ``default`` where the record holds no number."""
    text = client[column]
    return max(1, min(int(text), MAX_LIFESPAN_SECONDS)) if text.isascii() and text.isdigit() else default


def _find_live(instance: Instance, kind: str, token: str) -> dict[str, str] | None:
    if not token:
        return None
    rows = instance.storage.find("oauth_credential", token=token, type=kind)
    return rows[0] if rows and rows[0]["expires"] > to_text(instance.clock.now()) else None


def _live_row(instance: Instance, kind: str, client: dict[str, str], user: dict[str, str]) -> dict[str, str] | None:
    rows = instance.storage.find("oauth_credential", type=kind, peer=client["sys_id"], user=user["sys_id"])
    now = to_text(instance.clock.now())
    return next((row for row in rows if row["expires"] > now), None)


def _new_row(instance: Instance, kind: str, client: dict[str, str], user: dict[str, str]) -> dict[str, str]:
    """Insert a token in place of every earlier one of its kind, client and user: only one lives."""
    for old in instance.storage.find("oauth_credential", type=kind, peer=client["sys_id"], user=user["sys_id"]):
        instance.storage.delete("oauth_credential", old["sys_id"])
    prefix = ACCESS_PREFIX if kind == "access_token" else REFRESH_PREFIX
    row = {
        "token": prefix + secrets.token_urlsafe(TOKEN_LENGTH)[: TOKEN_LENGTH - len(prefix)],
        "type": kind,
        "peer": client["sys_id"],
        "user": user["sys_id"],
        "scope": SCOPE,
        "expires": "",
        "sys_created_on": to_text(instance.clock.now()),
        "sys_created_by": user["user_name"],
    }
    return {**row, "sys_id": instance.storage.insert("oauth_credential", row)}


def _set_expiry(instance: Instance, row: dict[str, str], now: datetime, seconds: int) -> None:
    expires = to_text(now + timedelta(seconds=seconds))  # the longest lifespan, 68 years, fits a datetime
    instance.storage.update("oauth_credential", row["sys_id"], {"expires": expires})
