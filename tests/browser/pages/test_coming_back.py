"""The frame around the pages: what a tab is called, addresses people type, and coming back to a page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import (
    AGENT,
    CALLER,
    INCIDENTS,
    add_filter,
    answer_popup,
    chip,
    find_person,
    open_tab,
    parameters,
    person_heading,
    sign_in,
    toggle_columns,
)

NAVIGATION = "stSidebarNav"


def go_to(page: Page, name: str) -> None:
    """Press a page's name in the navigation, and be there."""
    page.get_by_test_id(NAVIGATION).get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_page_is_as_it_was_left(page: Page) -> None:
    """The tab is called by the person and the page; person, tab, columns and filters are there after another page."""
    page.goto("/")
    expect(page).to_have_title("Sign in · Helpdesk dashboard (DEMO)")
    sign_in(page, AGENT, "/home")
    expect(page).to_have_title("Home · Helpdesk dashboard (DEMO)")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    go_to(page, "Troubleshooting")
    find_person(page, "amelie.fon", CALLER)
    expect(page).to_have_title(f"{CALLER} · Troubleshooting · Helpdesk dashboard (DEMO)")
    answer_popup(page, "Authenticate ServiceNow")
    open_tab(page)
    toggle_columns(page, "Priority")
    add_filter(page, "State", "New")
    left = parameters(page)
    assert set(left) == {"person", "tab", "columns", "filters"}

    go_to(page, "Your access")
    expect(page).to_have_title("Your access · Helpdesk dashboard (DEMO)")
    assert parameters(page) == {}
    go_to(page, "Troubleshooting")
    expect(person_heading(page, CALLER)).to_be_visible()
    expect(page).to_have_title(f"{CALLER} · Troubleshooting · Helpdesk dashboard (DEMO)")
    expect(page.get_by_role("tab", name=INCIDENTS)).to_have_attribute("aria-selected", "true")
    expect(chip(page, "State")).to_be_visible()
    assert parameters(page) == left

    open_tab(page, "Devices")
    go_to(page, "Home")
    go_to(page, "Troubleshooting")
    expect(page.get_by_role("tab", name="Devices")).to_have_attribute("aria-selected", "true")
