"""The tabs Devices and Groups of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from snlib.connector.model import ConnectionStatus
from snlib.devices import Computers, Device, flags_by_device
from snlib.directory import Person
from snlib.errors import ConnectorOff, SnlibError
from snlib.helpdesk import device_marks, devices_desk, incident_desk
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.device_marks import Marks
from snlib.incidents import IncidentFilter, IncidentList
from snlib.ui import cache, device_cards, directory_gate, incident_grid, notices, servicenow_gate, state
from snlib.ui.components import copy_table
from snlib.ui.device_cards import Card, Link
from snlib.ui.markdown import plain

CARD_PIXELS = 380
_NO_MARKS = Marks({}, {})


def show_devices(desk: Desk, person: Person) -> None:
    """Draw a card for each of the person's managed devices, the one searched for first."""
    with _asking("devices"):
        found = cache.devices_of(desk, directory_gate.source(desk), _read_at(), person, person.id)
        if not found.devices:
            st.info("Intune has no device whose primary user is this person.", icon=":material/devices_off:")
            return
        searched = st.query_params.get(state.DEVICE, "")
        devices = sorted(found.devices, key=lambda device: device.id != searched)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            count = f"{len(devices)} device{'s' if len(devices) > 1 else ''}"
            more = "" if found.complete else ", and Intune has more"
            st.caption(f"**{count}**{more} · as of {servicenow_gate.local(found.as_of):%H:%M:%S}")
            incident_grid.refresh()
        computers, incidents, marks = _in_servicenow(desk, person, found.devices)
        now = desk.services.clock()
        flags = flags_by_device(devices, now)
        grid = st.grid("auto", min_column_width=CARD_PIXELS, border=True)
        for device in devices:
            with grid.cell():
                card = Card(
                    device,
                    flags[device.id],
                    found=device.id == searched,
                    items=[(one, devices_desk.link_to_computer(desk, one.sys_id)) for one in computers.of(device)],
                    incidents=_incident_links(desk, incidents, marks.incidents.get(device.id, ())),
                )
                device_cards.show(card, now)
                _show_details(desk, person, device)


def show_groups(desk: Desk, person: Person) -> None:
    """Draw what the person is a member of: directly, and through other groups."""
    with _asking("groups"):
        found = cache.groups_of(desk, directory_gate.source(desk), _read_at(), person, person.id)
        if not found.memberships:
            st.info("The directory lists no group of this person.", icon=":material/group_off:")
            return
        direct = sum(one.direct for one in found.memberships)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            more = "" if found.complete else " More than can be shown: the list is cut."
            st.caption(f"**{direct}** direct, **{len(found.memberships) - direct}** through other groups.{more}")
            incident_grid.refresh()
        copy_table(
            "Groups",
            ("Name", "Type", "Membership", "Direct or transitive", "Object ID"),
            [
                (
                    one.name or "(name not visible)",
                    one.kind,
                    one.membership or "–",
                    "Direct" if one.direct else "Transitive",
                    one.id,
                )
                for one in found.memberships
            ],
            key="sn.groups",
        )


def device_names(desk: Desk, person: Person, frame: pd.DataFrame) -> Mapping[str, str]:
    """Return the name of the person's device that each incident is about, by the incident's sys_id.

    Devices are asked for only when an incident names a configuration item at all.
    """
    if not desk.may("devices.view").allowed or not frame["item_sys_id"].fillna("").any():
        return {}
    try:
        found = cache.devices_of(desk, directory_gate.source(desk), _read_at(), person, person.id)
    except SnlibError:
        st.caption(":material/info: The person's devices could not be read, so no incident is marked with one.")
        return {}
    return device_marks.mark(found.devices, frame).device_names


@contextmanager
def _asking(key: str) -> Iterator[None]:
    """As `servicenow_gate.asking`; where there is no Microsoft Graph to ask, one calm sentence."""
    with servicenow_gate.asking(key):
        try:
            yield
        except ConnectorOff as error:
            st.info(plain(error.user_message), icon=":material/devices_off:")


def _in_servicenow(
    desk: Desk, person: Person, devices: tuple[Device, ...]
) -> tuple[Computers, IncidentList | None, Marks]:
    """The devices' configuration items and incidents; nothing of both while ServiceNow is not connected."""
    nothing = Computers(), None, _NO_MARKS
    if not desk.may("incidents.view").allowed:
        return nothing
    connector = incident_desk.connector(desk)
    connection = incident_desk.connection(desk)
    if connector.status is ConnectionStatus.NOT_CONFIGURED or not connector.enabled:
        return nothing
    if not connection.connected:
        st.caption(":material/info: Authenticate with ServiceNow to see the incidents and records of these devices.")
        return nothing
    key = (desk.agent.key, connector.version, connection.connected_at)
    try:
        caller = cache.match(desk, *key, person, person.id).caller
        owner = caller.sys_id if caller else ""
        serials = tuple(sorted(device.serial_key for device in devices if device.serial_key))
        computers = cache.computers_of(desk, *key, _read_at(), person, person.id, devices, serials, owner)
        if caller is None:
            return computers, None, _NO_MARKS
        zone = str(servicenow_gate.zone())
        incidents = cache.incidents_of(desk, *key, _read_at(), caller, IncidentFilter(), zone, person.id)
    except SnlibError as error:
        st.caption(f":material/info: Without ServiceNow's records: {plain(error.user_message)}")
        return nothing
    return computers, incidents, device_marks.mark(devices, incidents.frame, computers)


def _incident_links(desk: Desk, incidents: IncidentList | None, sys_ids: tuple[str, ...]) -> list[Link]:
    if incidents is None or not sys_ids:
        return []
    rows = incidents.frame.set_index("sys_id").loc[list(sys_ids), ["number", "state", "short_description"]]
    return [
        Link(
            " · ".join(str(value) for value in values if pd.notna(value) and value), incident_desk.link_to(desk, sys_id)
        )
        for sys_id, *values in rows.itertuples(name=None)
    ]


def _show_details(desk: Desk, person: Person, device: Device) -> None:
    """Draw what only one device's own address tells; asked for when it is opened, not before."""
    details = st.expander("More about this device", key=f"sn.device.more.{device.id}", on_change="rerun")
    if not details.open:
        return
    with details:
        try:
            facts = cache.details_of(desk, directory_gate.source(desk), _read_at(), person, device, device.id)
        except SnlibError as error:
            notices.show(error)
            return
        copy_table("Details", ("Fact", "Value"), [(fact.label, fact.value) for fact in facts], key=f"sn.{device.id}")


def _read_at() -> str:
    return str(st.session_state.get(state.READ_AT, ""))
