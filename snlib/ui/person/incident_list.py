"""The incident list: filters, columns, the grid, the count and the time of reading.

The list is a fragment: a click in it draws the list again and nothing else of the page. The rows of the grid are
computed once for each choice of filters and columns, in the form in which they are sent.

Of a person with more incidents than one load the first show at once, the rest follows behind a progress bar. The caches
cannot hold a function that draws while it is asked, so the long list of a browser session is kept in its session state,
under the desk's key and for as long as the caches keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st
from pandas.io.formats.style import Styler

from snlib.directory import Person
from snlib.errors import SnlibError
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import device_marks, incidents
from snlib.incidents import COLUMNS, EXCHANGED, Caller, FilterField, IncidentFilter, IncidentList, labels_of
from snlib.ui import cache, faults, gates, guard, state, viewer
from snlib.ui.html import plain
from snlib.ui.person import filter_bar, incident_grid, seen_before

DEFAULT = ("number", "short_description", "state", "priority", "opened", "assignment_group")
_EVERYTHING = IncidentFilter()
_NO_DEVICES = "The person's devices could not be read, so no incident is marked with one."


@st.fragment
@faults.caught()
def show(person: Person, caller: Caller) -> None:
    """Draw the person's incidents with filters, columns and Refresh."""
    desk = guard.require("incidents.view")
    viewer.remember()
    with gates.asking("incidents"):
        filters = filter_bar.active()
        everything = _loaded(desk, person, caller)
        # Where there are more incidents than were loaded the instance filters, so that none of them is missed.
        found = _narrowed(desk, everything, filters, viewer.zone()) or _loaded(desk, person, caller, filters)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            filter_bar.show(_labels(desk, everything), filters)
            columns = _choose_columns()
            refresh()
            seen_before.show(desk, everything)
        marked = _can_be_marked(desk, person, found)
        _show_rows(everything, found, _rows(desk, person, found, columns, viewer.zone(), marked=marked), marked=marked)
        _load_the_rest(desk, person, caller, found)


def refresh() -> None:
    """Draw the button that reads everything about this person again; filters stay."""
    st.button("Refresh", icon=":material/refresh:", key="sn.refresh", on_click=cache.read_again)


def _choose_columns() -> tuple[str, ...]:
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
        st.caption("The number always shows.")
    return ("number", *(key for key in EXCHANGED if key in chosen))


def _show_rows(everything: IncidentList, found: IncidentList, rows: Styler, *, marked: bool) -> None:
    """Draw the list with its count, the time of reading, and what is missing from it."""
    total = max(everything.total or 0, everything.loaded)
    words = "incidents"
    if not everything.complete:
        total = max(found.total or 0, found.loaded)
        words = "incidents that match the filters" if found.filters else "incidents loaded"
    st.caption(f"**{found.loaded:,} of {total:,}** {words} · as of {viewer.local(found.as_of):%H:%M:%S}")
    for note in found.notes if marked else (*found.notes, _NO_DEVICES):
        st.caption(f":material/info: {plain(note)}")
    if everything.loaded == 0:
        st.info("This person has no incidents that your ServiceNow account can read.", icon=":material/inbox:")
        return
    if found.loaded == 0:
        st.info("No incident matches the filters. Remove a filter above to see more.", icon=":material/filter_alt_off:")
        return
    incident_grid.show(rows, key=f"sn.grid.{found.as_of:%H%M%S%f}.{found.loaded}")


@cache.kept(entries=4)
def _labels(desk: Desk, loaded: IncidentList) -> dict[FilterField, dict[str, str]]:
    """Return the label of each value in the list."""
    return labels_of(loaded.frame, whole=loaded.complete)


@cache.kept(entries=8)
def _narrowed(desk: Desk, everything: IncidentList, filters: IncidentFilter, zone: ZoneInfo) -> IncidentList | None:
    """Return the rows of the whole list that match the filters; None when the list is not whole."""
    return everything.narrowed(filters, zone=zone)


@cache.kept(entries=8)
def _rows(
    desk: Desk, person: Person, found: IncidentList, columns: tuple[str, ...], zone: ZoneInfo, *, marked: bool
) -> Styler:
    names = _device_names(desk, person, found) if marked else {}
    return incident_grid.rows_of(found.frame, columns, desk.servicenow, zone, names)


def _can_be_marked(desk: Desk, person: Person, found: IncidentList) -> bool:
    """Return whether incidents can be marked with devices; a failure to read these is tried again at the next run."""
    try:
        _device_names(desk, person, found)
    except SnlibError:
        return False
    return True


@cache.kept(entries=8)
def _device_names(desk: Desk, person: Person, found: IncidentList) -> Mapping[str, str]:
    """Return the name of the person's device that each incident is about, by the incident's sys_id.

    Devices are read only when an incident names a configuration item.
    """
    if not desk.may("devices.view").allowed or not found.frame["item_sys_id"].fillna("").any():
        return {}
    return device_marks.mark(cache.devices_of(desk, person).devices, found.frame).device_names


def _loaded(desk: Desk, person: Person, caller: Caller, filters: IncidentFilter = _EVERYTHING) -> IncidentList:
    """Return the caller's incidents that pass ``filters``: the long list if it was loaded, else the first ones."""
    return _kept(desk, caller, filters) or cache.incidents_of(desk, caller, filters, viewer.zone(), person_id=person.id)


def _load_the_rest(desk: Desk, person: Person, caller: Caller, found: IncidentList) -> None:
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
    cache.incidents_of.remember(whole, desk, caller, found.filters, viewer.zone(), person_id=person.id)
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
