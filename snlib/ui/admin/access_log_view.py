"""The access log's page: filters kept in the URL, a page of lines, export, and the check of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from snlib.audit import AuditEvent, AuditFilter
from snlib.helpdesk import access_log
from snlib.helpdesk.access_log import LogPage, label_of
from snlib.helpdesk.desk import Desk
from snlib.text import plain_cell
from snlib.ui import cache, faults, state, viewer
from snlib.ui.html import plain

OUTCOMES = {"ok": "Done", "refused": "Refused", "failed": "Failed"}


def choose(desk: Desk) -> AuditFilter:
    """Draw the filters and return those of the URL; a malformed one is ignored."""
    known = cache.log_filter_values(desk)
    agent, person, action = st.columns(3)
    outcome, first, last = st.columns(3)
    since, until = _day(first, "From", state.LOG_SINCE), _day(last, "To", state.LOG_UNTIL)
    zone = viewer.zone()
    return AuditFilter(
        agent=_select(agent, "Agent", state.LOG_AGENT, known.agents),
        person=_select(person, "Person", state.PERSON, known.people),
        action=_select(action, "Action", state.LOG_ACTION, known.actions),
        outcome=_select(outcome, "Outcome", state.LOG_OUTCOME, OUTCOMES),
        since=datetime.combine(since, time.min, zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, zone) if until else None,
        through=_number(state.LOG_THROUGH, 0),
    )


def show(desk: Desk, log_filter: AuditFilter) -> None:
    """Draw the lines that match the filter, newest first, with the buttons for them."""
    page = cache.log_page(desk, log_filter, _number(state.LOG_PAGE, 1))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button("Refresh", icon=":material/refresh:", key="sn.log.refresh", on_click=_refresh)
        for kind, label in (("csv", "Export CSV"), ("xlsx", "Export Excel")):
            st.link_button(label, _export_address(log_filter, kind), icon=":material/download:")
        checked = st.button("Check the log", icon=":material/fact_check:", key="sn.log.check")
    if checked:
        _show_check(desk)
    if not page.events:
        st.info("No line matches the filters. Remove one above to see more.", icon=":material/filter_alt_off:")
        return
    _grid(page)
    _pager(page)


def _select(place: DeltaGenerator, label: str, name: str, options: Mapping[str, str]) -> str:
    """Draw a chooser whose value is the query parameter ``name``; a value that only the URL has is an option, too."""
    current = st.query_params.get(name, "")
    keys = ["", *options, *([current] if current and current not in options else [])]
    key = f"sn.log.{name}"
    st.session_state[key] = current  # from the URL, so that it is right after the browser's Back
    place.selectbox(
        label,
        keys,
        format_func=lambda value: plain_cell(options.get(value, value)) if value else "All",
        key=key,
        on_change=_write,
        args=(name, key),
    )
    return current


def _day(place: DeltaGenerator, label: str, name: str) -> date | None:
    try:
        current = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        current = None
    key = f"sn.log.{name}"
    st.session_state[key] = current
    place.date_input(label, value=None, format="YYYY-MM-DD", key=key, on_change=_write, args=(name, key))
    return current


@faults.caught()
def _write(name: str, key: str) -> None:
    chosen = st.session_state.get(key)
    viewer.set_param(name, chosen.isoformat() if isinstance(chosen, date) else str(chosen or ""))
    _turn(1)


@faults.caught()
def _refresh() -> None:
    cache.read_again()
    _turn(1)


@faults.caught()
def _turn(number: int, through: int = 0) -> None:
    viewer.set_param(state.LOG_PAGE, str(number) if number > 1 else "")
    viewer.set_param(state.LOG_THROUGH, str(through) if number > 1 else "")


def _show_check(desk: Desk) -> None:
    verdict = access_log.check(desk)
    if verdict.ok:
        st.success(plain(f"{verdict.rows:,} rows checked. {verdict.why}"), icon=":material/verified:")
    else:
        st.error(
            plain(f"{verdict.why} Keep the database as it is and tell whoever runs the server."),
            title=f"The access log is broken at row {verdict.first_broken_seq}",
            icon=":material/gpp_bad:",
        )


def _grid(page: LogPage) -> None:
    st.dataframe(
        pd.DataFrame([_row(event) for event in page.events]),
        hide_index=True,
        column_config={
            "Time": st.column_config.TextColumn(help="In your time zone"),
            "No.": st.column_config.NumberColumn(width="small"),
        },
        height="content" if len(page.events) <= 15 else 640,
        key=f"sn.log.grid.{page.through}.{page.number}",
        alt="Access log, newest line first",
    )


def _row(event: AuditEvent) -> dict[str, object]:
    return {
        "Time": f"{viewer.local(event.at):%Y-%m-%d %H:%M:%S}",  # a text, because a time cell copies another
        "Agent": plain_cell(event.agent_name) or "nobody signed in",
        "Action": plain_cell(label_of(event.action)),
        "About": plain_cell(event.target_name or event.target),
        "Outcome": OUTCOMES.get(event.outcome, event.outcome),
        "Detail": plain_cell(event.detail),
        "From": plain_cell(event.remote),
        "No.": event.seq,
    }


def _pager(page: LogPage) -> None:
    first = (page.number - 1) * access_log.PAGE_ROWS + 1
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Newer",
            icon=":material/chevron_left:",
            disabled=page.number == 1,
            key="sn.log.newer",
            on_click=_turn,
            args=(page.number - 1, page.through),
        )
        st.caption(f"Lines **{first:,} to {first + len(page.events) - 1:,}** of {page.total:,}, newest first")
        st.button(
            "Older",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page.number == page.pages,
            key="sn.log.older",
            on_click=_turn,
            args=(page.number + 1, page.through),
        )


def _export_address(log_filter: AuditFilter, kind: str) -> str:
    parts = {
        "format": kind,
        "agent": log_filter.agent,
        "person": log_filter.person,
        "action": log_filter.action,
        "outcome": log_filter.outcome,
        "since": log_filter.since.isoformat() if log_filter.since else "",
        "until": log_filter.until.isoformat() if log_filter.until else "",
    }
    return f"/export/access-log?{urlencode({name: value for name, value in parts.items() if value})}"


def _number(name: str, default: int) -> int:
    """Return the number that a query parameter holds, ``default`` for anything else."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else default
