"""The tabs Summary and ServiceNow incidents of a person."""

from __future__ import annotations

import streamlit as st

from snlib.directory import Person
from snlib.errors import SnlibError
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller, CallerMatch
from snlib.ui import cache, gates
from snlib.ui.html import plain
from snlib.ui.person import caller_view, incident_list
from snlib.ui.person.caller_view import Known
from snlib.ui.person.header import show_details


def show_summary(desk: Desk, person: Person, known: Known) -> None:
    """Draw the person's details and, once authenticated, how many incidents the person has."""
    incidents, details = st.columns(2, gap="large")
    with details:
        st.subheader("Details", anchor=False)
        show_details(person)
    with incidents:
        st.subheader("ServiceNow", anchor=False)
        with gates.asking("summary"):
            if caller := _caller(desk, person, known, key="summary"):
                _show_counts(desk, person, caller)


def show_incidents(desk: Desk, person: Person, known: Known) -> None:
    """Draw the person's incidents, or what is missing to see them."""
    with gates.asking("incidents"):
        if caller := _caller(desk, person, known, key="incidents"):
            incident_list.show(person, caller)


def _caller(desk: Desk, person: Person, known: Known, *, key: str) -> Caller | None:
    """Return the person's only caller; otherwise draw what is missing and return None."""
    if isinstance(known, SnlibError):
        # Before the gate: it would only offer to connect, because an ended connection is deleted by now.
        raise known
    if not gates.open_gate(desk.servicenow, key=key, why="to see this person's incidents"):
        return None
    another = cache.connected_as_another(desk)
    if another or key == "summary":
        gates.show_connection(desk, desk.servicenow, another=another)
    match = known or cache.match(desk, person)
    for note in match.notes:
        st.caption(f":material/info: {plain(note)}")
    if match.kind == "several" and match.caller is None:
        caller_view.show_candidates(desk, person, match, key=key)
    elif match.caller is None:
        _show_no_caller(match)
    return match.caller


def _show_no_caller(match: CallerMatch) -> None:
    tried = ", ".join(match.tried) or "nothing, because the directory has neither an e-mail nor a user principal name"
    st.info(
        f"Tried: {plain(tried)}\\. Without a user record in ServiceNow there are no incidents to show\\.",
        title="No ServiceNow user matches this person",
        icon=":material/person_off:",
    )


def _show_counts(desk: Desk, person: Person, caller: Caller) -> None:
    counts = cache.counts_of(desk, caller, person_id=person.id)
    st.metric("Incidents", counts.total, border=True)
    if counts.total == 0:
        st.caption("This person has no incidents in ServiceNow.")
        return
    with st.container(horizontal=True, gap="small"):
        for state_count in counts.by_state:
            st.metric(plain(state_count.display_value), state_count.count, border=True, width="content")
