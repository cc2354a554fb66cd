"""Troubleshooting: a helpdesk agent finds the person who is calling and reads that person's incidents."""

import streamlit as st

from snlib.ui import cache, guard, notices, person_tabs, person_view, search_box, state

desk = guard.require("users.search")
st.title("Troubleshooting", anchor=False)
person_id = st.query_params.get(state.PERSON, "")
search_box.find_person(desk, focus=not person_id)
if not person_id:
    st.info(
        "Find a person by display name or e-mail to see who it is and which incidents there are.",
        icon=":material/search:",
    )
    st.subheader("Recent people", anchor=False)
    search_box.show_recent(desk, key="sn.troubleshooting.recent")
    st.stop()
with notices.errors_shown():
    person = cache.person(desk, desk.agent.key, person_id)
person_view.show_header(person)
summary, incidents = st.tabs(["Summary", "ServiceNow incidents"], key=state.TAB, bind="query-params")
if summary.open:
    with summary:
        person_tabs.show_summary(desk, person)
if incidents.open:
    with incidents:
        person_tabs.show_incidents(desk, person)
