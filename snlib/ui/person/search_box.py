"""The box that finds a person, and the people opened recently."""

from __future__ import annotations

import streamlit as st

from snlib.errors import SignInRequired, SnlibError
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import people
from snlib.helpdesk.person.finding import DeviceRole, Hit
from snlib.ui import cache, faults, gates, guard, shell, state, viewer
from snlib.ui.components import Answers, Choice, combobox
from snlib.ui.html import dotted, plain

INCIDENTS = "ServiceNow incidents"
DEVICES = "Devices"
"""Tabs of the page Troubleshooting."""

_ROLES: dict[DeviceRole, str] = {
    "primary user": "Device {}",
    "enrolled it": "Enrolled the device {}, and is not its primary user",
    "named by Intune": "Device {}, which they may only have enrolled",
}


def find_person(desk: Desk, *, focus: bool = False) -> bool:
    """Draw the box and return True, or draw what must be connected first and return False.

    A picked person opens on the page Troubleshooting.
    """
    why = "to look up people, devices and groups"
    if desk.directory is desk.servicenow:
        why = "to look up people, whom this organisation keeps in ServiceNow"
    is_open = gates.open_gate(desk.directory, key="directory", why=why)
    if is_open:
        _box(focus=focus)
    return is_open


@st.fragment
@faults.caught()
def _box(*, focus: bool) -> None:
    """A fragment: typing redraws the box and nothing else of the page."""
    desk = guard.require("users.search")
    sign_in: list[str] = []
    picked = combobox(
        "Find a person",
        key=state.SEARCH,
        search=lambda text: _answers(desk, text, sign_in),
        placeholder="Name, e-mail, device, serial or incident number — press / to come here",
        focus=focus,
    )
    for service in sign_in:
        gates.authenticate("search", service)
    if picked:
        open_person(**dict(zip(("person_id", "tab", "device"), picked.split("|"), strict=False)))


def open_person(person_id: str, tab: str = "", device: str = "") -> None:
    """Open a person on the page Troubleshooting, with this ``tab``, and this managed ``device`` first on its tab.

    When that page is open already, columns and filters stay, and without ``tab`` the open tab.
    """
    if st.session_state.get(state.PAGE) != "troubleshooting":
        target = {state.PERSON: person_id, state.TAB: tab, state.DEVICE: device}
        given = {name: value for name, value in target.items() if value}
        st.switch_page(shell.page_named("troubleshooting"), query_params=given)
    st.query_params[state.PERSON] = person_id
    viewer.set_param(state.DEVICE, device)
    # While the tabs are on the page they set their query parameter; before that the parameter sets the tab.
    if tab and state.TAB in st.session_state:
        st.session_state[state.TAB] = tab
    elif tab:
        st.query_params[state.TAB] = tab
    st.rerun()


def show_recent(desk: Desk, *, key: str) -> None:
    """Draw the people the agent opened recently as buttons, or a hint when there are none."""
    opened = people.recent(desk)
    if not opened:
        st.caption("Nobody yet: people you open appear here.")
        return
    with st.container(horizontal=True, gap="small"):
        for one in opened:
            if st.button(plain(one.name), key=f"{key}.{one.id}", help=plain(one.username), icon=":material/person:"):
                open_person(one.id)


def _answers(desk: Desk, text: str, sign_in: list[str]) -> Answers:
    """Return the answers for ``text``; a service to authenticate with first is added to ``sign_in``."""
    try:
        found = cache.find(desk, text)
    except SnlibError as error:
        if isinstance(error, SignInRequired):
            sign_in.append(error.service)
        return Answers((), note=error.user_message, problem=True)
    if found.sign_in:
        sign_in.append(found.sign_in)
    choices = tuple(map(_choice, found.hits))
    notes = list(found.notes)
    if not choices and not notes:
        notes.append(f"Nobody matches “{text}”. Try part of the name, or the e-mail address.")
    if found.more:
        notes.append(f"Showing the first {len(choices)}. Type more to narrow it down.")
    return Answers(choices, note=" ".join(notes))


def _choice(hit: Hit) -> Choice:
    person = hit.person
    if hit.device is not None:
        what = dotted(_ROLES[hit.device_role].format(hit.device.name), hit.device.serial_number, person.address)
        # The device is listed below its primary user only.
        device_id = "" if hit.device_role == "enrolled it" else hit.device.id
        return Choice(f"{person.id}|{DEVICES}|{device_id}", person.name, what)
    work = dotted(person.address or "no e-mail", person.title, person.department)
    if hit.incident:
        return Choice(f"{person.id}|{INCIDENTS}", person.name, dotted(f"Caller of {hit.incident}", work))
    return Choice(person.id, person.name, work)
