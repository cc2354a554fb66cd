"""The check at the top of every page: who is signed in, and may they open it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from snlib.helpdesk import runtime
from snlib.helpdesk.desk import Desk, open_desk
from snlib.helpdesk.remote import describe
from snlib.ui import notices

LOOPBACK = "127.0.0.1"
"""The address of a client on this machine, for which Streamlit reports None."""

# Streamlit runs a script in one thread from its first line to its last. A button's callback and a fragment that runs
# alone are outside of such a run, find nothing here, and read the database again.
_run = threading.local()


@contextmanager
def running(desk: Desk) -> Iterator[None]:
    """Let everything in the block use the desk that was opened at the start of this run."""
    _run.desk = desk
    try:
        yield
    finally:
        _run.desk = None


def current_desk() -> Desk | None:
    """Return the desk of this run; outside of one it is read again, so that a sign-out elsewhere counts."""
    desk: Desk | None = getattr(_run, "desk", None)
    session_id = st.user.get("session")
    if desk is not None or not session_id:
        return desk
    # Outside a server, as in Streamlit's own test harness, neither is a text.
    address, user_agent = st.context.ip_address, st.context.headers.get("User-Agent")
    remote = describe(
        address if isinstance(address, str) else LOOPBACK, user_agent if isinstance(user_agent, str) else None
    )
    return open_desk(runtime.services(), str(session_id), remote=remote)


def require(permission: str = "") -> Desk:
    """Return the signed-in agent's desk, or draw the one notice that says what is missing and stop the script.

    Without ``permission`` being signed in is enough.
    """
    desk = current_desk()
    if desk is None:
        notices.sign_in(runtime.settings())
        st.stop()
    if permission:
        decision = desk.open_page(permission)
        if not decision.allowed:
            notices.refusal(decision.reason)
            st.stop()
    return desk
