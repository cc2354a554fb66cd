"""Stands at the top of every page: who is signed in, and may he open this."""

from __future__ import annotations

import streamlit as st

from snlib.agent import Agent
from snlib.helpdesk import runtime
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.remote import describe
from snlib.ui import notices

LOOPBACK = "127.0.0.1"
"""What Streamlit keeps to itself: it says None for a client on this machine."""


def current_agent() -> Agent | None:
    """Return the agent of this browser session, read again from the database so that a sign-out elsewhere counts."""
    session_id = st.user.get("session")
    if not session_id:
        return None
    return runtime.services().sessions.find_by_id(str(session_id))


def require(permission: str = "") -> Desk:
    """Return the signed-in agent's desk, or draw the one notice that says what is missing and stop the script.

    Args:
        permission: What the page needs; empty where being signed in is enough.
    """
    services = runtime.services()
    agent = current_agent()
    if agent is None:
        notices.sign_in(demo=services.settings.mode == "demo", provider=services.settings.oidc.provider_name)
        st.stop()
    desk = Desk(services, agent, remote=_remote())
    if permission:
        decision = desk.may(permission)
        if not decision.allowed:
            desk.note("page.open", outcome="refused", detail=permission)
            notices.refusal(decision.reason)
            st.stop()
    return desk


def _remote() -> str:
    address, user_agent = st.context.ip_address, st.context.headers.get("User-Agent")
    # Outside a server, as in Streamlit's own test harness, neither is a text.
    return describe(
        address if isinstance(address, str) else LOOPBACK, user_agent if isinstance(user_agent, str) else None
    )
