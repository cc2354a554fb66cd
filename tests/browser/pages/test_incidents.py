"""The list of a person's incidents: filters, columns, freshness, and links that are wrong."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Administrator, Truth
from tests.browser.steps import (
    AUTHENTICATE,
    CALLER,
    CALLER_EMAIL,
    add_filter,
    chip,
    find_person,
    metric,
    open_caller,
    open_tab,
    parameters,
    person_heading,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]


def test_filters_add_up_and_come_off(page: Page, truth: Truth) -> None:
    """Two filters narrow the list together, each comes off by its own chip, and the URL follows."""
    open_caller(page)
    open_tab(page)
    add_filter(page, "State", "New", "In Progress")
    expect(chip(page, "State")).to_have_accessible_name("State is New or In Progress")
    expect(grid.counted(page, truth.shown("New", "In Progress"), truth.total)).to_be_visible()
    first = grid.cells(page, "Priority").first.text_content() or ""
    add_filter(page, "Priority", first)
    both = truth.shown("New", "In Progress", priority=first)
    expect(grid.counted(page, both, truth.total)).to_be_visible()
    expect(grid.cells(page, "Priority")).to_have_text([first] * both)
    assert set(json.loads(parameters(page)["filters"][0])) == {"state", "priority"}
    chip(page, "State").click()
    expect(chip(page, "State")).to_have_count(0)
    expect(chip(page, "Priority")).to_be_visible()
    chip(page, "Priority").click()
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    assert "filters" not in parameters(page)


def test_refresh_reads_again(page: Page, administrator: Administrator, truth: Truth) -> None:
    """An incident that came in meanwhile appears after Refresh, with filters kept, and is in the counts too."""
    open_caller(page)
    open_tab(page)
    add_filter(page, "State", "New")
    expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()
    caller = administrator.find("sys_user", f"email={CALLER_EMAIL}")
    words = "The badge printer prints blank badges"
    with administrator.created("incident", caller_id=caller["sys_id"], short_description=words, state="1") as record:
        expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()
        page.get_by_role("button", name="Refresh", exact=True).click()
        expect(grid.counted(page, truth.shown("New") + 1, truth.total + 1)).to_be_visible()
        expect(grid.cells(page, "Short description").first).to_have_text(words)
        assert grid.number(page) == record["number"]
        open_tab(page, "Summary")
        expect(metric(page, "Incidents")).to_have_text(str(truth.total + 1))
    open_tab(page)
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()


def test_back_to_the_person_before(page: Page, truth: Truth) -> None:
    """The browser's Back leads to the person opened before, on the same tab."""
    open_caller(page)
    open_tab(page)
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    find_person(page, "gul.kaya", "Gül Kaya")
    page.go_back()
    expect(person_heading(page, CALLER)).to_be_visible()
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()


def test_disconnect(page: Page) -> None:
    """Disconnect ends the agent's connection: what was read is gone from the page until they authenticate again."""
    open_caller(page)
    expect(page.get_by_text("Connected to ServiceNow as Hugo Lambert")).to_be_visible()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    expect(page.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
    expect(metric(page, "Incidents")).to_have_count(0)
    open_tab(page)
    expect(page.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
    expect(grid.canvas(page)).to_have_count(0)
