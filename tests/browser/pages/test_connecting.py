"""Authenticating with ServiceNow, and all the ways in which it can fail at first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Truth
from tests.browser.running import Dashboard
from tests.browser.steps import (
    AUTHENTICATE,
    CALLER,
    answer_popup,
    metric,
    open_caller,
    open_tab,
    parameters,
    person_heading,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]

DENIED = "You pressed Deny, so ServiceNow gave no access."
NO_POPUPS = "window.open = () => null"


def test_deny(page: Page, truth: Truth) -> None:
    """After Deny the page says so, person and tab are still there, and Allow works at the next try."""
    open_caller(page, connected=False)
    open_tab(page)
    before = parameters(page)
    answer_popup(page, AUTHENTICATE, press="Deny")
    expect(page.get_by_text(DENIED)).to_be_visible()
    expect(person_heading(page, CALLER)).to_be_visible()
    assert parameters(page) == before
    answer_popup(page, AUTHENTICATE)
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    expect(page.get_by_text(DENIED)).to_have_count(0)


def test_popup_blocked(page: Page, truth: Truth) -> None:
    """Where popups are blocked the tab itself goes to ServiceNow and comes back to the same person and tab."""
    page.add_init_script(NO_POPUPS)
    open_caller(page, connected=False)
    open_tab(page)
    before = parameters(page)
    page.get_by_role("button", name=AUTHENTICATE, exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    expect(person_heading(page, CALLER)).to_be_visible()
    assert parameters(page) == before


def test_popup_blocked_and_denied(page: Page) -> None:
    """After Deny in the tab itself, one sentence says so and links back to the same person and tab."""
    page.add_init_script(NO_POPUPS)
    open_caller(page, connected=False)
    open_tab(page)
    before = parameters(page)
    page.get_by_role("button", name=AUTHENTICATE, exact=True).click()
    page.get_by_role("button", name="Deny", exact=True).click()
    expect(page.get_by_text(DENIED)).to_be_visible()
    page.get_by_role("link", name="Back to the dashboard").click()
    expect(page.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
    assert parameters(page) == before


def test_revoked_in_servicenow(page: Page, dashboard: Dashboard, truth: Truth) -> None:
    """Once the agent revoked the access in ServiceNow, the page asks to authenticate again, and that works."""
    open_caller(page)
    open_tab(page)
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    revoke_all_tokens(page.context.new_page(), dashboard)
    page.bring_to_front()
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
    expect(grid.canvas(page)).to_be_visible()  # as it was read before, with its time
    answer_popup(page, AUTHENTICATE)
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()


def revoke_all_tokens(tab: Page, dashboard: Dashboard) -> None:
    """Press Revoke for each of one's tokens on ServiceNow's page for that, and close the tab."""
    tab.goto(f"{dashboard.demo_origin}/oauth_credential_list.do")
    none_left = tab.get_by_text("No application holds a token.")
    while True:
        expect(none_left.or_(tab.get_by_role("button", name="Revoke").first)).to_be_visible()
        if none_left.is_visible():
            break
        with tab.expect_navigation():
            tab.get_by_role("button", name="Revoke").first.click()
    tab.close()


def test_summary_counts(page: Page, truth: Truth) -> None:
    """The summary counts the caller's incidents in all and by state as ServiceNow does."""
    open_caller(page)
    expect(metric(page, "Incidents")).to_have_text(str(truth.total))
    for state, count in truth.states.items():
        expect(metric(page, state)).to_have_text(str(count))
