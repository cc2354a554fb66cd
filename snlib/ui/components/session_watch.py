"""Reloads this tab when another tab of the browser has signed out."""

from __future__ import annotations

import streamlit as st

JS = """
export default function () {
  const channel = new BroadcastChannel('sn-session');
  channel.onmessage = (event) => { if (event.data === 'signed-out') location.reload(); };
  return () => channel.close();
}
"""

_mount = st.components.v2.component("sn_session_watch", html="<span></span>", js=JS)


def session_watch() -> None:
    """Mount the watcher; it draws nothing."""
    _mount(key="sn.session_watch", height=1)
