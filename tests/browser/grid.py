"""Reads and clicks Streamlit's grid: a canvas, with an accessible table of the rows in view inside it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def canvas(page: Page) -> Locator:
    """The canvas of the incident list; the accessible table is its content."""
    return page.get_by_test_id("data-grid-canvas").first


def headings(page: Page) -> Locator:
    """The column headings of the incident list."""
    return canvas(page).locator("[role=columnheader]")


def cells(page: Page, label: str) -> Locator:
    """The cells in view of the column ``label``, from the first row on; a link's text is its address."""
    expect(headings(page).filter(has_text=re.compile(f"^{label}$"))).to_have_count(1)
    column = headings(page).all_text_contents().index(label)
    return canvas(page).locator(f'[data-testid^="glide-cell-{column}-"]')


def counted(page: Page, shown: int | str, total: int | str) -> Locator:
    """The line above the list, when it says that ``shown`` of ``total`` incidents are there."""
    return page.get_by_text(re.compile(rf"\b{shown} of {total} incidents"))


def number(page: Page, row: int = 0) -> str:
    """The incident number that a row's link shows."""
    address = cells(page, "Number").nth(row).text_content() or ""
    return address.partition("#")[2]


def open_number(page: Page, row: int = 0) -> Page:
    """Click the link in the column Number and return the tab it opens."""
    grid = canvas(page)
    grid.scroll_into_view_if_needed()
    outer = grid.bounding_box()
    scrolled = page.locator(".dvn-scroll-inner").first.bounding_box()
    assert outer, "the grid is not drawn"
    assert scrolled, "the grid is not drawn"
    rows = int(grid.locator("[role=grid]").get_attribute("aria-rowcount") or 0)
    # Heading and rows are equally high, within a pixel.
    height = scrolled["height"] / rows
    # The canvas notices what is below the pointer only when that moves, so a click without a move hits nothing.
    page.mouse.move(outer["x"] + 30, outer["y"] + height * (row + 1.5) - 3)
    page.mouse.move(outer["x"] + 40, outer["y"] + height * (row + 1.5))
    with page.context.expect_page() as opened:
        page.mouse.down()
        page.mouse.up()
    return opened.value
