"""The list of a person's incidents: filters, columns, freshness, and links that are wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Administrator, Truth
from tests.browser.steps import (
    AGENT,
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
    sign_in,
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


def test_opened_since_in_the_url(page: Page, truth: Truth) -> None:
    """A day in the link shows what was opened since, newest first; the filter's chip names the day."""
    open_caller(page)
    since = (datetime.now(UTC) - timedelta(days=120)).date().isoformat()
    page.goto(link(parameters(page)["person"][0], {"opened_since": since}))
    expect(chip(page, "Opened")).to_have_accessible_name(f"Opened since {since}")
    expect(grid.counted(page, r"\d+", truth.total)).to_be_visible()
    days = [text[:10] for text in grid.cells(page, "Opened").all_text_contents()]
    assert days
    assert days == sorted(days, reverse=True)
    assert min(days) >= since


def test_nothing_passes(page: Page, truth: Truth) -> None:
    """When no incident matches the filters the page says so, and the count says none of how many."""
    open_caller(page)
    page.goto(link(parameters(page)["person"][0], {"assignment_group": ["0" * 32]}))
    expect(page.get_by_text("No incident matches the filters.")).to_be_visible()
    expect(grid.counted(page, 0, truth.total)).to_be_visible()
    chip(page, "Assignment group").click()
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()


def test_a_day_to_come_in_the_url(page: Page) -> None:
    """A link that filters by a future day shows the page, even if the filter's own field cannot hold that day."""
    open_caller(page)
    page.goto(link(parameters(page)["person"][0], {"opened_since": "2099-01-01"}))
    expect(page.get_by_text("incidents · as of")).to_be_visible()
    expect(page.get_by_role("button", name="Add filters", exact=True)).to_be_visible()
    expect(page.get_by_text("encountered an error")).to_have_count(0)


def link(person: str, filters: object) -> str:
    """The address of a person's filtered incidents."""
    text = filters if isinstance(filters, str) else json.dumps(filters)
    return "/troubleshooting?" + urlencode({"person": person, "tab": "ServiceNow incidents", "filters": text})


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


def test_unknown_person(page: Page) -> None:
    """A link to an unknown person shows one sentence, and the search box above it works."""
    sign_in(page, AGENT, "/troubleshooting?person=00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("This person is not in the directory")).to_be_visible()
    find_person(page, "amelie.fon", CALLER)
    expect(page.get_by_text("This person is not in the directory")).to_have_count(0)


def test_filters_that_cannot_be_read(page: Page, truth: Truth) -> None:
    """Broken filters in a link are named and left out; the list is shown without them."""
    open_caller(page)
    person = parameters(page)["person"][0]
    page.goto(link(person, '{"state":["1"'))
    expect(page.get_by_text("The filters in this link cannot be read.")).to_be_visible()
    expect(grid.counted(page, truth.shown(), truth.total)).to_be_visible()
    assert "filters" not in parameters(page)
