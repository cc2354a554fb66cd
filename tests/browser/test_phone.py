"""The pages on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.conftest import PHONE
from tests.browser.steps import (
    ADMINISTRATOR,
    AUTHENTICATE,
    CALLER,
    TEAM_LEAD,
    answer_popup,
    find_person,
    metric,
    open_tab,
    search_box,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def viewport() -> dict[str, int]:
    """The window of a phone held upright."""
    return PHONE


def fits(page: Page) -> None:
    """Nothing makes the page wider than the window: neither the document nor Streamlit's own scrolling part."""
    wide = page.evaluate(
        """['html', '[data-testid=stMain]', '[data-testid=stMainBlockContainer]']
        .flatMap(selector => [...document.querySelectorAll(selector)])
        .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.dataset.testid || one.tagName)"""
    )
    assert wide == []
    beyond = page.evaluate(
        """[...document.querySelectorAll('[data-testid=stMain] button, [data-testid=stMain] input, h1, h2, h3')]
        .filter(one => one.getBoundingClientRect().width && one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => one.innerText || one.ariaLabel)"""
    )
    assert beyond == []


def test_every_page_fits(page: Page) -> None:
    """No page scrolls sideways, no button or heading sticks out."""
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_in_viewport()
    fits(page)
    sign_in(page, TEAM_LEAD)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    fits(page)
    find_person(page, "amelie.fon", CALLER)
    fits(page)
    answer_popup(page, AUTHENTICATE)
    expect(metric(page, "Incidents")).to_be_visible()
    fits(page)
    open_tab(page)
    expect(grid.canvas(page)).to_be_visible()
    fits(page)
    page.goto("/counts")
    expect(page.get_by_role("img", name="By assignment group, of ")).to_be_visible()
    fits(page)


def test_connector_fits(page: Page) -> None:
    """The connector's page with the steps of a test does not scroll sideways either."""
    sign_in(page, ADMINISTRATOR, "/connector")
    answer_popup(page, "Test connection")
    expect(metric(page, "Connection status")).to_have_text("Verified")
    fits(page)


def test_search_box_is_reachable(page: Page) -> None:
    """The search box is on the first screen, and finds and opens a person there."""
    sign_in(page, TEAM_LEAD, "/troubleshooting")
    expect(search_box(page)).to_be_in_viewport()
    find_person(page, "amelie.fon", CALLER)
    expect(search_box(page)).to_be_in_viewport()


def test_navigation_opens_and_closes(page: Page) -> None:
    """The navigation is folded away, opens by its button, and leads to a page and to Sign out."""
    sign_in(page, TEAM_LEAD)
    link = page.get_by_role("link", name="Troubleshooting", include_hidden=True)
    expect(link).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(link).to_be_in_viewport()
    expect(page.get_by_role("link", name="Sign out", exact=True)).to_be_in_viewport()
    link.click()
    expect(page.get_by_role("heading", name="Troubleshooting")).to_be_visible()
