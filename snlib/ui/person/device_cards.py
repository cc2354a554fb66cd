"""Cards of a person's devices: what agents ask on the phone, what to notice, and links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from snlib.devices import Computer, Device, Flag, ago_text, compliance_text, free_share, gigabytes
from snlib.ui import html, viewer
from snlib.ui.components import copy_field
from snlib.ui.html import dotted, plain

INCIDENTS_SHOWN = 5
_BADGES = {"bad": ("red", "error"), "warning": ("orange", "warning"), "unknown": ("gray", "help")}
_ICONS = {"windows": "computer", "macos": "laptop_mac", "ios": "phone_iphone", "ipados": "tablet_mac"}


Links = Sequence[tuple[str, str]]
"""Links beside a device: the words of each, and where it goes."""


def show(
    device: Device,
    flags: Sequence[Flag],
    now: datetime,
    *,
    found: bool,
    items: Sequence[tuple[Computer, str]],
    incidents: Links,
) -> None:
    """Draw the card of a device, inside the frame that the caller draws.

    It shows what to notice, whether the agent searched for this device, its configuration items in ServiceNow with
    their addresses, and the incidents about it, the newest first.
    """
    icon = _ICONS.get(device.operating_system.lower(), "devices")
    st.subheader(f":material/{icon}: {plain(device.name)}", anchor=False)
    st.caption(plain(dotted(device.hardware, device.category) or "Model unknown"))
    if found:
        st.badge("The device you searched for", icon=":material/search:", color="blue")
    _show_flags(flags)
    html.facts(_facts(device, now))
    if device.serial_key:
        copy_field("Serial number", device.serial_number, key=f"sn.device.serial.{device.id}", button="Copy")
    else:
        placeholder = f" (the manufacturer left “{device.serial_number}” there)" if device.serial_number else ""
        st.caption(plain(f"Serial number: unknown{placeholder}"))
    if incidents:
        _show_incidents(incidents)
    _show_links(device, items)


def _facts(device: Device, now: datetime) -> dict[str, str]:
    """Return the answers to an agent's questions, by question; an unknown one is "Unknown" or "Never"."""
    share = free_share(device)
    disk = "Unknown"
    if share is not None and device.free_bytes is not None and device.total_bytes is not None:
        disk = f"{gigabytes(device.free_bytes)} of {gigabytes(device.total_bytes)} ({share:.0%})"
    return {
        "Compliant": compliance_text(device, now),
        "Last check-in": _moment(device.last_check_in, now) or "Never",
        "System": device.system or "Unknown",
        "Free disk": disk,
        "Encrypted": {True: "Yes", False: "No", None: "Unknown"}[device.encrypted],
        "Owner": {"company": "Company", "personal": "Personal"}.get(device.owner, "Unknown"),
        "Enrolled": _moment(device.enrolled_at, now) or "Unknown",
    }


def _show_flags(flags: Sequence[Flag]) -> None:
    if not flags:
        st.markdown(":green-badge[:material/check: Nothing to notice]")
        return
    lines = []
    for flag in flags:
        colour, icon = _BADGES[flag.level]
        lines.append(f":{colour}-badge[:material/{icon}: {plain(flag.label)}] {plain(flag.reason)}")
    st.markdown("\n\n".join(lines))


def _show_incidents(incidents: Links) -> None:
    lines = [f"- [{plain(text)}]({url})" for text, url in incidents[:INCIDENTS_SHOWN]]
    if len(incidents) > INCIDENTS_SHOWN:
        lines.append(f"- and {len(incidents) - INCIDENTS_SHOWN} more in the tab ServiceNow incidents")
    count = f"{len(incidents)} incident{'s' if len(incidents) > 1 else ''}"
    st.markdown(f"**{count} about this device**\n\n" + "\n".join(lines))


def _show_links(device: Device, items: Sequence[tuple[Computer, str]]) -> None:
    if not device.admin_centre_url and not items:
        return
    with st.container(horizontal=True, gap="small"):
        if device.admin_centre_url:
            st.link_button("Open in Intune", device.admin_centre_url, icon=":material/open_in_new:")
        if device.admin_centre_url and device.has_remote_help:
            st.link_button(
                "Start Remote Help",
                device.admin_centre_url,
                icon=":material/screen_share:",
                help="Opens the device in the Intune admin centre: choose New remote assistance session there",
            )
        for computer, url in items:
            status = "" if computer.in_use else f" ({plain(computer.status or 'not in use')})"
            st.link_button(
                f"ServiceNow record{status}",
                url,
                icon=":material/database:",
                help=plain(dotted(computer.name, computer.asset_tag, computer.status)),
            )


def _moment(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    return f"{ago_text(moment, now)} ({viewer.local(moment):%Y-%m-%d %H:%M})"
