"""Troubleshooting: a helpdesk agent finds the person who is calling and reads that person's incidents."""

import streamlit as st

from snlib.ui import cache, entrance, gates, guard, state
from snlib.ui.person import caller_view, device_tabs, header, search_box, tabs

desk = guard.require("users.search")
st.title("Troubleshooting", anchor=False)
person_id = st.query_params.get(state.PERSON, "")
can_look_up = search_box.find_person(desk, focus=not person_id)
if not person_id:
    st.info(
        "Find a person by display name or e-mail, by the name or serial number of a device, or by an incident number.",
        icon=":material/search:",
    )
    st.subheader("Recent people", anchor=False)
    search_box.show_recent(desk, key="sn.troubleshooting.recent")
if not (person_id and can_look_up):
    st.stop()
with gates.asking("person", stop=True):
    person = cache.person(desk, person_id)
entrance.set_title(person.name, "Troubleshooting")
known = caller_view.known_caller(desk, person)
header.show_header(desk, person, known)
summary, incidents, devices, groups = st.tabs(
    ["Summary", "ServiceNow incidents", "Devices", "Groups"], key=state.TAB, bind="query-params"
)
if summary.open:
    with summary:
        tabs.show_summary(desk, person, known)
if incidents.open:
    with incidents:
        tabs.show_incidents(desk, person, known)
if devices.open:
    with devices:
        device_tabs.show_devices(desk, person)
if groups.open:
    with groups:
        device_tabs.show_groups(desk, person)
