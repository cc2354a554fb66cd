"""A person with more incidents than one load: the first show at once, the rest follows behind a progress bar.

Streamlit's caches cannot hold a function that draws while it is asked, so the long list of a browser session is kept in
its session state, under the desk's key and for as long as the caches keep theirs.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from snlib.directory import Person
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import incidents
from snlib.incidents import Caller, IncidentFilter, IncidentList
from snlib.ui import cache, state, viewer

_EVERYTHING = IncidentFilter()


def loaded(desk: Desk, person: Person, caller: Caller, filters: IncidentFilter = _EVERYTHING) -> IncidentList:
    """Return the caller's incidents that pass ``filters``: the long list if it was loaded, else the first ones."""
    return _kept(desk, caller, filters) or cache.incidents_of(desk, caller, filters, viewer.zone(), person_id=person.id)


def load_the_rest(desk: Desk, person: Person, caller: Caller, found: IncidentList) -> None:
    """Load what ``found`` lacks, up to the operator's limit, and draw the list again; nothing when it lacks nothing.

    A click while it loads counts at once, and loading begins anew after it.
    """
    limit = desk.settings.max_incident_rows
    if found.complete or found.foreign or found.loaded >= limit or _kept(desk, caller, found.filters):
        return
    bar = st.progress(0.0)

    def progress(rows: int, expected: int | None) -> None:
        of = min(expected or limit, limit)
        bar.progress(min(1.0, rows / of), f"Reading incidents from ServiceNow: {rows:,} of {of:,}")

    progress(found.loaded, found.total)
    whole = incidents.incidents_of(
        desk, caller, found.filters, viewer.zone(), person_id=person.id, max_rows=limit, progress=progress
    )
    lists = {_key(desk, caller, found.filters): whole}
    if found.filters and (everything := _kept(desk, caller, _EVERYTHING)):
        lists[_key(desk, caller, _EVERYTHING)] = everything
    st.session_state[state.LONG_LIST] = lists
    st.rerun()


def _kept(desk: Desk, caller: Caller, filters: IncidentFilter) -> IncidentList | None:
    """Return the long list of this session, None when there is none of this caller and filters, or it is too old."""
    found: IncidentList | None = st.session_state.get(state.LONG_LIST, {}).get(_key(desk, caller, filters))
    return found if found and desk.now() - found.as_of < timedelta(seconds=cache.SECONDS) else None


def _key(desk: Desk, caller: Caller, filters: IncidentFilter) -> str:
    read_at = st.session_state.get(state.READ_AT, "")
    return f"{desk.key}|{read_at}|{caller.sys_id}|{viewer.zone()}|{filters.to_json()}"
