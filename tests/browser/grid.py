"""Reads and clicks Streamlit's grid: a canvas, with an accessible table of the rows in view inside it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from playwright.sync_api import Error, Locator, Page, expect


def canvas(page: Page) -> Locator:
    """The canvas of the incident list; the accessible table is its content."""
    return page.get_by_test_id("data-grid-canvas").first


def headings(page: Page) -> Locator:
    """The column headings of the incident list."""
    return canvas(page).locator("[role=columnheader]")


def cells(page: Page, label: str) -> Locator:
    """The cells in view of the column ``label``, from the first row on; a link's text is its address."""
    expect(headings(page).filter(has_text=re.compile(f"^[↑↓ ]*{label}$"))).to_have_count(1)
    column = _labels(page).index(label)
    return canvas(page).locator(f'[data-testid^="glide-cell-{column}-"]')


def counted(page: Page, shown: int | str, total: int | str) -> Locator:
    """The line above the list, when it says that ``shown`` of ``total`` incidents are there."""
    return page.get_by_text(re.compile(rf"\b{shown} of {total} incidents"))


def number(page: Page, row: int = 0) -> str:
    """The incident number that a row's link shows."""
    return texts(page, "Number")[row]


def texts(page: Page, label: str) -> list[str]:
    """The texts in view of the column ``label``; of an address, what it ends in."""
    found = [text.strip() for text in cells(page, label).all_text_contents()]
    return [unquote(text.partition("#")[2]) if text.startswith("http") else text for text in found]


def sort_by(page: Page, label: str) -> None:
    """Click the heading ``label``; the canvas does not say where it is, so the headings are tried from the left."""
    left, top, width, _ = _measures(page)
    for x in range(20, int(width), 56):
        before = headings(page).all_text_contents()
        page.mouse.move(left + x - 3, top)
        page.mouse.click(left + x, top)
        changed = (
            "before => [...document.querySelectorAll('[data-testid=data-grid-canvas] [role=columnheader]')]"
            ".map(one => one.textContent).join() !== before"
        )
        try:
            page.wait_for_function(changed, arg=",".join(before), timeout=2_000)
        except Error:  # the menu at the heading's edge was hit
            page.keyboard.press("Escape")
        if any(text.startswith("↑") and text.endswith(label) for text in headings(page).all_text_contents()):
            return
    raise AssertionError(f"no heading {label} was sorted by")


def copied(page: Page, label: str, row: int = 0) -> str:
    """Go to a cell, press Ctrl+C, and return what the clipboard holds; the browser must be allowed to read that."""
    _select(page, label, row)
    page.evaluate("navigator.clipboard.writeText('nothing was copied')")
    page.evaluate("() => { window.done = new Promise(yes => addEventListener('copy', () => setTimeout(yes))) }")
    page.keyboard.press("Control+c")
    return str(page.evaluate("window.done.then(() => navigator.clipboard.readText())"))


def open_record(page: Page, row: int = 0) -> Page:
    """Click the number in a row, and return the tab it opens."""
    left, top, _, height = _measures(page)
    x, y = left + 40, top + height * (row + 1)
    # The canvas notices what is below the pointer only when that moves, so a click without a move hits nothing.
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    with page.context.expect_page() as opened:
        page.mouse.down()
        page.mouse.up()
    return opened.value


def _select(page: Page, label: str, row: int) -> None:
    """Go to a cell with the arrow keys, from the first cell of the row below: a second click on one would open it."""
    left, top, _, height = _measures(page)
    # At the edge: a click on the number itself opens its record.
    page.mouse.move(left + 4, top + height * (row + 2))
    page.mouse.click(left + 2, top + height * (row + 2))
    page.keyboard.press("ArrowUp")
    for _ in range(_labels(page).index(label)):
        page.keyboard.press("ArrowRight")


def _labels(page: Page) -> list[str]:
    return [text.strip("↑↓ ") for text in headings(page).all_text_contents()]


def _measures(page: Page) -> tuple[float, float, float, float]:
    """Return where the grid begins, the middle of its heading, its width and the height of a row, in pixels."""
    grid = canvas(page)
    grid.scroll_into_view_if_needed()
    outer = grid.bounding_box()
    scrolled = page.locator(".dvn-scroll-inner").first.bounding_box()
    assert outer, "the grid is not drawn"
    assert scrolled, "the grid is not drawn"
    rows = int(grid.locator("[role=grid]").get_attribute("aria-rowcount") or 0)
    # Heading and rows are equally high, within a pixel.
    height = scrolled["height"] / rows
    return outer["x"], outer["y"] + height / 2, outer["width"], height
