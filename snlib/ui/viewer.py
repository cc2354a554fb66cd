"""The agent's browser: its time zone, and the address of the open page."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from snlib.ui import state


def zone() -> ZoneInfo:
    """Return the viewer's time zone, UTC where the browser does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """Return ``moment`` in the viewer's time zone."""
    return moment.astimezone(zone())


def set_param(name: str, value: str) -> None:
    """Set a query parameter of this page's address; an empty value takes it away."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def remember() -> None:
    """Keep the query of the open page, for when the agent comes back to it from another page."""
    left = st.session_state.setdefault(state.LEFT, {})
    left[st.session_state[state.PAGE]] = {name: st.query_params.get_all(name) for name in st.query_params}


def here() -> str:
    """Return this page's address as path and query."""
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    path = urlsplit(st.context.url or "/").path or "/"
    return f"{path}?{query}" if query else path
