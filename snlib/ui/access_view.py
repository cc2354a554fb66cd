"""What Your access shows: who one is to the dashboard, and each permission with its reason."""

from __future__ import annotations

from html import escape

import streamlit as st

from snlib.access import Decision, Permission
from snlib.helpdesk import graph_connection, your_access
from snlib.helpdesk.desk import Desk
from snlib.ui import servicenow_gate
from snlib.ui.markdown import plain

TITLES: dict[Permission, str] = {
    Permission.USERS_SEARCH: "Find people, open them, see their groups",
    Permission.INCIDENTS_VIEW: "See a person's incidents",
    Permission.INCIDENTS_WRITE: "Change incidents",
    Permission.DEVICES_VIEW: "See a person's devices",
    Permission.COUNTS_VIEW: "See incident counts",
    Permission.LICENSES_VIEW: "See licences",
    Permission.CONNECTOR_READ: "See the ServiceNow connector",
    Permission.CONNECTOR_UPDATE: "Change and test the ServiceNow connector",
    Permission.AUDIT_VIEW: "See the access log",
}
"""Every permission in words, in the order of the page."""

_CELL = "padding:.5rem .75rem .5rem 0;text-align:left;vertical-align:top;border-bottom:1px solid rgba(128,128,128,.35);"


def show_identity(desk: Desk) -> None:
    """Draw who is signed in, with which roles, and until when."""
    agent = desk.agent
    roles = ", ".join(desk.roles()) or "no role that grants something here"
    st.markdown(f"Signed in as **{plain(agent.name)}** with {plain(roles)}")
    ends = servicenow_gate.local(your_access.session_ends_at(desk))
    idle = f"{desk.services.settings.session_idle_minutes:g}"
    st.caption(plain(f"You stay signed in until {ends:%Y-%m-%d %H:%M} at most, or {idle} minutes without a click."))
    unknown = your_access.unknown_roles(desk)
    if unknown:
        st.caption(plain(f"App roles that grant nothing here: {', '.join(unknown)}"))
    connection = graph_connection.connection(desk)
    if desk.services.policy.intune_permissions and connection.needed and not connection.connected:
        st.markdown("Your Intune role may allow more: connect Microsoft Graph as yourself, and it is asked.")
        servicenow_gate.authenticate("access", servicenow_gate.GRAPH)
    with st.expander("How the dashboard knows you", icon=":material/fingerprint:"):
        st.text(f"Issuer: {agent.issuer}\nTenant: {agent.tenant_id or 'none'}\nObject ID: {agent.object_id}")


def show_permissions(desk: Desk) -> None:
    """Draw one row a permission: yes or no, and the reason in one sentence."""
    found = your_access.decisions(desk)
    rows = "".join(_row(permission, TITLES[permission], found[permission]) for permission in TITLES)
    head = "".join(f'<th scope="col" style="{_CELL}">{name}</th>' for name in ("Permission", "Allowed", "Why"))
    st.html(
        '<div style="overflow-x:auto;"><table style="border-collapse:collapse;width:100%;">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.caption("Roles come with the sign-in: a role given or taken away counts from the next sign-in on.")


def _row(permission: Permission, title: str, decision: Decision) -> str:
    answer = "<strong>Yes</strong>" if decision.allowed else "No"
    return (
        f'<tr><th scope="row" style="{_CELL}font-weight:400;">{escape(title)}<br>'
        f'<code style="font-size:.8rem;opacity:.75;">{permission}</code></th>'
        f'<td style="{_CELL}">{answer}</td><td style="{_CELL}">{escape(decision.reason)}</td></tr>'
    )
