"""Incident counts: a team lead sees how many incidents there are, by state, priority and assignment group."""

import streamlit as st

from snlib.ui import cache, gates, guard, viewer
from snlib.ui.admin import counts_view
from snlib.ui.person import incident_list

desk = guard.require("counts.view")
st.title("Incident counts", anchor=False)
with gates.asking("counts"):
    if not gates.open_gate(desk.servicenow, key="counts", why="to see how many incidents there are"):
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = counts_view.choose_period(viewer.local(desk.now()).date())
        incident_list.refresh()
    counts_view.show(cache.instance_counts(desk, since, viewer.zone()))
