"""The parts of the page Your access: how the agent is identified, and each permission with its reason."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from snlib.access import Decision, Permission, claims_left_out
from snlib.helpdesk import your_access
from snlib.helpdesk.desk import Desk
from snlib.ui import gates, html, viewer
from snlib.ui.html import plain

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
"""A title for each permission, in the order of the page."""


def show_identity(desk: Desk) -> None:
    """Draw who is signed in, their roles, and when they must sign in again."""
    agent = desk.agent
    roles = ", ".join(desk.roles()) or "no role that grants something here"
    st.markdown(f"Signed in as **{plain(agent.name)}** with {plain(roles)}")
    ends = viewer.local(your_access.session_ends_at(desk))
    idle = f"{desk.settings.session_idle_minutes:g}"
    st.caption(plain(f"You stay signed in until {ends:%Y-%m-%d %H:%M} at most, or {idle} minutes without a click."))
    unknown = your_access.unknown_roles(desk)
    if unknown:
        st.caption(plain(f"App roles that grant nothing here: {', '.join(unknown)}"))
    if left_out := claims_left_out(agent):
        st.warning(plain(left_out), icon=":material/group_off:")
    offer = "Your Intune role may allow more. Connect Microsoft Graph as yourself, so that it counts here."
    gates.offer_intune_roles(desk, offer, key="access")
    with st.expander("How the dashboard knows you", icon=":material/fingerprint:"):
        st.text(f"Issuer: {agent.issuer}\nTenant: {agent.tenant_id or 'none'}\nObject ID: {agent.object_id}")


def show_permissions(desk: Desk) -> None:
    """Draw one row for each permission: yes or no, and the reason in one sentence."""
    found = your_access.decisions(desk)
    html.draw(
        '<div class="sn-table"><table><thead><tr><th scope="col">Permission</th><th scope="col">Allowed</th>'
        '<th scope="col">Why</th></tr></thead><tbody>{rows}</tbody></table></div>',
        rows=html.joined(_row(permission, TITLES[permission], found[permission]) for permission in TITLES),
    )
    st.caption("Roles are read at sign-in: when one is given or taken away, it counts from the next sign-in.")


def _row(permission: Permission, title: str, decision: Decision) -> Markup:
    return html.of(
        '<tr><th scope="row">{title}<br><code>{permission}</code></th><td>{answer}</td><td>{reason}</td></tr>',
        title=title,
        permission=permission,
        answer=html.of("<strong>Yes</strong>") if decision.allowed else "No",
        reason=decision.reason,
    )
