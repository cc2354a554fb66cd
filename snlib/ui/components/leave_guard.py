"""Asks before the page is left with changes that are not saved."""

from __future__ import annotations

import streamlit as st

JS = """
export default function ({ data }) {
  const unload = (event) => { if (data.unsaved && !window.snLeaving) event.preventDefault(); };
  const click = (event) => {
    const link = event.target.closest('[data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]');
    if (!data.unsaved || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!confirm(data.question)) { event.preventDefault(); event.stopPropagation(); }
  };
  addEventListener('beforeunload', unload);
  document.addEventListener('click', click, true);
  return () => { removeEventListener('beforeunload', unload); document.removeEventListener('click', click, true); };
}
"""

_mount = st.components.v2.component("sn_leave_guard", html="<span></span>", js=JS)


def leave_guard(question: str, *, unsaved: bool, key: str) -> None:
    """Mount the guard; it draws nothing.

    While something is ``unsaved``, a click on a link to another page asks ``question``, and the browser asks in its own
    words before it closes the tab, reloads it or goes elsewhere. Going back in the browser's history within the
    dashboard cannot be asked about.
    """
    _mount(key=key, height=1, data={"question": question, "unsaved": unsaved})
