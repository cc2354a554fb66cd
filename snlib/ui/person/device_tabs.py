"""The tabs Devices and Groups of a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from snlib.devices import Computers, Device, flags_by_device
from snlib.devices.computers import TABLE
from snlib.directory import Person
from snlib.errors import ConnectorOff, SnlibError
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import callers, device_marks
from snlib.helpdesk.person.device_marks import Marks
from snlib.helpdesk.service import Service, ServiceState
from snlib.incidents import IncidentFilter, IncidentList
from snlib.ui import cache, gates, state, viewer
from snlib.ui.components import copy_table
from snlib.ui.html import plain
from snlib.ui.person import device_cards, incident_list
from snlib.ui.person.device_cards import Links

CARD_PIXELS = 380
_NO_MARKS = Marks({}, {})
_DIRECT = {True: "Direct", False: "Transitive"}


def show_devices(desk: Desk, person: Person) -> None:
    """Draw a card for each of the person's managed devices, the one searched for first."""
    with _asking("devices"):
        found = cache.devices_of(desk, person)
        if not found.devices:
            st.info("Intune has no device whose primary user is this person.", icon=":material/devices_off:")
            return
        searched = st.query_params.get(state.DEVICE, "")
        devices = sorted(found.devices, key=lambda device: device.id != searched)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            count = f"{len(devices)} device{'s' if len(devices) > 1 else ''}"
            more = "" if found.complete else ", and Intune has more"
            st.caption(f"**{count}**{more} · as of {viewer.local(found.as_of):%H:%M:%S}")
            incident_list.refresh()
        computers, incidents, marks = _in_servicenow(desk, person, found.devices)
        now = desk.now()
        flags = flags_by_device(devices, now, found.user_id)
        grid = st.grid("auto", min_column_width=CARD_PIXELS, border=True)
        for device in devices:
            with grid.cell():
                device_cards.show(
                    device,
                    flags[device.id],
                    now,
                    found=device.id == searched,
                    items=[(one, desk.servicenow.link(TABLE, one.sys_id)) for one in computers.of(device)],
                    incidents=_incident_links(desk.servicenow, incidents, marks.incidents.get(device.id, ())),
                )
                _show_details(desk, person, device)


def show_groups(desk: Desk, person: Person) -> None:
    """Draw what the person is a member of: directly, and through other groups."""
    with _asking("groups"):
        found = cache.groups_of(desk, person)
        if not found.memberships:
            st.info("The directory lists no groups for this person.", icon=":material/group_off:")
            return
        direct = sum(one.direct for one in found.memberships)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            more = "" if found.complete else " There are more than can be shown."
            st.caption(f"**{direct}** direct, **{len(found.memberships) - direct}** through other groups.{more}")
            incident_list.refresh()
        copy_table(
            "Groups",
            ("Name", "Type", "Membership", "Direct or transitive", "Object ID"),
            [
                (one.name or "(name not visible)", one.kind, one.membership or "–", _DIRECT[one.direct], one.id)
                for one in found.memberships
            ],
            key="sn.groups",
        )


@contextmanager
def _asking(key: str) -> Iterator[None]:
    """As `gates.asking`; without Microsoft Graph the page shows a sentence instead of a warning."""
    with gates.asking(key):
        try:
            yield
        except ConnectorOff as error:
            st.info(plain(error.user_message), icon=":material/devices_off:")


def _in_servicenow(
    desk: Desk, person: Person, devices: tuple[Device, ...]
) -> tuple[Computers, IncidentList | None, Marks]:
    """Return the devices' configuration items and incidents; neither while ServiceNow is not connected."""
    nothing = Computers(), None, _NO_MARKS
    if not desk.may("incidents.view").allowed:
        return nothing
    if desk.servicenow.state is ServiceState.NOT_CONNECTED:
        st.caption(":material/info: Authenticate with ServiceNow to see the incidents and records of these devices.")
    if not desk.servicenow.connected:
        return nothing
    try:
        caller = callers.applied(desk, person, cache.match(desk, person)).caller
        computers = cache.computers_of(desk, person, devices, caller.sys_id if caller else "")
        if caller is None:
            return computers, None, _NO_MARKS
        incidents = cache.incidents_of(desk, caller, IncidentFilter(), viewer.zone(), person_id=person.id)
    except SnlibError as error:
        st.caption(f":material/info: ServiceNow's records are missing. {plain(error.user_message)}")
        return nothing
    return computers, incidents, device_marks.mark(devices, incidents.frame, computers)


def _incident_links(service: Service, incidents: IncidentList | None, sys_ids: tuple[str, ...]) -> Links:
    if incidents is None or not sys_ids:
        return []
    rows = incidents.frame.set_index("sys_id").loc[list(sys_ids), ["number", "state", "short_description"]]
    return [
        (" · ".join(str(value) for value in values if pd.notna(value) and value), service.link(service.table, sys_id))
        for sys_id, *values in rows.itertuples(name=None)
    ]


def _show_details(desk: Desk, person: Person, device: Device) -> None:
    """Draw the facts that Graph gives for a single device only; they are read when the agent opens them."""
    details = st.expander("More about this device", key=f"sn.device.more.{device.id}", on_change="rerun")
    if not details.open:
        return
    with details:
        try:
            facts = cache.details_of(desk, person, device)
        except SnlibError as error:
            gates.show(error, key=f"device.{device.id}")
            return
        copy_table("Details", ("Fact", "Value"), list(facts.items()), key=f"sn.{device.id}")
