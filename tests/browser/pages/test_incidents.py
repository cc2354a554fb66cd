"""The list of a person's incidents: filters, columns, freshness, and links that are wrong."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Administrator, Truth
from tests.browser.steps import (
    AUTHENTICATE,
    CALLER,
    CALLER_EMAIL,
    INCIDENTS,
    add_filter,
    chip,
    find_person,
    metric,
    open_caller,
    open_tab,
    parameters,
    person_heading,
    toggle_columns,
)

TOOLS = ["Search", "Fullscreen"]
"""What the grid's toolbar offers: no file, which would hold formulas."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]


def test_filters_add_up_and_come_off(page: Page, truth: Truth) -> None:
    """Two filters narrow the list together, each comes off by its own chip, and the URL follows."""
    open_caller(page)
    open_tab(page)
    add_filter(page, "State", "New", "In Progress")
    expect(chip(page, "State")).to_have_accessible_name("State is New or In Progress")
    expect(grid.counted(page, truth.shown("New", "In Progress"), truth.total)).to_be_visible()
    first = grid.texts(page, "Priority")[0]
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


def test_the_grid_sorts_and_copies_what_it_shows(page: Page, truth: Truth) -> None:
    """Number sorts by number, State in its own order; cells copy what they show; a number opens its record."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_caller(page)
    open_tab(page)
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    grid.sort_by(page, "Number")
    numbers = grid.texts(page, "Number")
    assert numbers == sorted(numbers)
    grid.sort_by(page, "State")
    shown = grid.texts(page, "State")
    order = ["New", "In Progress", "On Hold", "Resolved", "Closed", "Canceled"]
    assert len(set(shown)) > 2
    assert shown == sorted(shown, key=order.index)
    for label in ("Number", "Short description", "State", "Priority", "Assignment group"):
        assert grid.copied(page, label) == grid.texts(page, label)[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", grid.copied(page, "Opened"))
    tools = page.get_by_test_id("stElementToolbar").get_by_role("button")
    assert [name.partition(":")[0] for name in tools.evaluate_all("all => all.map(one => one.ariaLabel)")] == TOOLS
    page.keyboard.press("Escape")
    number = grid.number(page)
    record = grid.open_record(page)
    expect(record.get_by_role("heading", name=f"Incident {number}", level=1)).to_be_visible()


def test_what_shows_is_what_holds(page: Page, truth: Truth) -> None:
    """Filters, columns and tabs are one state in the page, its address and the popovers, after each way to change them.

    A chip taken off, the browser's Back and Forward, a reload, and a link somebody else opens.
    """
    open_caller(page)
    open_tab(page)
    nothing, new = [], ["New"]
    for _ in range(2):
        add_filter(page, "State", "New")  # presses New, so it must not be pressed
        assert pressed(page, "Add filters", "Value") == new
        chip(page, "State").click()
        expect(chip(page, "State")).to_have_count(0)
        assert pressed(page, "Add filters", "Value") == nothing
    add_filter(page, "State", "New")
    page.go_back()
    expect(chip(page, "State")).to_have_count(0)
    assert pressed(page, "Add filters", "Value") == nothing
    page.go_forward()
    expect(chip(page, "State")).to_be_visible()
    assert pressed(page, "Add filters", "Value") == new
    toggle_columns(page, "Priority")
    expect(grid.headings(page).filter(has_text="Priority")).to_have_count(0)
    page.reload()
    expect(grid.counted(page, truth.shown("New"), truth.total)).to_be_visible()
    assert pressed(page, "Add filters", "Value") == new
    assert "Priority" not in pressed(page, "Columns", "Columns to show")
    other = page.context.new_page()
    other.goto(page.url)
    expect(grid.counted(other, truth.shown("New"), truth.total)).to_be_visible()
    expect(other.get_by_role("tab", name=INCIDENTS)).to_have_attribute("aria-selected", "true")
    assert pressed(other, "Add filters", "Value") == new
    assert "Priority" not in pressed(other, "Columns", "Columns to show")


def pressed(page: Page, popover: str, chooser: str) -> list[str]:
    """Open a popover, return what is pressed in its chooser, and close it."""
    button = page.get_by_role("button", name=popover, exact=True)
    button.click()
    options = page.get_by_role("toolbar", name=chooser)
    expect(options).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    found = options.get_by_role("button", pressed=True).all_text_contents()
    page.keyboard.press("Escape")
    expect(options).to_be_hidden()
    return found


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
