"""Manage tokens: what applications may act for a user, and how a user takes that back (t_ManageTokens.md)."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.servicenow.oauth import tokens
from snlib.demo.servicenow.pages.visit import Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted

PATH = "/oauth_credential_list.do"
_KINDS = {"access_token": "Access token", "refresh_token": "Refresh token"}


def show_list(visit: Visit) -> Response:
    """List the live tokens: one's own, and everybody's for an OAuth administrator; the tokens stay hidden."""
    storage = visit.instance.storage
    rows = []
    user_sys_id = "" if visit.keeps_applications else visit.session.user_sys_id
    for row in tokens.live_rows(visit.instance, user_sys_id=user_sys_id):
        client = storage.get("oauth_entity", row["peer"]) or {"name": "(deleted application)"}
        user = storage.get("sys_user", row["user"]) or {"name": "(deleted user)"}
        rows.append((row["sys_id"], [client["name"], _KINDS[row["type"]], user["name"], f"{row['expires']} UTC"]))
    return visit.page("tokens", "Manage tokens", rows=rows, done=visit.done(revoked="The token was revoked."))


def revoke(visit: Visit, fields: Posted) -> Response:
    """Revoke one token: one's own, or anybody's for an OAuth administrator."""
    row = visit.instance.storage.get("oauth_credential", fields["sys_id"])
    if row is None or not (row["user"] == visit.session.user_sys_id or visit.keeps_applications):
        return visit.not_found()
    tokens.revoke(visit.instance, row["token"])
    return RedirectResponse(f"{PATH}?revoked=true", status_code=303)


def routes() -> list[BaseRoute]:
    """Return the routes of the tokens page."""
    return [
        Route(PATH, shown(show_list), methods=["GET"]),
        Route(PATH, submitted(revoke), methods=["POST"]),
    ]
