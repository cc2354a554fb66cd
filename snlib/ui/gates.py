"""What a page needs before it can ask a service: switched on, and connected by the agent; the buttons that connect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote

import streamlit as st

from snlib.errors import (
    ConnectorOff,
    InvalidInput,
    PermissionDenied,
    RecordNotFound,
    SignInRequired,
    SnlibError,
    UnexpectedAnswer,
)
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.desk import SESSION_ENDED, Desk
from snlib.helpdesk.service import GRAPH, SERVICENOW, Service, ServiceState
from snlib.ui import cache, html, notices, state, viewer
from snlib.ui.components import popup_button
from snlib.ui.html import plain

_BUTTONS = {
    SERVICENOW: ("Authenticate ServiceNow", "/servicenow/connect?purpose=agent", "sn-oauth"),
    GRAPH: ("Connect Microsoft Graph", "/graph/connect?purpose=graph", "graph-oauth"),
}
"""For each service: the button's label, where its round trip begins, and the channel that reports how it ended."""


def open_gate(service: Service, *, key: str, why: str) -> bool:
    """Return whether the service can be asked; else draw what is missing, and ``why`` to connect."""
    if service.state is ServiceState.NOT_CONFIGURED:
        if service.name == GRAPH:
            return True  # the request itself raises an error that says so
        st.info(
            "Ask an administrator to set it up on the page ServiceNow connector.",
            title="The ServiceNow connector is not configured yet",
            icon=":material/cable:",
        )
        return False
    if service.state is ServiceState.OFF:
        who = plain(service.changed_by or "an administrator")
        when = f" on {viewer.local(service.changed_at):%Y-%m-%d at %H:%M}" if service.changed_at else ""
        st.info(
            f"It was switched off by {who}{plain(when)}. Nothing is sent to ServiceNow until it is switched on again.",
            title="The ServiceNow connector is switched off",
            icon=":material/power_off:",
        )
        return False
    if service.state is ServiceState.NOT_VERIFIED:
        st.info(
            f"Nothing is sent to ServiceNow until a connection test has passed. {plain(service.help)}",
            title="The ServiceNow connector is not verified",
            icon=":material/cable:",
        )
        return False
    if service.connected:
        return True
    begin = "Sign in to ServiceNow" if service.name == SERVICENOW else "Connect Microsoft Graph"
    st.markdown(f"{begin} as yourself {why}. What you see follows your own rights there.")
    authenticate(key, service.name)
    return False


def offer_intune_roles(desk: Desk, sentence: str, *, key: str) -> None:
    """Draw the button that connects Microsoft Graph, where it is needed to read the agent's Intune roles."""
    if desk.policy.intune_permissions and desk.graph.state is ServiceState.NOT_CONNECTED:
        st.markdown(sentence)
        authenticate(key, GRAPH)


def show_connection(desk: Desk, service: Service, *, another: bool = False) -> None:
    """Draw the account that the agent is connected as, and Disconnect; nothing unless they connected it themselves.

    The agent is warned of ``another`` account than their own.
    """
    if not (service.personal and service.connected):
        return
    if another:
        st.warning(
            f"You signed in here as {plain(desk.agent.username or desk.agent.name)}, and to ServiceNow as "
            f"{plain(service.connected_as)}\\. What you see follows the rights of that account\\. If it is not yours, "
            "press Disconnect and authenticate as yourself\\.",
            title="You are connected to ServiceNow as somebody else",
            icon=":material/person_alert:",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = "Microsoft Graph is connected" if service.name == GRAPH else "Connected to ServiceNow"
        st.caption(plain(f"{words} as {service.connected_as or 'yourself'}."))
        key = "graph.disconnect" if service.name == GRAPH else "sn.disconnect"
        ended = st.button("Disconnect", type="tertiary", key=key, help=f"Ends your {service.name} connection here")
    if ended:
        with asking(key):
            round_trip.disconnect(desk, service.name)
            st.rerun()


def authenticate(key: str, service: str) -> None:
    """Draw the button that connects the agent with ``service``, and why the last attempt failed."""
    label, target, channel = _BUTTONS[service]
    answer = popup_button(label, key=f"sn.connect.{key}", target=target, return_path=viewer.here(), channel=channel)
    if answer.answered and not answer.answered[0]:
        message = answer.answered[1] or f"{service} gave no access. Try again and press Allow."
        st.warning(plain(message), icon=":material/info:")


@contextmanager
def asking(key: str, *, stop: bool = False) -> Iterator[None]:
    """Show an `SnlibError` where it happened, with what helps; ``stop`` the page there if it needs the answer.

    Above what the block drew stands why an old answer was given in place of a new one.
    """
    place, failed = st.container(), False
    try:
        yield
    except SnlibError as error:
        show(error, key=key)
        failed = True
    with place:
        for number, (why, read_at) in enumerate(st.session_state.pop(state.OLD, {}).values()):
            show(why, key=f"{key}.old{number or ''}", read_at=read_at)
    if failed and stop:
        st.stop()


def show(error: SnlibError, *, key: str, read_at: datetime | None = None) -> None:
    """Draw the notice of ``error`` with the button for what it asks for.

    ``read_at`` (aware UTC) is when what the page still shows was read.
    """
    notices.show(error)
    if read_at is not None:
        st.caption(f"What is shown was read at {viewer.local(read_at):%H:%M:%S}.")
    service = error.service if isinstance(error, SignInRequired) else ""
    if isinstance(error, UnexpectedAnswer) and error.kind == "login_page":
        service = error.service
    if service in _BUTTONS:
        authenticate(f"{key}.again", service)
    elif isinstance(error, PermissionDenied) and error.reason == SESSION_ENDED:
        html.draw('<p><a href="/login?next={here}" target="_self">Sign in</a></p>', here=quote(viewer.here(), safe=""))
    elif not isinstance(error, InvalidInput | PermissionDenied | ConnectorOff | RecordNotFound):
        st.button("Try again", icon=":material/refresh:", key=f"sn.retry.{key}", on_click=cache.read_again)
