"""Signing in and out, and returning to the requested page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Truth
from tests.browser.steps import (
    AGENT,
    CALLER,
    MEMBER,
    add_filter,
    chip,
    open_caller,
    open_tab,
    parameters,
    person_heading,
    pick_account,
    sign_in,
    sign_out,
    toggle_columns,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("/", "/troubleshooting", "/counts", "/connector")


def test_signed_out_shows_only_the_notice(page: Page) -> None:
    """Signed out, every page shows the one sign-in notice and nothing else."""
    for path in PAGES:
        page.goto(path)
        expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
        expect(page.get_by_role("heading")).to_have_text(["Sign in to the helpdesk dashboard"])
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("textbox")).to_have_count(0)


def test_sign_in_by_keyboard(page: Page) -> None:
    """Tab and Enter are enough to get to the account picker and through it."""
    page.goto("/troubleshooting")
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    tab_to(page, AGENT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Troubleshooting")).to_be_visible()


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what has the focus reads ``text``."""
    expect(page.get_by_text(text, exact=True).first).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        focused = page.locator("a:focus, button:focus")
        if focused.count() and text in focused.inner_text():
            return
    pytest.fail(f"ten presses of Tab do not reach {text}")


def test_deep_link(page: Page, truth: Truth) -> None:
    """After signing in, and after a reload, the page shows the person, tab, columns and filters of the link."""
    open_caller(page)
    open_tab(page)
    toggle_columns(page, "Priority", "Impact")
    add_filter(page, "State", "New")
    expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()
    link, requested = page.url, parameters(page)
    assert set(requested) == {"person", "tab", "columns", "filters"}
    sign_out(page)

    page.goto(link)
    page.get_by_role("link", name="Sign in", exact=True).click()
    pick_account(page, AGENT)
    for reload in (False, True):
        if reload:
            page.reload()
        expect(person_heading(page, CALLER)).to_be_visible()
        expect(page.get_by_role("tab", name="ServiceNow incidents")).to_have_attribute("aria-selected", "true")
        expect(chip(page, "State")).to_have_accessible_name("State is New")
        expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()
        expect(grid.headings(page).filter(has_text="Impact")).to_have_count(1)
        expect(grid.headings(page).filter(has_text="Priority")).to_have_count(0)
        assert parameters(page) == requested


def test_sign_out_in_every_tab(page: Page) -> None:
    """Signing out in one tab signs the other one out too, without anybody touching it."""
    sign_in(page, AGENT, "/troubleshooting")
    other = page.context.new_page()
    other.goto("/")
    expect(other.get_by_role("heading", name="Home")).to_be_visible()
    sign_out(other)
    page.bring_to_front()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Troubleshooting")).to_have_count(0)


def test_cancelled_sign_in(page: Page) -> None:
    """Whoever cancels at the provider reads one sentence and can try again, to the same page."""
    page.goto("/troubleshooting")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    expect(page.get_by_text("the sign-in was cancelled")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    pick_account(page, AGENT)
    expect(page.get_by_role("heading", name="Troubleshooting")).to_be_visible()


def test_member_without_a_role(page: Page) -> None:
    """A person without a role reads on every page whom to ask, sees no data and finds no link to it."""
    sign_in(page, MEMBER)
    expect(page.get_by_text("Your account has no role in this dashboard")).to_be_visible()
    for path in PAGES[1:]:
        page.goto(path)
        expect(page.get_by_text("You do not have permission to open this page")).to_be_visible()
        expect(page.get_by_text("Intune Administrator")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        expect(page.get_by_role("combobox")).to_have_count(0)
