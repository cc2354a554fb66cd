"""The parts of the page Home: the agent, and the connector's status."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from snlib.connector.model import ConnectionStatus
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk
from snlib.ui import shell, viewer
from snlib.ui.html import dotted, plain

_COLOURS: dict[ConnectionStatus, Literal["green", "orange", "red", "gray"]] = {
    ConnectionStatus.VERIFIED: "green",
    ConnectionStatus.NOT_VERIFIED: "orange",
    ConnectionStatus.FAILED: "red",
    ConnectionStatus.DISABLED: "gray",
    ConnectionStatus.NOT_CONFIGURED: "gray",
}


def show_agent(desk: Desk) -> None:
    """Draw who is signed in and their roles; without a role, whom to ask for one."""
    roles = desk.roles()
    st.markdown(dotted(f"Signed in as **{plain(desk.agent.name)}**", plain(", ".join(roles))))
    if roles:
        return
    reason = plain(desk.may("users.search").reason)
    st.info(reason, title="Your account has no role in this dashboard", icon=":material/key:")


def show_connector(desk: Desk) -> None:
    """Draw the connector's status in a card, with a link to its page."""
    if not desk.may("connector.read").allowed:
        return
    connector = connector_desk.settings(desk)
    with st.container(border=True):
        st.subheader("ServiceNow connector", anchor=False)
        st.badge(connector.status.value, color=_COLOURS[connector.status])
        if connector.instance_url:
            st.text(connector.instance_url)
        if connector.last_connection_at:
            st.caption(f"Last connection {viewer.local(connector.last_connection_at):%Y-%m-%d %H:%M}")
        st.page_link(shell.page_named("connector"), label="Open the connector page", icon=":material/cable:")
