"""The demo Entra's pages: person picker, other accounts, refusal, signed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import HTMLResponse

from snlib.demo.core.html import page
from snlib.demo.core.instance import Instance
from snlib.demo.entra import people
from snlib.demo.entra.apps import APP_NAME
from snlib.demo.entra.failures import EntraError, timestamp
from snlib.demo.entra.memory import PendingChoice


def picker_page(instance: Instance, choice_id: str, choice: PendingChoice, *, signed_in: str) -> HTMLResponse:
    """Return the picker: every persona with what it may do, "Use another account", Cancel.

    Args:
        instance: The demo instance.
        choice_id: The picker's id.
        choice: The request that is to be answered, and the form's CSRF token.
        signed_in: The object id of the person of the browser's Entra session, or empty.
    """
    return page(
        "entra/picker.html",
        "Pick an account",
        app_name=APP_NAME,
        tenant=instance.tenant_id,
        choice_id=choice_id,
        choice=choice,
        accounts=[_account(person, signed_in) for person in _offered(instance, choice, signed_in)],
    )


def other_accounts_page(instance: Instance, choice_id: str, choice: PendingChoice, searched: str) -> HTMLResponse:
    """Return the directory's other enabled people whose name, mail or user name contains a text, to choose from."""
    found, total = people.search_others(instance, searched)
    return page(
        "entra/others.html",
        "Use another account",
        text="They sign in as plain members of the directory, without a role.",
        tenant=instance.tenant_id,
        choice_id=choice_id,
        choice=choice,
        searched=searched,
        accounts=[_account(person, "") for person in found],
        total=total,
    )


def error_page(failure: EntraError, now: datetime) -> HTMLResponse:
    """Return the page for a request that cannot be sent back to an application."""
    values = {"failure": failure, "timestamp": timestamp(now)}
    return page("entra/error.html", "Sign in", status_code=failure.status_code, **values)


def signed_out_page() -> HTMLResponse:
    """Return the page that says one is signed out."""
    text = "It's a good idea to close all browser windows."
    return page("entra/page.html", "You signed out of your account", text=text)


def _offered(instance: Instance, choice: PendingChoice, signed_in: str) -> list[dict[str, str]]:
    """Return the personas, with whom the application expects or who is signed in before them."""
    offered = people.personas(instance)
    first = people.find_expected(instance, choice.request.login_hint) or people.find_person(instance, signed_in)
    if first is None or not people.is_enabled(first):
        return offered
    return [first, *(person for person in offered if person["id"] != first["id"])]


def _account(person: dict[str, str], signed_in: str) -> dict[str, Any]:
    """Return what a row of the picker shows of a person."""
    role = people.PERSONA_ROLES.get(person["persona"], person["persona"])
    pills = {role: bool(role), "Guest": person["userType"] == "Guest", "Signed in": person["id"] == signed_in}
    return {
        "id": person["id"],
        "name": person["displayName"],
        "mail": person["mail"] or person["userPrincipalName"],
        "initials": ((person["givenName"][:1] + person["surname"][:1]) or person["displayName"][:1]).upper(),
        "pills": [pill for pill, is_shown in pills.items() if is_shown],
        "may": _may(person, role),
    }


def _may(person: dict[str, str], role: str) -> str:
    """Return what a persona may do, without the role that the row shows already; for others, their job."""
    if not person["persona_text"]:
        return ", ".join(part for part in (person["jobTitle"], person["department"]) if part)
    head, colon, rest = person["persona_text"].partition(": ")
    return rest[:1].upper() + rest[1:] if colon and head.casefold() == role.casefold() else person["persona_text"]
