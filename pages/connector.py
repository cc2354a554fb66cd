"""ServiceNow connector: an administrator connects the dashboard to an instance and proves that it works."""

import streamlit as st

from snlib.helpdesk import connecting
from snlib.ui import connector_form, connector_view, guard

desk = guard.require("connector.read")
st.title("ServiceNow connector", anchor=False)
test = connector_view.current_test(desk)
connector = connecting.settings(desk)
connector_view.show_status(connector, desk.services.clock())
connector_form.show(desk, connector)
if test is not None:
    connector_view.show_test(test, connector)
