"""Filters of the incident list: a chip for each, and the popover that adds one. They are kept in the URL."""

from __future__ import annotations

from datetime import date

import streamlit as st

from snlib.errors import InvalidInput
from snlib.incidents import FilterField, IncidentFilter
from snlib.incidents.filters import Labels
from snlib.ui import faults, state, viewer
from snlib.ui.html import plain


def active() -> IncidentFilter:
    """Return the filters of the URL; malformed ones are named in a warning, ignored, and removed from the URL."""
    try:
        return IncidentFilter.from_json(st.query_params.get(state.FILTERS, ""))
    except InvalidInput as error:
        st.warning(f"{plain(error.user_message)} The list is shown without them.", icon=":material/filter_alt_off:")
        _write(IncidentFilter())
        return IncidentFilter()


def show(labels: Labels, filters: IncidentFilter) -> None:
    """Draw one removable chip for each filter, and the popover that chooses more among ``labels``."""
    popover = st.popover("Add filters", icon=":material/filter_alt:", key=state.ADD_FILTERS, on_change="rerun")
    # Whenever it opens, it holds what is applied, whether a chip, Apply, a link or the browser's Back changed that.
    opened_for = filters.to_json() if popover.open else None
    if opened_for is None or st.session_state.get(state.FILTERS_OPEN) != opened_for:
        _hold(filters)
    st.session_state[state.FILTERS_OPEN] = opened_for
    with popover:
        _choose(filters, labels)
    for field, text in filters.texts(labels).items():
        st.button(
            plain(text),
            key=f"sn.chip.{field}",
            icon=":material/close:",
            icon_position="right",
            help="Remove this filter",
            on_click=_write,
            args=(filters.with_values(field, ()),),
        )


def _choose(filters: IncidentFilter, labels: Labels) -> None:
    fields = list(FilterField)
    field = st.selectbox("Field", fields, format_func=lambda one: one.label, key=state.FILTER_FIELD)
    if field is FilterField.OPENED_SINCE:
        st.date_input(
            "Value",
            value=None,
            min_value=date(1970, 1, 1),
            max_value=date(2199, 12, 31),
            format="YYYY-MM-DD",
            key=state.FILTER_SINCE,
        )
    else:
        names = filters.choices(field, labels)
        st.pills(
            "Value",
            list(names),
            selection_mode="multi",
            format_func=lambda value: plain(names[value]),
            key=f"{state.FILTER_VALUES}.{field}",
        )
    if refused := st.session_state.get(state.FILTERS_REFUSED):
        st.error(plain(refused), icon=":material/filter_alt_off:")
    st.button("Apply", type="primary", key="sn.filters.apply", on_click=_apply, args=(filters, field))


@faults.caught()
def _apply(filters: IncidentFilter, field: FilterField) -> None:
    if field is FilterField.OPENED_SINCE:
        day: date | None = st.session_state.get(state.FILTER_SINCE)
        values = [day.isoformat()] if day else []
    else:
        values = list(st.session_state.get(f"{state.FILTER_VALUES}.{field}") or [])
    try:
        chosen = filters.with_values(field, values)
    except InvalidInput as error:
        st.session_state[state.FILTERS_REFUSED] = error.user_message
        st.session_state[state.ADD_FILTERS] = True
        st.session_state[state.FILTERS_OPEN] = filters.to_json()  # what was chosen stays, to be changed
        return
    _write(chosen)
    st.session_state[state.ADD_FILTERS] = False


@faults.caught()
def _write(filters: IncidentFilter) -> None:
    viewer.set_param(state.FILTERS, filters.to_json())
    _hold(filters)


def _hold(filters: IncidentFilter) -> None:
    """Let the popover hold what is applied, in the browser too, which keeps what was pressed until a value is set."""
    for field in FilterField:
        if field is not FilterField.OPENED_SINCE:
            st.session_state[f"{state.FILTER_VALUES}.{field}"] = list(filters.values(field))
    st.session_state[state.FILTER_SINCE] = filters.opened_since
    st.session_state.pop(state.FILTERS_REFUSED, None)
