"""The demo Entra's pages: person picker, other accounts, refusal, signed out."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from snlib.demo.core.html import Html, element, join
from snlib.demo.core.instance import Instance
from snlib.demo.entra import people
from snlib.demo.entra.apps import APP_NAME
from snlib.demo.entra.failures import EntraError, timestamp
from snlib.demo.entra.look import card_page
from snlib.demo.entra.memory import PendingChoice


def picker_page(instance: Instance, choice_id: str, choice: PendingChoice, *, signed_in: str) -> HTMLResponse:
    """Return the picker: every persona with what it may do, "Use another account", Cancel.

    Args:
        instance: The demo instance.
        choice_id: The picker's id.
        choice: The request that is to be answered, and the form's CSRF token.
        signed_in: The object id of the person of the browser's Entra session, or empty.
    """
    rows = [_account(person, index, signed_in) for index, person in enumerate(_offered(instance, choice, signed_in))]
    other = element(
        "a",
        element("span", "+", class_="avatar none", aria_hidden="true"),
        element(
            "span",
            element("span", "Use another account", class_="name"),
            element("span", "Anybody else of the directory, as a plain member", class_="mail"),
            class_="who",
        ),
        class_="account",
        href=_address(instance, "login/other", request=choice_id),
    )
    introduction = join(
        element("p", f"to sign in to {APP_NAME}"),
        element("p", "Nobody here is real, and nobody needs a password.", class_="quiet"),
    )
    cancel = element("button", "Cancel", class_="button second", name="cancel", value="1")
    content = join(
        element("ul", *(element("li", row) for row in (*rows, other)), class_="accounts"),
        element("div", cancel, class_="foot"),
    )
    return card_page("Pick an account", introduction, _form(instance, choice_id, choice, content))


def other_accounts_page(instance: Instance, choice_id: str, choice: PendingChoice, text: str) -> HTMLResponse:
    """Return the directory's other enabled people whose name, mail or user name contains ``text``, to choose from."""
    found, total = people.search_others(instance, text)
    introduction = element("p", "They sign in as plain members of the directory, without a role.", class_="quiet")
    search = element(
        "form",
        element("input", type="hidden", name="request", value=choice_id),
        element("label", "Name or e-mail", for_="q", class_="label"),
        element(
            "div",
            element("input", type="search", id="q", name="q", value=text, maxlength=100, autocomplete="off"),
            element("button", "Search", class_="button"),
            class_="search",
        ),
        method="get",
        action=_address(instance, "login/other"),
        role="search",
    )
    rows = [element("li", _account(person, index, "")) for index, person in enumerate(found)]
    back = element("a", "Back", href=_address(instance, "login", request=choice_id))
    summary = f"{len(found)} of {total}" if total else f"Nobody is called “{text}”."
    content = join(
        search,
        _form(instance, choice_id, choice, element("ul", *rows, class_="accounts")) if rows else None,
        element("div", back, element("span", summary, class_="quiet", role="status"), class_="foot"),
    )
    return card_page("Use another account", introduction, content)


def error_page(failure: EntraError, now: datetime) -> HTMLResponse:
    """Return the page for a request that cannot be sent back to an application."""
    facts = {
        "Request Id": failure.trace_id,
        "Correlation Id": failure.correlation_id,
        "Timestamp": timestamp(now),
    }
    content = element(
        "div",
        element("p", f"AADSTS{failure.code}: {failure.text}", class_="error", role="alert"),
        element("dl", *(join(element("dt", name), element("dd", value)) for name, value in facts.items())),
        class_="body",
    )
    introduction = element("p", "Sorry, but we're having trouble signing you in.")
    return card_page("Sign in", introduction, content, status_code=failure.status_code)


def signed_out_page() -> HTMLResponse:
    """Return the page that says one is signed out."""
    text = element("p", "It's a good idea to close all browser windows.", class_="quiet")
    return card_page("You signed out of your account", text, Html(""))


def _offered(instance: Instance, choice: PendingChoice, signed_in: str) -> list[dict[str, str]]:
    """Return the personas, with whom the application expects or who is signed in before them."""
    offered = people.personas(instance)
    first = people.find_expected(instance, choice.request.login_hint) or people.find_person(instance, signed_in)
    if first is None or not people.is_enabled(first):
        return offered
    return [first, *(person for person in offered if person["id"] != first["id"])]


def _account(person: dict[str, str], index: int, signed_in: str) -> Html:
    role = people.PERSONA_ROLES.get(person["persona"], person["persona"])
    pills = [role] if role else []
    if person["userType"] == "Guest":
        pills.append("Guest")
    if person["id"] == signed_in:
        pills.append("Signed in")
    may = _may(person, role)
    return element(
        "button",
        element("span", _initials(person), class_=f"avatar a{index % 5}", aria_hidden="true"),
        element(
            "span",
            element(
                "span",
                element("span", person["displayName"], class_="name"),
                *(element("span", pill, class_="pill") for pill in pills),
                class_="line",
            ),
            element("span", person["mail"] or person["userPrincipalName"], class_="mail"),
            element("span", may, class_="may") if may else None,
            class_="who",
        ),
        class_="account",
        name="person",
        value=person["id"],
    )


def _may(person: dict[str, str], role: str) -> str:
    """Return what a persona may do, without the role that stands beside the name already; for others, their job."""
    if not person["persona_text"]:
        return ", ".join(part for part in (person["jobTitle"], person["department"]) if part)
    head, colon, rest = person["persona_text"].partition(": ")
    return rest[:1].upper() + rest[1:] if colon and head.casefold() == role.casefold() else person["persona_text"]


def _initials(person: dict[str, str]) -> str:
    initials = (person["givenName"][:1] + person["surname"][:1]) or person["displayName"][:1]
    return initials.upper()


def _form(instance: Instance, choice_id: str, choice: PendingChoice, content: Html) -> Html:
    return element(
        "form",
        element("input", type="hidden", name="request", value=choice_id),
        element("input", type="hidden", name="canary", value=choice.canary),
        content,
        method="post",
        action=_address(instance, "login"),
    )


def _address(instance: Instance, path: str, **parameters: str) -> str:
    """Return a path of this tenant; relative to the host, so that it also works behind another name."""
    query = "?" + urlencode(parameters) if parameters else ""
    return f"/{instance.tenant_id}/{path}{query}"
