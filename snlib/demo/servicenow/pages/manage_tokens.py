"""Manage tokens: what applications may act for a user, and how a user takes that back (t_ManageTokens.md)."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.html import Html, element, join, notice, table
from snlib.demo.core.html_forms import button, form, hidden
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow.oauth import tokens
from snlib.demo.servicenow.pages.visit import OAUTH_ADMINS, TOKENS_PATH, Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted

KINDS = {"access_token": "Access token", "refresh_token": "Refresh token"}


def show_list(visit: Visit) -> Response:
    """List the live tokens: one's own, and everybody's for an OAuth administrator; the tokens stay hidden."""
    storage = visit.instance.storage
    everybody = visit.has_one_of(OAUTH_ADMINS)
    rows: list[list[Html | str]] = []
    for row in tokens.live_rows(visit.instance, user_sys_id="" if everybody else visit.session.user_sys_id):
        client = storage.get("oauth_entity", row["peer"]) or {"name": "(deleted application)"}
        user = storage.get("sys_user", row["user"]) or {"name": "(deleted user)"}
        revoke = form(
            TOKENS_PATH, visit.session.csrf_token, hidden("sys_id", row["sys_id"]), button("Revoke", kind="danger")
        )
        rows.append([client["name"], KINDS[row["type"]], user["name"], f"{row['expires']} UTC", revoke])
    listing = table(["Application", "Type", "User", "Expires", "Revoke access"], rows, caption="Live tokens")
    body = join(
        element("h1", "Manage tokens"),
        notice("The token was revoked.", kind="success") if "revoked" in visit.request.query_params else None,
        listing if rows else notice("No application holds a token."),
    )
    return visit.page("Manage tokens", body)


def revoke(visit: Visit, fields: Posted) -> Response:
    """Revoke one token: one's own, or anybody's for an OAuth administrator."""
    row = visit.instance.storage.get("oauth_credential", fields["sys_id"])
    own = row is not None and row["user"] == visit.session.user_sys_id
    if row is None or not (own or visit.has_one_of(OAUTH_ADMINS)):
        return visit.not_found()
    tokens.revoke(visit.instance, row["token"])
    return RedirectResponse(f"{TOKENS_PATH}?revoked=true", status_code=303)


def routes(_instance: Instance) -> list[BaseRoute]:
    """Return the routes of the tokens page."""
    return [
        Route(TOKENS_PATH, shown(show_list), methods=["GET"]),
        Route(TOKENS_PATH, submitted(revoke), methods=["POST"]),
    ]
