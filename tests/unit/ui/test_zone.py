"""The viewer's time zone, if the browser reports it."""

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
from datetime import UTC, datetime
import streamlit as st
from snlib.ui import viewer
st.text(f"{viewer.local(datetime(2026, 11, 23, 9, tzinfo=UTC)):%H:%M}")
"""


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Tokyo", "18:00"), ("UTC", "09:00"), ("", "09:00"), ("Mars/Olympus", "09:00"), ("../etc/passwd", "09:00")],
)
def test_a_moment(zone: str, shown: str):
    """A moment shows in the viewer's zone; a browser that names none, or nonsense, gets UTC."""
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.context = {"timezone": zone}
    at.run()
    assert not at.exception
    assert at.text[0].value == shown
