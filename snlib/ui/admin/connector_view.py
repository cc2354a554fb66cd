"""The status of the connection, the steps of its test, and the prerequisites.

These are checked at the press of a button and not on every run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st
from markupsafe import Markup

from snlib.connector.connection_tests import CheckResult, ConnectionTest
from snlib.connector.model import ConnectionStatus, ConnectorSettings
from snlib.errors import SnlibError
from snlib.helpdesk.connector import connector_desk, prerequisites
from snlib.helpdesk.connector.prerequisites import Prerequisites
from snlib.helpdesk.desk import Desk
from snlib.oauth.pending import GOOD_FOR
from snlib.ui import faults, gates, html, notices, state, viewer
from snlib.ui.html import plain

_MARKS = {
    "ok": ("✓", "done"),
    "warning": ("!", "warning"),
    "failed": ("✕", "failed"),
    "waiting": ("…", "waiting"),
    "skipped": ("–", "skipped"),
}
_SHOW_TEST_FOR = timedelta(hours=1)


def current_test(desk: Desk) -> ConnectionTest | None:
    """Return the agent's test of the last hour, after finishing it when its token has just arrived."""
    if not desk.may("connector.update").allowed:
        return None
    try:
        test = connector_desk.latest_test(desk)
        if test is None or desk.now() - test.created_at > _SHOW_TEST_FOR:
            return None
        if not test.finished and test.has("token"):
            with st.spinner("Reading one incident…"):
                test = connector_desk.finish_test(desk, test.id)
    except SnlibError as error:
        gates.show(error, key="connector.test")
        return None
    return test


def show_status(connector: ConnectorSettings, now: datetime) -> None:
    """Draw the connection's status and when ServiceNow last answered."""
    with st.container(horizontal=True, gap="small"):
        st.metric("Connection status", connector.status.value, border=True, width="content")
        st.metric("Last connection", _ago(connector.last_connection_at, now), border=True, width="content")
    if connector.status is ConnectionStatus.FAILED:
        html.draw('<p class="sn-failed">Failed: {why}</p>', why=connector.failure)
    if connector.verified_at and connector.status is ConnectionStatus.VERIFIED:
        when = f"{viewer.local(connector.verified_at):%Y-%m-%d at %H:%M}"
        st.caption(plain(f"Verified by {connector.verified_by or 'an administrator'} on {when}"))


def show_test(desk: Desk, test: ConnectionTest | None) -> None:
    """Draw the steps of a test with their outcomes, and what to do next; nothing without a test."""
    if test is None:
        return
    when = viewer.local(test.created_at)
    steps = list(test.steps)
    if desk.now() - test.created_at >= GOOD_FOR:  # the authorization request has expired by then
        no_answer = "No answer came back from the ServiceNow window."
        steps = [replace(one, outcome="failed", text=no_answer) if one.outcome == "waiting" else one for one in steps]
    st.subheader(f"Connection test of {when:%H:%M}", anchor=False)
    _show_steps(steps)
    if test.passed:
        sentence = "Verified. Press Save to use these settings."
        if connector_desk.is_saved(desk, test):
            sentence = "Verified. The connection works."
        st.success(sentence, icon=":material/verified:")


def show_prerequisites(desk: Desk) -> None:
    """Draw the prerequisites with their outcomes, and the button that checks them."""
    agent_key, found = st.session_state.get(state.PREREQUISITES, ("", None))
    if agent_key != desk.agent.key:
        found = None
    with st.container(border=True):
        st.subheader("Prerequisites", anchor=False)
        st.button(
            "Check again" if isinstance(found, Prerequisites) else "Check",
            key="sn.prerequisites.check",
            icon=":material/fact_check:",
            on_click=_check,
            args=(desk,),
        )
        if isinstance(found, Prerequisites):
            _show_steps(found.lines)
            st.caption(plain(f"Checked at {viewer.local(found.checked_at):%H:%M:%S}"))
            return
        if found:
            del st.session_state[state.PREREQUISITES]
            notices.show(found)
        st.caption(plain(", ".join(prerequisites.LABELS.values()) + ": not checked yet"))


def _show_steps(steps: Iterable[CheckResult]) -> None:
    """Draw steps, one below the other, each with its outcome, what was found and how to fix it."""
    html.draw('<ol class="sn-steps">{lines}</ol>', lines=html.joined(map(_line, steps)))


@faults.caught()
def _check(desk: Desk) -> None:
    found: Prerequisites | SnlibError
    try:
        found = prerequisites.check(desk)
    except SnlibError as error:
        found = error
    st.session_state[state.PREREQUISITES] = (desk.agent.key, found)


def _line(step: CheckResult) -> Markup:
    mark, spoken = _MARKS[step.outcome]
    remedy = '<div class="remedy"><strong>How to fix it:</strong> {remedy}</div>'
    return html.of(
        '<li><span role="img" aria-label="{spoken}" class="mark {outcome}">{mark}</span>'
        "<div><strong>{label}</strong><div>{text}</div>{remedy}</div></li>",
        spoken=spoken,
        outcome=step.outcome,
        mark=mark,
        label=step.label,
        text=step.text,
        remedy=html.of(remedy, remedy=step.remedy) if step.remedy else "",
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "Never"
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "Just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{viewer.local(moment):%Y-%m-%d %H:%M}"
