"""The chosen person: header and details."""

from __future__ import annotations

from html import escape

import streamlit as st

from snlib.directory import Person


def show_header(person: Person) -> None:
    """Draw who is open: initials, name, what the person does and where."""
    initials = "".join(part[0] for part in (person.given_name, person.surname) if part) or person.name[:1]
    work = " · ".join(part for part in (person.title, person.department, person.company) if part)
    place = " · ".join(part for part in (person.office, person.city, person.country) if part)
    badges = "".join(
        f'<span style="border:1px solid currentColor;border-radius:1rem;padding:.05rem .6rem;font-size:.75rem;'
        f'margin-left:.5rem;white-space:nowrap;">{text}</span>'
        for text, shown in (
            ("Guest", person.is_guest),
            ("Account disabled", person.account_enabled is False),
        )
        if shown
    )
    lines = "".join(f'<div style="opacity:.8;">{escape(line)}</div>' for line in (work, place) if line)
    st.html(
        '<div style="display:flex;gap:1rem;align-items:center;padding:.25rem 0;">'
        '<div aria-hidden="true" style="flex:none;width:3.25rem;height:3.25rem;border-radius:50%;background:#0b6e75;'
        'color:#fff;display:flex;align-items:center;justify-content:center;font-weight:600;font-size:1.1rem;">'
        f"{escape(initials.upper())}</div>"
        '<div style="min-width:0;"><h2 style="margin:0;padding:0;font-size:1.4rem;overflow-wrap:anywhere;">'
        f"{escape(person.name)}{badges}</h2>{lines}</div></div>"
    )


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
