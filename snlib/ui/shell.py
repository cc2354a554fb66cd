"""The frame around every page of a signed-in agent: navigation, who is signed in, the demo bar."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from snlib.helpdesk import runtime
from snlib.helpdesk.desk import Desk
from snlib.ui import entrance, faults, guard, html, state, viewer
from snlib.ui.components import session_watch

ICON = str(Path(__file__).resolve().parent / "assets" / "icon.png")


def run() -> None:
    """Draw the frame and run the page that the address names; who is no longer signed in gets the notice to sign in."""
    entrance.configure(ICON)
    with faults.caught():
        desk = guard.current_desk()
        if desk is None:
            entrance.show()
        _draw(desk)


def _draw(desk: Desk) -> None:
    with guard.running(desk):
        page = st.navigation(_pages(desk))
        entrance.set_title(page.title)
        _come_back(page)
        faults.begin()
        st.session_state[state.PAGE] = page.url_path
        viewer.remember()
        _sidebar(desk)
        if (demo := runtime.settings()) and demo.mode == "demo":
            html.draw(
                '<div role="note" class="sn-demo"><strong>DEMO</strong> — made-up data. Do not enter real passwords. '
                'ServiceNow’s own pages: <a href="{origin}" target="_blank" rel="noopener">{origin}</a></div>',
                origin=demo.demo_origin,
            )
        page.run()


def _come_back(page: StreamlitPage) -> None:
    """Open a page that was left for another one as it was left."""
    left = st.session_state.get(state.LEFT, {}).get(page.url_path)
    if left and not st.query_params and st.session_state.get(state.PAGE) not in (None, page.url_path):
        st.query_params.from_dict(left)


def page_named(url_path: str) -> StreamlitPage:
    """Return the page object for a link or a switch to ``url_path``."""
    return next(page for page in _pages(guard.current_desk()) if page.url_path == url_path)


def _pages(desk: Desk | None) -> list[StreamlitPage]:
    """Return all pages; one the agent may not open is not listed, but its address shows why.

    They are made once in a browser session, and again when the agent's permissions change.
    """
    visible = tuple(desk is None or not row[-1] or desk.may(row[-1]).allowed for row in entrance.DECLARED)
    made_for, pages = st.session_state.get(state.PAGES, ((), []))
    if made_for != visible:
        pages = [
            st.Page(
                entrance.PAGES / file,
                title=title,
                url_path=url_path,
                icon=icon,
                default=url_path == "home",
                visibility="visible" if shown else "hidden",
            )
            for (file, title, url_path, icon, _), shown in zip(entrance.DECLARED, visible, strict=True)
        ]
        st.session_state[state.PAGES] = (visible, pages)
    return list(pages)


def _sidebar(desk: Desk) -> None:
    agent = desk.agent
    with st.sidebar:
        html.draw(
            '<div class="sn-who"><strong>{name}</strong><br><span class="sn-muted">{username}<br>{roles}</span>'
            '<p><a href="/logout" target="_self">Sign out</a></p></div>',
            name=agent.name,
            username=agent.username,
            roles=", ".join(desk.roles()) or "No role",
        )
        session_watch()
