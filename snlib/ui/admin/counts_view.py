"""The page Incident counts: figures, and a chart for each breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from snlib.incidents import InstanceCounts
from snlib.servicenow.aggregate import GroupCount
from snlib.ui import state, viewer
from snlib.ui.html import plain

PERIODS = {"all": "All time", "7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year"}
BARS_AT_MOST = 12
_COLOUR = "#0f8a7e"


def choose_period(today: date) -> date | None:
    """Draw the period chooser and return the first day that counts, None for all time."""
    chosen = st.segmented_control(
        "Opened within",
        list(PERIODS),
        default="all",
        required=True,
        format_func=lambda key: PERIODS[key],
        key=state.SINCE,
        bind="query-params",
    )
    return None if chosen in (None, "all") else today - timedelta(days=int(str(chosen)))


def show(counts: InstanceCounts) -> None:
    """Draw the total and the three breakdowns, each as figures and as a chart."""
    as_of = viewer.local(counts.as_of)
    st.metric("Incidents on the instance", f"{counts.total:,}", border=True)
    st.caption(f"Counted by ServiceNow, as of {as_of:%H:%M:%S}. It also counts records that your account may not open.")
    for note in counts.notes:
        st.caption(f":material/info: {plain(note)}")
    if counts.total == 0:
        st.info("No incident was opened in this period. Choose a longer one above.", icon=":material/inbox:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _breakdown("By state", counts.by_state, counts.total)
    with right:
        _breakdown("By priority", counts.by_priority, counts.total)
    _breakdown("By assignment group", counts.by_group, counts.total)


def _breakdown(title: str, groups: Sequence[GroupCount], total: int) -> None:
    st.subheader(title, anchor=False)
    shown, rest = groups[:BARS_AT_MOST], groups[BARS_AT_MOST:]
    with st.container(horizontal=True, gap="small"):
        for one in shown[:8]:
            st.metric(plain(one.display_value), f"{one.count:,}", border=True, width="content")
    names = [one.display_value for one in shown]
    values = [one.count for one in shown]
    if rest:
        names.append(f"{len(rest)} others")
        values.append(sum(one.count for one in rest))
    spoken = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    st.echarts_chart(
        {
            "grid": {"left": 8, "right": 48, "top": 8, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "value", "show": False},
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": names,
                "axisTick": {"show": False},
                "axisLine": {"show": False},
                "axisLabel": {"width": 150, "overflow": "truncate"},
            },
            "series": [
                {
                    "type": "bar",
                    "data": [{"value": value, "label": {"formatter": f"{value:,}"}} for value in values],
                    "itemStyle": {"color": _COLOUR, "borderRadius": 3},
                    "label": {"show": True, "position": "right"},
                    "barMaxWidth": 22,
                }
            ],
            "tooltip": {"trigger": "item"},
        },
        height=34 * len(names) + 24,
        alt=f"{title}, of {total}: {spoken}",
        key=f"sn.chart.{title}",
    )
    if len(groups) > 8:
        with st.expander("All figures"):
            st.dataframe([{"Group": one.display_value, "Incidents": one.count} for one in groups], hide_index=True)
