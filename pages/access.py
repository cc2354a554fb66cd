"""Your access: each permission, yes or no, why, and whom to ask for a missing one."""

import streamlit as st

from snlib.ui import guard
from snlib.ui.admin import access_view

desk = guard.require()
st.title("Your access", anchor=False)
access_view.show_identity(desk)
access_view.show_permissions(desk)
