"""The chosen person: header and details."""

from __future__ import annotations

import base64
from html import escape

import streamlit as st

from snlib.directory import Person, Photo
from snlib.directory.local_time import local_time, zone_of
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller
from snlib.ui import cache, caller_view, directory_gate, search_box, servicenow_gate
from snlib.ui.caller_view import CallerLook
from snlib.ui.components import copy_field
from snlib.ui.markdown import plain

_ROUND = "flex:none;width:3.25rem;height:3.25rem;border-radius:50%;"


def show_header(desk: Desk, person: Person, look: CallerLook) -> None:
    """Draw who is open: photo or initials, name, work, place and time there, phone, user principal name, manager."""
    who, address = st.columns([3, 2], gap="large", vertical_alignment="center")
    with who:
        picture = _picture(cache.photo(desk, directory_gate.source(desk), person.id), person)
        lines = "".join(f'<div style="opacity:.8;">{escape(line)}</div>' for line in _lines(desk, person) if line)
        st.html(
            f'<div style="display:flex;gap:1rem;align-items:center;padding:.25rem 0;">{picture}'
            '<div style="min-width:0;"><h2 style="margin:0;padding:0;font-size:1.4rem;overflow-wrap:anywhere;">'
            f"{escape(person.name)}{_badges(person, look.caller)}</h2>{lines}</div></div>"
        )
    with address:
        if person.username:
            copy_field("User principal name", person.username, key="sn.person.username", button="Copy")
    if not look.match and not person.manager_id:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if look.match:
            caller_view.show_chip(desk, person, look.match)
        if person.manager_id:
            _show_manager(person)


def _picture(photo: Photo | None, person: Person) -> str:
    if photo is not None:
        # Small and a JPEG or PNG by its bytes: see `snlib.graph.photos.read_photo`.
        data = base64.b64encode(photo.content).decode("ascii")
        source = f"data:{photo.content_type};base64,{data}"
        return f'<img alt="" src="{source}" style="{_ROUND}object-fit:cover;">'
    initials = "".join(part[0] for part in (person.given_name, person.surname) if part) or person.name[:1]
    return (
        f'<div aria-hidden="true" style="{_ROUND}background:#0b6e75;color:#fff;display:flex;align-items:center;'
        f'justify-content:center;font-weight:600;font-size:1.1rem;">{escape(initials.upper())}</div>'
    )


def _badges(person: Person, caller: Caller | None) -> str:
    account = {True: "Account enabled", False: "Account disabled", None: ""}[person.account_enabled]
    vip = "VIP" if caller is not None and caller.vip else ""
    return "".join(
        f'<span style="border:1px solid currentColor;border-radius:1rem;padding:.05rem .6rem;font-size:.75rem;'
        f'margin-left:.5rem;white-space:nowrap;">{text}</span>'
        for text in (vip, "Guest" if person.is_guest else "", account)
        if text
    )


def _lines(desk: Desk, person: Person) -> tuple[str, ...]:
    """Return what the person does, where and what time it is there, and the phone numbers."""
    zone = zone_of(city=person.city, country=person.country, usage_location=person.usage_location)
    time = local_time(desk.services.clock(), zone, servicenow_gate.zone()) if zone else ""
    work = (person.title, person.department, person.company)
    place = (person.office, person.city, person.country, time)
    phones = (*person.phones, person.mobile)
    return tuple(" · ".join(part for part in parts if part) for parts in (work, place, phones))


def _show_manager(person: Person) -> None:
    name = person.manager_name or "(name not visible)"
    if st.button(
        f"Manager: {plain(name)}",
        key=f"sn.person.manager.{person.manager_id}",
        type="tertiary",
        icon=":material/supervisor_account:",
        help="Opens the manager",
    ):
        search_box.open_person(person.manager_id)


def show_details(person: Person) -> None:
    """Draw what the directory knows of the person, one line a fact; unknown facts are left out."""
    enabled = {True: "Enabled", False: "Disabled", None: ""}[person.account_enabled]
    facts = {
        "User principal name": person.username,
        "E-mail": person.mail or "No e-mail address",
        "Phone": ", ".join(person.phones),
        "Mobile": person.mobile,
        "Title": person.title,
        "Department": person.department,
        "Company": person.company,
        "Office": person.office,
        "City": ", ".join(part for part in (person.city, person.country) if part),
        "Account": " · ".join(part for part in (enabled, person.user_type) if part),
        "Employee ID": person.employee_id,
    }
    rows = "".join(
        f'<dt style="opacity:.7;font-size:.875rem;">{escape(name)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere;">{escape(value)}</dd>'
        for name, value in facts.items()
        if value
    )
    st.html(
        '<dl style="display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.35rem 1rem;margin:0;padding:0;">'
        + rows
        + "</dl>"
    )
