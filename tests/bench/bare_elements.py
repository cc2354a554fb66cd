"""The elements of a person's page, drawn from constants: what Streamlit itself costs, with nothing of ours behind it.

Each function draws what the dashboard draws in the same place, in the same order; `tests.bench.click` compares the two
element by element. The page runs where the dashboard's does: `st.navigation`, tabs, a fragment for the search box and
one for the list.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from snlib.ui.components import Answers, combobox, copy_field, session_watch

ROWS = 37
TABS = ["Summary", "ServiceNow incidents", "Devices", "Groups"]
PAGES = ("home", "troubleshooting", "counts", "connector", "access_log", "access")
LABELS = {
    "Short description": "short_description",
    "State": "state",
    "Priority": "priority",
    "Opened": "opened",
    "Assignment group": "assignment_group",
    "Caller": "caller",
    "Name": "name",
    "User principal name": "user_principal_name",
    "Urgency": "urgency",
    "Impact": "impact",
    "Severity": "severity",
    "Sys ID": "sys_id",
}
DEFAULT = ["Short description", "State", "Priority", "Opened", "Assignment group"]
STATES = ["New", "In Progress", "On Hold", "Resolved", "Closed", "Canceled"]
PHOTO = "iVBORw0KGgo" * 160
LINK = "http://127.0.0.1:8600/nav_to.do?uri=incident.do%3Fsys_id%3D"


def _texts(values: list[str]) -> pd.Series:
    return pd.Series(values, dtype="str")


def _choices(values: list[str], among: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical(values, among, ordered=True))


_LEVELS = ["1 - High", "2 - Medium", "3 - Low"]
_IDS = [f"{row:032x}" for row in range(ROWS)]
FRAME = pd.DataFrame(
    {
        "number": _texts([f"{LINK}{sys_id}#INC{row:07}" for row, sys_id in enumerate(_IDS)]),
        "short_description": _texts([f"Macro in assembly drawing {row}.dwg is blocked" for row in range(ROWS)]),
        "state": _choices([STATES[row % len(STATES)] for row in range(ROWS)], STATES),
        "priority": _choices([_LEVELS[row % 3] for row in range(ROWS)], _LEVELS),
        "opened": pd.Series(pd.date_range("2026-01-05 08:00", periods=ROWS, freq="7h", tz="UTC")).dt.as_unit("us"),
        "assignment_group": _texts([("Service Desk", "Network", "")[row % 3] for row in range(ROWS)]),
        "caller": _texts(["Amélie Fontaine"] * ROWS),
        "name": _texts(["Amélie Fontaine"] * ROWS),
        "user_principal_name": _texts(["amelie.fontaine@example.com"] * ROWS),
        "urgency": _choices([_LEVELS[row % 3] for row in range(ROWS)], _LEVELS),
        "impact": _choices([_LEVELS[row % 3] for row in range(ROWS)], _LEVELS),
        "severity": _choices([_LEVELS[row % 3] for row in range(ROWS)], _LEVELS),
        "sys_id": _texts(_IDS),
        "device": _texts([("", "", "LT-AMELIE")[row % 3] for row in range(ROWS)]),
    }
)
_TEXT = st.column_config.TextColumn
COLUMN_CONFIG = {
    **{key: _TEXT(label) for label, key in LABELS.items()},
    "number": st.column_config.LinkColumn(
        "Number", display_text=r"#([A-Za-z0-9_-]+)$", pinned=True, help="Opens the record in ServiceNow in a new tab"
    ),
    "short_description": _TEXT("Short description", width="large"),
    "opened": st.column_config.DatetimeColumn(
        "Opened", format="YYYY-MM-DD HH:mm", timezone="Europe/Berlin", help="In your time zone"
    ),
    "device": _TEXT("Device", help="The person's own device that the incident is about"),
}


def draw() -> None:
    """Draw the frame around the page, and the page."""
    st.set_page_config(page_title="Bare page", layout="wide")
    page = st.navigation(
        [st.Page(_person, title=name.title(), url_path=name, icon=":material/home:", default=not i)
         for i, name in enumerate(PAGES)]
    )  # fmt: skip
    with st.sidebar:
        st.html("<div><strong>Hugo Lambert</strong><br>hugo.lambert@example.com<br>Helpdesk.Agent</div>")
        session_watch()
    st.html("<style>button[aria-label^='Show/hide columns']{display:none !important;}</style>")
    st.html('<div role="note"><strong>DEMO</strong> — made-up data. Do not enter real passwords.</div>')
    page.run()


def _person() -> None:
    st.title("Troubleshooting", anchor=False)
    _search_box()
    _header()
    summary, incidents, _, _ = st.tabs(TABS, key="tab", bind="query-params")
    if summary.open:
        with summary:
            _summary()
    if incidents.open:
        with incidents:
            _list()


@st.fragment
def _search_box() -> None:
    combobox("Find a person", key="search", search=lambda _text: Answers(()), placeholder="Name, e-mail, device")


def _header() -> None:
    who, address = st.columns([3, 2], gap="large", vertical_alignment="center")
    with who:
        st.html(f'<div><img alt="" src="data:image/png;base64,{PHOTO}"><h2>Amélie Fontaine</h2><div>Sales</div></div>')
    with address:
        copy_field("User principal name", "amelie.fontaine@example.com", key="username", button="Copy")
    with (
        st.container(horizontal=True, gap="small", vertical_alignment="center"),
        st.container(horizontal=True, gap="small", vertical_alignment="center"),
    ):
        st.markdown(":green-badge[:material/link: Matched to the ServiceNow caller]", width="content")


def _summary() -> None:
    incidents, details = st.columns(2, gap="large")
    with details:
        st.subheader("Details", anchor=False)
        st.html("<dl>" + "<dt>Phone</dt><dd>+33 4 555 0185</dd>" * 10 + "</dl>")
    with incidents:
        st.subheader("ServiceNow", anchor=False)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption("Connected to ServiceNow as Hugo Lambert.")
            st.button("Disconnect", type="tertiary", key="disconnect", help="Ends your ServiceNow connection here")
        st.metric("Incidents", ROWS, border=True)
        with st.container(horizontal=True, gap="small"):
            for state in STATES[:4]:
                st.metric(state, 5, border=True, width="content")


@st.fragment
def _list() -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover("Add filters", icon=":material/filter_alt:", key="filters", on_change="rerun"):
            st.selectbox("Field", ["State", "Priority", "Assignment group", "Opened since"], key="field")
            st.pills("Value", STATES, selection_mode="multi", key="values")
            st.button("Apply", type="primary", key="apply")
        with st.popover("Columns", icon=":material/view_column:"):
            chosen = st.pills(
                "Columns to show",
                list(LABELS),
                selection_mode="multi",
                default=DEFAULT,
                key="columns",
                bind="query-params",
            )
            st.caption("The number always shows: it is the link into ServiceNow.")
        st.button("Refresh", icon=":material/refresh:", key="refresh")
    st.caption(f"**{ROWS} of {ROWS}** incidents · as of 16:30:08")
    shown = ["number", *(key for label, key in LABELS.items() if label in chosen), "device"]
    st.dataframe(
        FRAME[shown],
        hide_index=True,
        column_config={key: COLUMN_CONFIG[key] for key in shown},
        key="grid",
        height=640,
        alt="Incidents of the person, newest first",
    )
