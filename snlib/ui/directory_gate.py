"""What stands between a page and the directory: Microsoft Graph connected, or authenticated with ServiceNow."""

from __future__ import annotations

import streamlit as st

from snlib.helpdesk import graph_connection, incident_desk
from snlib.helpdesk.desk import Desk
from snlib.ui import servicenow_gate
from snlib.ui.markdown import plain


def open_gate(desk: Desk, *, key: str) -> bool:
    """Return whether people can be looked up; else draw what is missing.

    Args:
        desk: Who asks.
        key: Tells the buttons of several gates apart.
    """
    if desk.services.settings.directory == "servicenow":
        why = "to look people up: this organisation's people are kept in ServiceNow"
        return servicenow_gate.open_gate(desk, key=key, why=why) is not None
    connection = graph_connection.connection(desk)
    if connection.connected or not connection.needed:
        return True
    st.markdown(
        "Connect Microsoft Graph as yourself to look people, devices and groups up. What you see follows your own "
        "rights there."
    )
    servicenow_gate.authenticate(key, servicenow_gate.GRAPH)
    return False


def offer_intune_roles(desk: Desk) -> None:
    """Draw the way to have one's Intune roles counted: they are asked from Microsoft Graph with the agent's token."""
    if not desk.services.policy.intune_permissions or desk.may("users.search").allowed:
        return
    connection = graph_connection.connection(desk)
    if connection.needed and not connection.connected:
        st.markdown("Connect Microsoft Graph as yourself, so that your roles in Intune count here.")
        servicenow_gate.authenticate("intune", servicenow_gate.GRAPH)


def show_connection(desk: Desk) -> None:
    """Draw as whom the agent reads Microsoft Graph, and the way to end it; nothing where nobody connects it."""
    connection = graph_connection.connection(desk)
    if not connection.connected:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(plain(f"Microsoft Graph is connected as {connection.connected_as or 'yourself'}."))
        if st.button("Disconnect", type="tertiary", key="graph.disconnect", help="Ends your Graph connection here"):
            graph_connection.disconnect(desk)
            st.rerun()


def source(desk: Desk) -> str:
    """Return a key of what the directory answers this agent: his own, and of this token only."""
    graph = graph_connection.connection(desk).connected_at
    servicenow = ""
    if desk.may("incidents.view").allowed:
        servicenow = incident_desk.connection(desk).connected_at
    return f"{desk.agent.key}|{graph}|{servicenow}"
