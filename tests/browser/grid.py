"""Reads and clicks Streamlit's grid, which is a canvas with an accessible table inside."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

FIRST_ROW = 1


def grid(page: Page) -> Locator:
    """The accessible table of the incident list."""
    return page.get_by_test_id("stDataFrame").get_by_role("grid")


def column_labels(page: Page) -> list[str]:
    """The headings of the incident list."""
    return grid(page).get_by_role("columnheader").all_inner_texts()


def row_count(page: Page) -> tuple[int, int]:
    """Shown and in all, from the line above the list."""
    text = page.get_by_text(re.compile(r"\d+ of \d+")).first.inner_text()
    shown, total = re.search(r"(\d+) of (\d+)", text).groups()
    return int(shown), int(total)
