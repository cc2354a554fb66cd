"""What everybody sees before signing in; it needs little, as it is shown while the rest is still being imported."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from snlib.helpdesk import runtime
from snlib.text import plain_cell
from snlib.ui import html, notices

PAGES = Path(__file__).resolve().parents[2] / "pages"

DECLARED = (
    # file, title, url path, icon, permission
    ("home.py", "Home", "home", ":material/home:", ""),
    ("troubleshooting.py", "Troubleshooting", "troubleshooting", ":material/support_agent:", "users.search"),
    ("counts.py", "Incident counts", "counts", ":material/bar_chart:", "counts.view"),
    ("connector.py", "ServiceNow connector", "connector", ":material/cable:", "connector.read"),
    ("access_log.py", "Access log", "access_log", ":material/history:", "audit.view"),
    ("access.py", "Your access", "access", ":material/key:", ""),
)


def is_demo() -> bool:
    """Return whether the dashboard runs in demo mode."""
    settings = runtime.settings()
    return settings is None or settings.mode == "demo"


def configure(icon: str | None = None) -> None:
    """Set the browser tab's icon and the page's layout, and put the stylesheet on the page.

    Without ``icon``, a file, the tab has the one that app.py serves, which needs nothing imported.
    """
    st.set_page_config(page_icon=icon, layout="wide")
    html.style()


def set_title(*what: str) -> None:
    """Let the browser tab's title say what is open: a person's name, the page."""
    shown = html.dotted(*(plain_cell(text, max_chars=80) for text in what), "Helpdesk dashboard")
    st.set_page_config(page_title=shown + (" (DEMO)" if is_demo() else ""))


def declare() -> None:
    """Tell Streamlit the pages without listing them, so that the address stays that of the page asked for."""
    # No icons: without a sidebar, the browser would fetch one from elsewhere for its tab.
    pages = [
        st.Page(PAGES / file, title=title, url_path=url_path, default=url_path == "home")
        for file, title, url_path, _, _ in DECLARED
    ]
    st.navigation(pages, position="hidden")


def show() -> NoReturn:
    """Draw the notice to sign in, at every page's address, and stop the script."""
    declare()
    set_title("Sign in")
    notices.sign_in(runtime.settings())
    st.stop()
