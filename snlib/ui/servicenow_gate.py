"""What stands between a page and ServiceNow: connector on, agent authenticated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from snlib.connector.model import ConnectionStatus, ConnectorSettings
from snlib.errors import SignInRequired, SnlibError
from snlib.helpdesk import connections, incident_desk
from snlib.helpdesk.desk import Desk
from snlib.ui import notices
from snlib.ui.components import popup_button
from snlib.ui.markdown import plain

CONNECT = "/servicenow/connect?purpose=agent"


def zone() -> ZoneInfo:
    """Return the viewer's time zone, UTC where the browser does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """Return ``moment`` in the viewer's time zone."""
    return moment.astimezone(zone())


def here() -> str:
    """Return this page's address as path and query."""
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    path = urlsplit(st.context.url or "/").path or "/"
    return f"{path}?{query}" if query else path


def open_gate(desk: Desk, *, key: str, what: str) -> tuple[ConnectorSettings, incident_desk.Connection] | None:
    """Return the connector and the agent's connection; or draw what is missing and return None.

    Args:
        desk: Who asks.
        key: Tells the buttons of several gates apart.
        what: What is behind the gate, as the agent calls it.
    """
    connector = incident_desk.connector(desk)
    if connector.status is ConnectionStatus.NOT_CONFIGURED:
        st.info(
            "Ask an administrator to set it up on the page ServiceNow connector.",
            title="The ServiceNow connector is not configured yet",
            icon=":material/cable:",
        )
        return None
    if not connector.enabled:
        who = plain(connector.toggled_by or "an administrator")
        when = f" on {local(connector.toggled_at):%Y-%m-%d at %H:%M}" if connector.toggled_at else ""
        st.info(
            f"It was switched off by {who}{plain(when)}. Nothing is sent to ServiceNow until it is switched on again.",
            title="The ServiceNow connector is switched off",
            icon=":material/power_off:",
        )
        return None
    connection = incident_desk.connection(desk)
    if connection.connected:
        return connector, connection
    st.markdown(f"Sign in to ServiceNow as yourself to see {what}. What you see follows your own rights there.")
    authenticate(key)
    return None


def show_connection(desk: Desk, connection: incident_desk.Connection) -> None:
    """Draw as whom the agent is connected, and the way to end it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(plain(f"Connected to ServiceNow as {connection.connected_as or 'yourself'}."))
        if st.button("Disconnect", type="tertiary", key="sn.disconnect", help="Ends your ServiceNow connection here"):
            connections.disconnect(desk)
            st.rerun()


def authenticate(key: str) -> None:
    """Draw the button that authenticates the agent with ServiceNow, and why the last try failed."""
    answer = popup_button(
        "Authenticate ServiceNow", key=f"sn.connect.{key}", target=CONNECT, return_path=here(), primary=True
    )
    if answer.answered and not answer.answered[0]:
        message = answer.answered[1] or "ServiceNow gave no access. Try again and press Allow."
        st.warning(plain(message), icon=":material/info:")


@contextmanager
def asking(key: str) -> Iterator[None]:
    """Show an error of ours where it happened; one that asks to authenticate again brings the button for it."""
    try:
        yield
    except SignInRequired as error:
        notices.show(error)
        authenticate(f"{key}.again")
    except SnlibError as error:
        notices.show(error)
