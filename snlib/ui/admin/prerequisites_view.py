"""The card Prerequisites, which are checked at the press of a button and not on every run."""

from __future__ import annotations

import streamlit as st

from snlib.errors import SnlibError
from snlib.helpdesk.connector import prerequisites
from snlib.helpdesk.connector.prerequisites import Prerequisites
from snlib.helpdesk.desk import Desk
from snlib.ui import notices, state, viewer
from snlib.ui.admin import connector_view
from snlib.ui.html import plain


def show(desk: Desk) -> None:
    """Draw the prerequisites with their outcomes, and the button that checks them."""
    agent_key, found = st.session_state.get(state.PREREQUISITES, ("", None))
    if agent_key != desk.agent.key:
        found = None
    with st.container(border=True):
        st.subheader("Prerequisites", anchor=False)
        st.button(
            "Check again" if isinstance(found, Prerequisites) else "Check",
            key="sn.prerequisites.check",
            icon=":material/fact_check:",
            on_click=_check,
            args=(desk,),
        )
        if isinstance(found, Prerequisites):
            connector_view.show_steps(found.lines)
            st.caption(plain(f"Checked at {viewer.local(found.checked_at):%H:%M:%S}"))
            return
        if found:
            del st.session_state[state.PREREQUISITES]
            notices.show(found)
        st.caption(plain(", ".join(prerequisites.LABELS.values()) + ": not checked yet"))


def _check(desk: Desk) -> None:
    found: Prerequisites | SnlibError
    try:
        found = prerequisites.check(desk)
    except SnlibError as error:
        found = error
    st.session_state[state.PREREQUISITES] = (desk.agent.key, found)
