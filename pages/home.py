"""Home: who you are, whether the connector works, and where to find a person."""

import streamlit as st

from snlib.ui import gates, guard
from snlib.ui.admin import home_view
from snlib.ui.person import search_box

desk = guard.require()
st.title("Home", anchor=False)
home_view.show_agent(desk)
if desk.may("users.search").allowed:
    search_box.find_person(desk, focus=True)
    st.subheader("Recent people", anchor=False)
    search_box.show_recent(desk, key="sn.home.recent")
else:
    offer = "Connect Microsoft Graph as yourself, so that your roles in Intune count here."
    gates.offer_intune_roles(desk, offer, key="intune")
gates.show_connection(desk, desk.graph)
home_view.show_connector(desk)
