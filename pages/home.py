"""Home: who you are, whether the connector works, and where to find a person."""

import streamlit as st

from snlib.ui import guard, home_view, search_box

desk = guard.require()
st.title("Home", anchor=False)
home_view.show_agent(desk)
if desk.may("users.search").allowed:
    search_box.find_person(desk, focus=True)
    st.subheader("Recent people", anchor=False)
    search_box.show_recent(desk, key="sn.home.recent")
home_view.show_connector(desk)
