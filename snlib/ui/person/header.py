"""The open person: header and details."""

from __future__ import annotations

import base64

import streamlit as st
from markupsafe import Markup

from snlib.directory import Person, Photo
from snlib.directory.local_time import local_time, zone_of
from snlib.helpdesk.desk import Desk
from snlib.incidents import Caller, CallerMatch
from snlib.ui import cache, html, viewer
from snlib.ui.components import copy_field
from snlib.ui.html import dotted, plain
from snlib.ui.person import caller_view, search_box


def show_header(desk: Desk, person: Person, known: caller_view.Known) -> None:
    """Draw who is open: photo or initials, name, work, place and time there, phone, user principal name, manager."""
    match = known if isinstance(known, CallerMatch) else None
    who, address = st.columns([3, 2], gap="large", vertical_alignment="center")
    with who:
        lines = (html.of('<div class="sn-line">{line}</div>', line=line) for line in _lines(desk, person) if line)
        html.draw(
            '<div class="sn-person">{picture}<div><h2>{name}{badges}</h2>{lines}</div></div>',
            picture=_picture(cache.photo(desk, person.id), person),
            name=person.name,
            badges=_badges(person, match.caller if match else None),
            lines=html.joined(lines),
        )
    with address:
        if person.username:
            copy_field("User principal name", person.username, key="sn.person.username", button="Copy")
    if not match and not person.manager_id:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if match:
            caller_view.show_chip(desk, person, match)
        if person.manager_id:
            _show_manager(person)


def _picture(photo: Photo | None, person: Person) -> Markup:
    if photo is not None:
        # Small and a JPEG or PNG by its bytes: see `snlib.graph.photos`.
        data = base64.b64encode(photo.content).decode("ascii")
        source = f"data:{photo.content_type};base64,{data}"
        return html.of('<img alt="" src="{source}" class="sn-photo">', source=source)
    initials = "".join(part[0] for part in (person.given_name, person.surname) if part) or person.name[:1]
    return html.of('<div aria-hidden="true" class="sn-photo sn-initials">{text}</div>', text=initials.upper())


def _badges(person: Person, caller: Caller | None) -> Markup:
    account = {True: "Account enabled", False: "Account disabled", None: ""}[person.account_enabled]
    vip = "VIP" if caller is not None and caller.vip else ""
    texts = (vip, "Guest" if person.is_guest else "", account)
    return html.joined(html.of('<span class="sn-badge">{text}</span>', text=text) for text in texts if text)


def _lines(desk: Desk, person: Person) -> tuple[str, ...]:
    """Return the person's work, their place with its local time, and their phone numbers."""
    zone = zone_of(city=person.city, country=person.country, usage_location=person.usage_location)
    time = local_time(desk.now(), zone, viewer.zone()) if zone else ""
    work = dotted(person.title, person.department, person.company)
    place = dotted(person.office, person.city, person.country, time)
    return work, place, dotted(*person.phones, person.mobile)


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
    """Draw the directory's facts about the person, one in each line; unknown facts are left out."""
    enabled = {True: "Enabled", False: "Disabled", None: ""}[person.account_enabled]
    html.facts(
        {
            "User principal name": person.username,
            "E-mail": person.mail or "No e-mail address",
            "Phone": ", ".join(person.phones),
            "Mobile": person.mobile,
            "Title": person.title,
            "Department": person.department,
            "Company": person.company,
            "Office": person.office,
            "City": ", ".join(part for part in (person.city, person.country) if part),
            "Account": dotted(enabled, person.user_type),
            "Employee ID": person.employee_id,
        }
    )
