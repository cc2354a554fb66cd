"""The two tabs of a person: Summary, and ServiceNow incidents."""

from __future__ import annotations

import streamlit as st

from snlib.directory import Person
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller, CallerMatch, IncidentFilter, IncidentList
from snlib.ui import cache, caller_view, device_tabs, filter_bar, incident_grid, servicenow_gate, state
from snlib.ui.caller_view import CallerLook
from snlib.ui.markdown import plain
from snlib.ui.person_view import show_details


def show_summary(desk: Desk, person: Person, look: CallerLook) -> None:
    """Draw the person's details and, once authenticated, how many incidents the person has."""
    incidents, details = st.columns(2, gap="large")
    with details:
        st.subheader("Details", anchor=False)
        show_details(person)
    with incidents:
        st.subheader("ServiceNow", anchor=False)
        with servicenow_gate.asking("summary"):
            found = _caller(desk, person, look, key="summary")
            if found:
                caller, version, connected_at = found
                _show_counts(desk, person, caller, version, connected_at)


def show_incidents(desk: Desk, person: Person, look: CallerLook) -> None:
    """Draw the person's incidents: filters, columns, the list, how fresh and how complete it is."""
    with servicenow_gate.asking("incidents"):
        found = _caller(desk, person, look, key="incidents")
        if not found:
            return
        caller, version, connected_at = found
        read_at = str(st.session_state.get(state.READ_AT, ""))
        filters = filter_bar.active()
        zone = servicenow_gate.zone()

        def read(chosen: IncidentFilter) -> IncidentList:
            return cache.incidents_of(
                desk, desk.agent.key, version, connected_at, read_at, caller, chosen, str(zone), person.id
            )

        loaded = read(IncidentFilter())
        # More than one load holds: the instance filters, so that nothing beyond the loaded rows is missed.
        upstream = bool(filters) and not loaded.complete
        frame = read(filters).frame if upstream else filters.apply(loaded.frame, zone=zone)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            filter_bar.show(loaded.frame, filters)
            columns = incident_grid.choose_columns()
            incident_grid.refresh()
        incident_grid.show(desk, loaded, frame, columns, device_tabs.device_names(desk, person, frame))


def _caller(desk: Desk, person: Person, look: CallerLook, *, key: str) -> tuple[Caller, int, str] | None:
    """The person's one caller with the connector's version and the token's age; else what is missing is drawn."""
    if look.error:
        # Before the gate: an ended connection is gone from the store by now, and its end must still be said.
        raise look.error
    gate = servicenow_gate.open_gate(desk, key=key, why="to see this person's incidents")
    if gate is None:
        return None
    connector, connection = gate
    connected_at = connection.connected_at
    # The connection may have come up since the header was drawn.
    match = look.match or cache.match(desk, desk.agent.key, connector.version, connected_at, person, person.id)
    if key == "summary":
        servicenow_gate.show_connection(desk, connection)
    for note in match.notes:
        st.caption(f":material/info: {plain(note)}")
    if match.caller is None:
        if match.kind == "several":
            caller_view.show_candidates(desk, person, match, key=key)
        else:
            _show_no_caller(match)
        return None
    return match.caller, connector.version, connected_at


def _show_no_caller(match: CallerMatch) -> None:
    tried = ", ".join(match.tried) or "nothing, because the directory has neither an e-mail nor a user principal name"
    st.info(
        f"Tried: {plain(tried)}\\. Without a user record in ServiceNow there are no incidents to show\\.",
        title="No ServiceNow user matches this person",
        icon=":material/person_off:",
    )


def _show_counts(desk: Desk, person: Person, caller: Caller, version: int, connected_at: str) -> None:
    read_at = str(st.session_state.get(state.READ_AT, ""))
    counts = cache.counts_of(desk, desk.agent.key, version, connected_at, read_at, caller, person.id)
    st.metric("Incidents", counts.total, border=True)
    if counts.total == 0:
        st.caption("This person has no incidents in ServiceNow.")
        return
    with st.container(horizontal=True, gap="small"):
        for state_count in counts.by_state:
            st.metric(plain(state_count.display_value), state_count.count, border=True, width="content")
