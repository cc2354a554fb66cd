"""The dashboard's database is away for a moment, under a dashboard that people work with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import grid
from tests.browser.administrator import Truth
from tests.browser.running import Dashboard
from tests.browser.steps import CALLER, add_filter, chip, open_caller, open_tab, person_heading, search_box

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]

AWAY = "The dashboard's database cannot be reached"


@contextmanager
def away(dashboard: Dashboard) -> Iterator[None]:
    """Take the sessions out of the database, which every run reads first, and put them back."""

    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(dashboard.database, timeout=10)) as store:
            store.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename("agent_session", "taken_away")
    try:
        yield
    finally:
        rename("taken_away", "agent_session")


def test_the_page_stays_and_can_be_tried_again(
    page: Page, context: BrowserContext, dashboard: Dashboard, truth: Truth
) -> None:
    """Whatever is clicked, the rows stay under a notice with Try again; a new tab has the notice, too."""
    open_caller(page)
    open_tab(page)
    add_filter(page, "State", "New")
    shown = grid.counted(page, truth.shown("New"), truth.total)
    expect(shown).to_be_visible()
    notice = page.get_by_text(AWAY)
    again = page.get_by_role("button", name="Try again")
    with away(dashboard):
        chip(page, "State").click()
        expect(notice).to_be_visible()
        expect(again).to_have_count(1)
        expect(shown).to_be_visible()
        open_tab(page, "Summary")
        expect(notice).to_be_visible()
        open_tab(page)
        expect(shown).to_be_visible()
        page.get_by_role("button", name="Refresh", exact=True).click()
        expect(notice).to_be_visible()
        expect(person_heading(page, CALLER)).to_be_visible()
        search_box(page).press_sequentially("gul.ka", delay=20)
        expect(notice).to_be_visible()
        again.click()
        expect(notice).to_be_visible()
        expect(person_heading(page, CALLER)).to_be_visible()
        other = context.new_page()
        other.goto(page.url)
        expect(other.get_by_text(AWAY)).to_be_visible()
        page.get_by_role("link", name="Your access").click()
        expect(person_heading(page, CALLER)).to_have_count(0)
        expect(notice).to_be_visible()
    other.get_by_role("button", name="Try again").click()
    expect(person_heading(other, CALLER)).to_be_visible()
    expect(other.get_by_text(AWAY)).to_have_count(0)
    again.click()
    expect(page.get_by_role("heading", name="Your access")).to_be_visible()
    expect(notice).to_have_count(0)
