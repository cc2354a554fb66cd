"""The frame around every page: sign-in gate, navigation, who is signed in, the demo bar."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from snlib.helpdesk import runtime
from snlib.helpdesk.desk import Desk
from snlib.ui import guard, notices, state
from snlib.ui.components import session_watch

PAGES = Path(__file__).resolve().parents[2] / "pages"
ICON = Path(__file__).resolve().parent / "assets" / "icon.png"

# The grid's own column menu forgets on reload and hides columns behind our chooser's back: ours is the one that counts.
_STYLE = "button[aria-label^='Show/hide columns']{display:none !important;}"
# White text stands on the dark theme's accent; as text itself the accent would be too dark there (3.9:1).
_DARK = (
    "[role='tab'][aria-selected='true'],[role='tab'][aria-selected='true'] p,"
    "button[data-selected='true'] p{color:#5ec8cc !important;}"
)

DECLARED = (
    # file, title, url path, icon, permission
    ("home.py", "Home", "home", ":material/home:", ""),
    ("troubleshooting.py", "Troubleshooting", "troubleshooting", ":material/support_agent:", "users.search"),
    ("counts.py", "Incident counts", "counts", ":material/bar_chart:", "counts.view"),
    ("connector.py", "ServiceNow connector", "connector", ":material/cable:", "connector.read"),
    ("access_log.py", "Access log", "access_log", ":material/history:", "audit.view"),
    ("access.py", "Your access", "access", ":material/key:", ""),
)


def run() -> None:
    """Draw the frame and run the page that the address names."""
    services = runtime.services()
    demo = services.settings.mode == "demo"
    st.set_page_config(
        page_title="Helpdesk dashboard" + (" (DEMO)" if demo else ""), page_icon=str(ICON), layout="wide"
    )
    agent = guard.current_agent()
    if agent is None:
        st.navigation(_pages(None), position="hidden")
        notices.sign_in(demo=demo, provider=services.settings.oidc.provider_name)
        st.stop()
    desk = Desk(services, agent)
    page = st.navigation(_pages(desk))
    st.session_state[state.PAGE] = page.url_path
    _sidebar(desk)
    st.html(f"<style>{_STYLE}{_DARK if st.context.theme.type == 'dark' else ''}</style>")
    if demo:
        _demo_bar()
    page.run()


def page_named(url_path: str) -> StreamlitPage:
    """Return the page object for a link or a switch to ``url_path``."""
    return next(page for page in _pages(None) if page.url_path == url_path)


def current_url_path() -> str:
    """Return the url path of the page that this run shows."""
    return str(st.session_state.get(state.PAGE, ""))


def _pages(desk: Desk | None) -> list[StreamlitPage]:
    """Return all pages; one the agent may not open is not listed, but at its address it says why."""
    return [
        st.Page(
            PAGES / file,
            title=title,
            url_path=url_path,
            icon=icon,
            default=url_path == "home",
            visibility="visible" if desk is None or not permission or desk.may(permission).allowed else "hidden",
        )
        for file, title, url_path, icon, permission in DECLARED
    ]


def _sidebar(desk: Desk) -> None:
    agent = desk.agent
    with st.sidebar:
        roles = ", ".join(desk.roles()) or "No role"
        st.html(
            f'<div style="line-height:1.35;"><strong>{escape(agent.name)}</strong><br>'
            f'<span style="opacity:.75;font-size:.875rem;overflow-wrap:anywhere;">{escape(agent.username)}<br>'
            f"{escape(roles)}</span></div>"
            '<p style="margin:.75rem 0 0;font-size:.875rem;">'
            '<a href="/logout" target="_self" style="color:inherit;">Sign out</a></p>'
        )
        session_watch()


def _demo_bar() -> None:
    st.html(
        '<div role="note" style="background:#8a4b00;color:#fff;padding:.4rem .9rem;border-radius:.4rem;'
        'font-size:.875rem;">'
        "<strong>DEMO</strong> — made-up data. Do not enter real passwords.</div>"
    )
