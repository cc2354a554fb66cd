"""The incident list itself: columns to choose, numbers that open the record, how many and how fresh."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from snlib.clock import utc_now
from snlib.helpdesk import incident_desk
from snlib.helpdesk.desk import Desk
from snlib.incidents import COLUMNS, EXCHANGED, IncidentList
from snlib.ui import servicenow_gate, state
from snlib.ui.markdown import plain

DEFAULT = ("number", "short_description", "state", "priority", "opened", "assignment_group")
DEVICE = "device"
"""Key of the column that marks incidents about one of the person's devices; in no query and not to be chosen."""
ROW_PIXELS, HEADER_PIXELS = 33, 34
_SAFE_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")


def choose_columns() -> list[str]:
    """Draw the column chooser and return the keys to show, in the list's own order; the number always stays."""
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.pills(
            "Columns to show",
            [key for key in EXCHANGED if key != "number"],
            selection_mode="multi",
            default=[key for key in DEFAULT if key != "number"],
            format_func=lambda key: COLUMNS[key].label,
            key=state.COLUMNS,
            bind="query-params",
        )
        st.caption("The number always shows: it is the link into ServiceNow.")
    return ["number", *(key for key in EXCHANGED if key in chosen)]


def refresh() -> None:
    """Draw the button that reads everything of this person from ServiceNow again; filters stay."""
    if st.button("Refresh", icon=":material/refresh:", key="sn.refresh"):
        st.session_state[state.READ_AT] = utc_now().isoformat()
        st.rerun()


def show(
    desk: Desk,
    loaded: IncidentList,
    frame: pd.DataFrame,
    columns: list[str],
    device_names: Mapping[str, str] | None = None,
) -> None:
    """Draw the list with its count, its age and what is not in it.

    Args:
        desk: Who looks.
        loaded: The unfiltered list.
        frame: The rows to show; columns as `snlib.incidents.COLUMNS`.
        columns: Keys to show.
        device_names: Which of the person's devices an incident is about, by the incident's sys_id; where there is
            any, the list gets a column Device.
    """
    total = max(loaded.total or 0, loaded.loaded)
    as_of = servicenow_gate.local(loaded.as_of)
    st.caption(f"**{len(frame)} of {total}** incidents · as of {as_of:%H:%M:%S}")
    for note in loaded.notes:
        st.caption(f":material/info: {plain(note)}")
    if loaded.loaded == 0:
        st.info("This person has no incidents that your ServiceNow account can read.", icon=":material/inbox:")
        return
    if frame.empty:
        st.info("No incident passes the filters. Remove a filter above to see more.", icon=":material/filter_alt_off:")
        return
    shown = frame[columns].copy()
    links = pd.Series(
        [_link(desk, sys_id, number) for sys_id, number in zip(frame["sys_id"], frame["number"], strict=True)],
        index=shown.index,
        dtype=shown["number"].dtype,
    )
    shown["number"] = links
    devices = frame["sys_id"].map(dict(device_names or {}))
    if devices.notna().any():
        shown[DEVICE] = devices.fillna("").astype(frame["sys_id"].dtype)
    st.dataframe(
        shown,
        hide_index=True,
        column_config={key: _config(key) for key in shown.columns},
        key=f"sn.grid.{loaded.as_of:%H%M%S%f}",
        height=min(HEADER_PIXELS + ROW_PIXELS * len(shown) + 2, 640),
        alt="Incidents of the person, newest first",
    )


def _config(key: str) -> ColumnConfig:
    if key == DEVICE:
        return st.column_config.TextColumn("Device", help="The person's own device that the incident is about")
    label = COLUMNS[key].label
    if key == "number":
        return st.column_config.LinkColumn(
            label, display_text=r"#([A-Za-z0-9_-]+)$", pinned=True, help="Opens the record in ServiceNow in a new tab"
        )
    if COLUMNS[key].kind == "datetime":
        return st.column_config.DatetimeColumn(
            label, format="YYYY-MM-DD HH:mm", timezone=str(servicenow_gate.zone()), help="In your time zone"
        )
    if key == "short_description":
        return st.column_config.TextColumn(label, width="large")
    return st.column_config.TextColumn(label)


def _link(desk: Desk, sys_id: str, number: object) -> str:
    """The record's address; the number rides in the fragment, which no server sees, for the cell to show."""
    text = str(number)
    shown = text if _SAFE_NUMBER.fullmatch(text) else "open"
    return f"{incident_desk.link_to(desk, sys_id)}#{shown}"
