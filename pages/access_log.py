"""Access log: an auditor sees who did what to whom, when, from where and how it ended."""

import streamlit as st

from snlib.ui import gates, guard
from snlib.ui.admin import access_log_view

desk = guard.require("audit.view")
st.title("Access log", anchor=False)
with gates.asking("log"):
    log_filter = access_log_view.choose(desk)
    access_log_view.show(desk, log_filter)
