"""Has this happened before? The person's incidents that are likely the same trouble, with the reasons."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from markupsafe import Markup

from snlib.helpdesk.desk import Desk
from snlib.incidents import IncidentList
from snlib.recurrence import Group, recurring
from snlib.text import plain_cell
from snlib.ui import cache, html, state, viewer
from snlib.ui.html import dotted, plain

MOST_GROUPS, MOST_INCIDENTS = 10, 5
"""What the popover shows at most of the groups, and of the incidents of one."""


def show(desk: Desk, everything: IncidentList) -> None:
    """Draw a popover of all groups among the incidents that are loaded, whatever the filters; nothing without one."""
    groups = _groups(desk, everything)
    if not groups:
        return
    label = f"Seen before ({len(groups)})"
    popover = st.popover(label, icon=":material/history:", key=state.SEEN_BEFORE, on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption("Incidents that are likely the same trouble, the most frequent first.")
        for group in groups[:MOST_GROUPS]:
            _show_group(desk, group)
        if len(groups) > MOST_GROUPS:
            st.caption(f"And {len(groups) - MOST_GROUPS} more.")


def _show_group(desk: Desk, group: Group) -> None:
    st.markdown(f"**{plain(group.incidents['short_description'].fillna('').iloc[0] or 'No short description')}**")
    st.caption(dotted(*map(plain, group.reasons)))
    rows = list(group.incidents.assign(gap=group.gaps).itertuples())
    items = [_line(desk, row) for row in rows[:MOST_INCIDENTS]]
    if len(rows) > MOST_INCIDENTS:
        items.append(html.of("<li>and {more} more</li>", more=len(rows) - MOST_INCIDENTS))
    html.draw('<ul class="sn-seen">{items}</ul>', items=html.joined(items))


def _line(desk: Desk, row: object) -> Markup:
    incident = dict(row._asdict())  # type: ignore[attr-defined]  # a row of a frame
    opened, gap = incident["opened"], incident["gap"]
    shown = {name: plain_cell(text) for name in ("number", "state") if pd.notna(text := incident[name])}
    return html.of(
        '<li><a href="{link}" target="_blank" rel="noopener">{number}</a> {about}</li>',
        link=desk.servicenow.link(desk.servicenow.table, incident["sys_id"]),
        number=shown.get("number") or "Open",
        about=dotted(
            f"{viewer.local(opened):%Y-%m-%d}" if pd.notna(opened) else "",
            shown.get("state", ""),
            _after((viewer.local(opened).date() - viewer.local(opened - gap).date()).days) if pd.notna(gap) else "",
        ),
    )


def _after(days: int) -> str:
    if not days:
        return "on the same day as the one before"
    return f"{days} days after the one before" if days > 1 else "one day after the one before"


@cache.kept(entries=4)
def _groups(desk: Desk, loaded: IncidentList) -> list[Group]:
    """Return the groups of all that is loaded."""
    return recurring(loaded.frame)
