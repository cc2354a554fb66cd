"""The button that fills in the connector's form from Intune's own ServiceNow connector."""

from __future__ import annotations

import streamlit as st

from snlib.errors import SignInRequired, SnlibError
from snlib.graph import ServiceNowConnection
from snlib.helpdesk.connector import intune_import
from snlib.helpdesk.desk import Desk
from snlib.ui import faults, gates, notices, state
from snlib.ui.html import dotted, plain

_ASKED_AT = f"{state.CONNECTOR_IMPORT}.at"
_FILLED = "Filled in from Intune. Nothing is saved until you press Save; the client secret is not in Intune."
_NOTHING = "Intune has no ServiceNow connector, so there is nothing to import."


def show(desk: Desk) -> None:
    """Draw the button, then its result: filled in, a choice among several, or why it failed."""
    if desk.settings.graph is None or not desk.may("connector.update").allowed:
        return
    st.button(
        "Import from Intune",
        key="sn.connector.import",
        icon=":material/download:",
        help="Reads the ServiceNow connector of your Intune tenant and fills in this form",
        on_click=_import,
        args=(desk,),
    )
    found = st.session_state.get(state.CONNECTOR_IMPORT)
    if isinstance(found, tuple):
        _choose(found)
    elif isinstance(found, SignInRequired):
        _sign_in(desk, found)
    elif found:
        # Shown once: the next run shows the form alone.
        del st.session_state[state.CONNECTOR_IMPORT]
        if isinstance(found, SnlibError):
            notices.show(found)
        else:
            st.caption(plain(found))


@faults.caught()
def _import(desk: Desk) -> None:
    try:
        found = intune_import.connections(desk)
    except SnlibError as error:
        st.session_state[state.CONNECTOR_IMPORT] = error
        return
    if len(found) == 1:
        _fill(found[0])
    else:
        st.session_state[state.CONNECTOR_IMPORT] = found or _NOTHING


def _sign_in(desk: Desk, error: SignInRequired) -> None:
    """Draw the button that connects Microsoft Graph, until it is connected."""
    if st.session_state.setdefault(_ASKED_AT, desk.graph.key) != desk.graph.key:
        del st.session_state[_ASKED_AT], st.session_state[state.CONNECTOR_IMPORT]
        st.caption("Microsoft Graph is connected: press Import from Intune again.")
        return
    notices.show(error)
    gates.authenticate("import", error.service)


def _choose(found: tuple[ServiceNowConnection, ...]) -> None:
    chosen = st.radio(
        "Intune has several ServiceNow connectors. Which one?",
        found,
        index=None,
        format_func=lambda one: plain(dotted(one.instance_url, one.app_id, one.status)),
        key="sn.connector.import.which",
    )
    st.button("Use this one", key="sn.connector.import.use", disabled=chosen is None, on_click=_fill, args=(chosen,))


@faults.caught()
def _fill(one: ServiceNowConnection) -> None:
    """Put the connector's values into the fields; runs before they are drawn."""
    st.session_state[state.CONNECTOR_HOST] = one.instance_url
    st.session_state[state.CONNECTOR_API] = one.incident_api_url
    st.session_state[state.CONNECTOR_CLIENT] = one.app_id
    st.session_state[state.CONNECTOR_PROBLEMS] = {}
    st.session_state[state.CONNECTOR_IMPORT] = _FILLED
