"""Home: who you are, whether the connector works, and where to find a person."""

import streamlit as st

from snlib.ui import directory_gate, guard, home_view, search_box

desk = guard.require()
st.title("Home", anchor=False)
home_view.show_agent(desk)
directory_gate.offer_intune_roles(desk)
if desk.may("users.search").allowed:
    search_box.find_person(desk, focus=True)
    st.subheader("Recent people", anchor=False)
    search_box.show_recent(desk, key="sn.home.recent")
directory_gate.show_connection(desk)
home_view.show_connector(desk)
