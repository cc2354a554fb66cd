"""What a person does in the browser, one function an action; by role and accessible name only."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

ADMINISTRATOR = "Ingrid Vogel"
AGENT = "Hugo Lambert"
TEAM_LEAD = "Lena Okafor"
MEMBER = "Mia Novak"
CALLER = "Amélie Fontaine"
"""Somebody with incidents in several states, some of them new."""
CALLER_EMAIL = "amelie.fontaine@example.com"

AUTHENTICATE = "Authenticate ServiceNow"
INCIDENTS = "ServiceNow incidents"


def sign_in(page: Page, person: str, path: str = "/") -> None:
    """Open ``path``, press Sign in, pick the person, and be back."""
    page.goto(path)
    page.get_by_role("link", name="Sign in", exact=True).click()
    pick_account(page, person)


def pick_account(page: Page, person: str) -> None:
    """Pick a person on the provider's page, and be back on the dashboard."""
    page.get_by_role("button", name=re.compile(person)).click()
    # Attached, not visible: on a phone it is in the folded navigation.
    expect(page.get_by_role("link", name="Sign out", exact=True, include_hidden=True)).to_be_attached()


def sign_out(page: Page) -> None:
    """Press Sign out, and see the sign-in notice."""
    page.get_by_role("link", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def answer_popup(page: Page, button: str, press: str = "Allow") -> None:
    """Press a button that opens ServiceNow's consent page in a window, and answer there; the window closes itself."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name=button, exact=True).click()
    window = popup.value
    with window.expect_event("close"):
        window.get_by_role("button", name=press, exact=True).click()


def search_box(page: Page) -> Locator:
    """The box that finds a person."""
    return page.get_by_role("combobox", name="Find a person")


def find_person(page: Page, typed: str, name: str) -> None:
    """Type into the search box and choose one of the people found."""
    search_box(page).press_sequentially(typed, delay=20)
    page.get_by_role("option", name=re.compile(f"^{name}")).click()
    expect(person_heading(page, name)).to_be_visible()


def person_heading(page: Page, name: str) -> Locator:
    """The heading of the person who is open."""
    return page.get_by_role("heading", name=re.compile(f"^{name}"), level=2)


def metric(page: Page, label: str) -> Locator:
    """The figure under ``label``."""
    exactly = page.get_by_text(label, exact=True)
    return page.get_by_test_id("stMetric").filter(has=exactly).get_by_test_id("stMetricValue")


def open_caller(page: Page, *, connected: bool = True, agent: str = AGENT) -> None:
    """Sign in as an agent and open the caller; when ``connected``, authenticate and see the number of incidents."""
    sign_in(page, agent, "/troubleshooting")
    find_person(page, "amelie.fon", CALLER)
    expect(page.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
    if connected:
        answer_popup(page, AUTHENTICATE)
        expect(metric(page, "Incidents")).to_be_visible()


def open_tab(page: Page, name: str = INCIDENTS) -> None:
    """Open a tab of the person."""
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def toggle_columns(page: Page, *labels: str) -> None:
    """Press columns in the column chooser, and close it."""
    button = page.get_by_role("button", name="Columns", exact=True)
    button.click()
    chooser = page.get_by_role("toolbar", name="Columns to show")
    for label in labels:
        one = chooser.get_by_role("button", name=label, exact=True)
        before = one.get_attribute("aria-pressed")
        one.click()
        expect(one).not_to_have_attribute("aria-pressed", str(before))
    page.keyboard.press("Escape")
    expect(chooser).to_be_hidden()


def add_filter(page: Page, field: str, *values: str) -> None:
    """Add a filter: field, values, Apply; wait until its chip is there."""
    page.get_by_role("button", name="Add filters", exact=True).click()
    box = page.get_by_role("combobox", name="Field")
    if box.input_value() != field:
        box.click()
        page.get_by_role("option", name=field, exact=True).click()
        expect(box).to_have_value(field)
    for value in values:
        one = page.get_by_role("toolbar", name="Value").get_by_role("button", name=value, exact=True)
        one.click()
        expect(one).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(chip(page, field)).to_be_visible()


def chip(page: Page, field: str) -> Locator:
    """The removable chip of the filter on ``field``."""
    return page.get_by_role("button", name=re.compile(f"^{field} (is|since)"))


def parameters(page: Page) -> dict[str, list[str]]:
    """The query of the page's address."""
    return parse_qs(urlsplit(page.url).query)


def field(page: Page, label: str) -> Locator:
    """The text field called ``label``."""
    return page.get_by_role("textbox", name=label, exact=True)
