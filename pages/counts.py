"""Incident counts: a team lead sees how many incidents there are, by state, priority and assignment group."""

import streamlit as st

from snlib.ui import cache, counts_view, guard, incident_grid, servicenow_gate, state

desk = guard.require("counts.view")
st.title("Incident counts", anchor=False)
with servicenow_gate.asking("counts"):
    gate = servicenow_gate.open_gate(desk, key="counts", why="to see how many incidents there are")
    if gate is None:
        st.stop()
    connector, connection = gate
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = counts_view.choose_period(servicenow_gate.local(desk.services.clock()).date())
        incident_grid.refresh()
    read_at = str(st.session_state.get(state.READ_AT, ""))
    counts_view.show(
        cache.instance_counts(
            desk,
            desk.agent.key,
            connector.version,
            connection.connected_at,
            read_at,
            since,
            str(servicenow_gate.zone()),
        )
    )
