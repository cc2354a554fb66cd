"""Notices of errors and refusals: what happened, what it means, what to do."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

import streamlit as st

from snlib import errors
from snlib.ui import html, viewer
from snlib.ui.html import plain

if TYPE_CHECKING:
    from snlib.settings import Settings

log = logging.getLogger(__name__)

TITLES: dict[type[errors.SnlibError], str] = {
    errors.ConfigurationError: "The dashboard is not set up",
    errors.InvalidInput: "This cannot be used",
    errors.ConnectorOff: "The ServiceNow connector is not in use",
    errors.SignInRequired: "Authenticate with {service}",
    errors.AuthorizationDenied: "{service} gave no access",
    errors.AuthorizationExpired: "The authorization is no longer valid",
    errors.RefreshRejected: "Your {service} connection has ended",
    errors.PermissionDenied: "You do not have permission",
    errors.ServiceError: "{service} gave an error",
    errors.RecordNotFound: "Not found",
    errors.AccessRefused: "{service} refused",
    errors.RequestRejected: "{service} rejected the request",
    errors.RateLimited: "{service} is busy",
    errors.ServiceFailure: "{service} failed",
    errors.UnexpectedAnswer: "{service} gave an unexpected answer",
    errors.ServiceUnreachable: "{service} cannot be reached",
    errors.StoreError: "The dashboard's database has a problem",
    errors.SnlibError: "Something went wrong",
}
"""The heading of each error's notice; every class of the tree has one."""


def title_of(error: errors.SnlibError) -> str:
    """Return the heading of an error's notice."""
    found = next(TITLES[cls] for cls in type(error).__mro__ if cls in TITLES)
    return found.format(service=getattr(error, "service", "") or "The service")


def show(error: errors.SnlibError) -> None:
    """Draw the notice of ``error``; a fault of a service or of the dashboard has a reference that the log has, too."""
    calm = errors.InvalidInput | errors.PermissionDenied | errors.ConnectorOff | errors.SignInRequired
    if isinstance(error, calm | errors.RecordNotFound):
        st.warning(plain(error.user_message), title=title_of(error), icon=":material/info:")
        return
    reference = secrets.token_hex(4)
    log.error("reference %s: %s: %s", reference, type(error).__name__, error)
    st.error(f"{plain(error.user_message)}\n\nReference {reference}", title=title_of(error), icon=":material/error:")


def refusal(reason: str) -> None:
    """Draw the notice that the agent may not open this page, with the reason and who can grant it."""
    st.warning(plain(reason), title="You do not have permission to open this page", icon=":material/lock:")


def sign_in(settings: Settings | None) -> None:
    """Draw the only notice of a signed-out page; its link returns to this page with the whole query."""
    hint = "This is the demo, with made-up people and incidents. Pick who you want to be; no password is needed."
    if settings is not None and settings.mode != "demo":
        hint = f"You will be sent to {settings.oidc.provider_name} and back to this page."
    html.draw(
        '<section class="sn-sign-in"><h1>Sign in to the helpdesk dashboard</h1><p>{hint}</p>'
        '<a href="/login?next={here}" target="_self">Sign in</a></section>',
        hint=hint,
        here=quote(viewer.here(), safe=""),
    )
