"""ServiceNow connector: an administrator connects the dashboard to an instance and proves that it works."""

import streamlit as st

from snlib.helpdesk.connector import connector_desk
from snlib.ui import guard
from snlib.ui.admin import connector_form, connector_view, intune_import

desk = guard.require("connector.read")
st.title("ServiceNow connector", anchor=False)
test = connector_view.current_test(desk)
connector = connector_desk.settings(desk)
connector_view.show_status(connector, desk.now())
form, steps = st.columns([3, 2], gap="large")
with form:
    intune_import.show(desk)
    connector_form.show(desk, connector, test)
with steps:
    connector_view.show_test(desk, test)
    connector_view.show_prerequisites(desk)
