"""Which ServiceNow caller the open person is: looked up once in a run, shown in the header, chosen among several."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from snlib.directory import Person
from snlib.errors import SnlibError
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import callers
from snlib.incidents import Caller, CallerMatch
from snlib.ui import cache, faults, notices, state, viewer
from snlib.ui.html import dotted, plain

Known = CallerMatch | SnlibError | None
"""What a run of the page knows about the person's caller; None while ServiceNow cannot be asked."""


def known_caller(desk: Desk, person: Person) -> Known:
    """Look up the person's caller where ServiceNow is connected; an error is returned for the tab to show."""
    if not (desk.may("incidents.view").allowed and desk.servicenow.connected):
        return None
    try:
        return callers.applied(desk, person, cache.match(desk, person))
    except SnlibError as error:
        return error


def show_chip(desk: Desk, person: Person, match: CallerMatch) -> None:
    """Draw how the person was matched, and the button to undo a choice."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        colour, icon, text = _chip(match)
        st.markdown(f":{colour}-badge[:material/{icon}: {plain(text)}]", width="content")
        if match.chosen_by:
            st.button(
                "Change",
                type="tertiary",
                key="sn.caller.change",
                help="Forgets the choice for everybody and shows the candidates again",
                on_click=_change,
                args=("sn.caller.change", callers.forget, desk, person),
            )
    _show_error("sn.caller.change")


def show_candidates(desk: Desk, person: Person, match: CallerMatch, *, key: str) -> None:
    """Draw the users who match, and the buttons to choose one of them."""
    count = len(match.candidates)
    st.warning(
        "Several users match. Choose the right one. The choice is remembered for every agent and can be "
        "changed. When one of the users is out of date, a ServiceNow administrator can merge or deactivate it.",
        title=f"{count} ServiceNow users match this person",
        icon=":material/group:",
    )
    st.dataframe(
        [
            {
                "User ID": one.user_name,
                "Name": one.name,
                "E-mail": one.email,
                "Active": one.active,
                "VIP": one.vip,
                "Title": one.title,
                "Department": one.department,
            }
            for one in match.candidates
        ],
        hide_index=True,
    )
    chosen = st.radio(
        "Which of them is this person?",
        match.candidates,
        index=None,
        format_func=lambda one: plain(_described(one)),
        key=f"{state.CALLER_CHOICE}.{key}.{person.id}",
    )
    st.button(
        "Use this user",
        key=f"sn.caller.choose.{key}",
        disabled=chosen is None,
        on_click=_change,
        args=("sn.caller.choose", callers.choose, desk, person, chosen.sys_id if chosen else ""),
    )
    _show_error("sn.caller.choose")


def _chip(match: CallerMatch) -> tuple[str, str, str]:
    """Return colour, icon and words."""
    if match.caller is None:
        if match.kind == "several":
            return "orange", "group", f"{len(match.candidates)} ServiceNow users match by {match.matched_by}"
        return "gray", "person_off", "No ServiceNow user matches"
    caller = match.caller
    about = ", ".join(filter(None, (caller.user_name, "inactive there" if caller.active is False else "")))
    who = f"{caller.name} ({about})" if about else caller.name
    text = f"Matched to the ServiceNow caller {who} by {match.matched_by}"
    if match.chosen_by and match.chosen_at:
        text += f", chosen by {match.chosen_by} on {viewer.local(match.chosen_at):%Y-%m-%d}"
    return "green", "link", text


def _described(caller: Caller) -> str:
    # Without the e-mail: it is in the table, and a browser would make a link of it.
    active = {True: "active", False: "inactive", None: ""}[caller.active]
    return dotted(caller.name, caller.user_name, active)


@faults.caught()
def _change(where: str, change: Callable[..., None], *args: object) -> None:
    try:
        change(*args)
    except SnlibError as error:
        st.session_state[state.CALLER_ERROR] = (where, error)


def _show_error(where: str) -> None:
    """Draw once, at its button, why the last choice or its undoing failed."""
    found = st.session_state.get(state.CALLER_ERROR)
    if found and found[0] == where:
        del st.session_state[state.CALLER_ERROR]
        notices.show(found[1])
