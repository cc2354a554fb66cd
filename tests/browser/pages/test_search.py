"""The box that finds a person, by keyboard and with unhelpful texts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import AGENT, person_heading, search_box, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]


@pytest.fixture
def box(page: Page) -> Locator:
    """The search box of the page Troubleshooting, with the focus in it."""
    sign_in(page, AGENT, "/troubleshooting")
    expect(search_box(page)).to_be_focused()
    return search_box(page)


def test_arrows_enter_and_escape(page: Page, box: Locator) -> None:
    """Arrows walk through the people found, Escape closes the list, and Enter opens the one that is marked."""
    box.press_sequentially("fontaine", delay=20)
    options = page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "none")
    box.press("ArrowUp")
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("fontaine")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    name = options.nth(1).inner_text().splitlines()[0]
    box.press("Enter")
    expect(person_heading(page, name)).to_be_visible()


def test_enter_right_after_typing(page: Page, box: Locator) -> None:
    """Enter, at once or 150 ms after the last key, opens the first answer to that very text, never to an older one."""
    opened = page.get_by_role("heading", level=2)
    page.keyboard.type("fontaine", delay=0)
    page.keyboard.press("Enter")
    expect(opened).to_contain_text("Fontaine")
    for earlier, text, delay in (("hugo lamb", "mia novak", 0), ("fontaine", "hugo lamb", 150), ("mia", "fontaine", 0)):
        box.press_sequentially(earlier, delay=20)
        expect(page.get_by_role("option", name=re.compile(earlier, re.IGNORECASE)).first).to_be_visible()
        box.press("ControlOrMeta+a")
        page.keyboard.type(text, delay=0)
        page.wait_for_timeout(delay)
        page.keyboard.press("Enter")
        expect(opened).to_contain_text(re.compile(text, re.IGNORECASE))
        expect(box).to_have_value("")


def test_more_typing_takes_enter_back(page: Page, box: Locator) -> None:
    """Whoever types on after Enter is not sent away; lines pasted at once are read as one text."""
    page.keyboard.type("fontaine", delay=0)
    page.keyboard.press("Enter")
    page.keyboard.type("x", delay=0)
    expect(page.get_by_text("Nobody matches “fontainex”.")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    box.fill("")
    box.evaluate(
        """(input) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text', 'Fontaine,\\r\\nAmélie');
            input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_role("option", name=re.compile("^Amélie Fontaine"))).to_be_visible()


def test_slash_comes_to_the_box(page: Page, box: Locator) -> None:
    """The key / puts the focus into the box, and is a plain letter inside it."""
    box.blur()
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.press("/")
    expect(box).to_have_value("/")


def test_a_single_letter(page: Page, box: Locator) -> None:
    """A single letter is too short to search for, and the sentence that says so stays."""
    box.press_sequentially("q", delay=20)
    sentence = page.get_by_text("Type at least two characters.")
    page.wait_for_timeout(1_500)  # the server's answer, which shows nothing by itself
    expect(sentence).to_be_visible(timeout=1_000)


def test_text_that_cannot_be_searched(page: Page, box: Locator) -> None:
    """A caret is refused in one sentence below the box; what was typed stays, and correcting it searches."""
    box.press_sequentially("fontaine^", delay=20)
    expect(page.get_by_text("A name or e-mail address has no “^”: remove it and search again.")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("fontaine^")
    box.press("Backspace")
    expect(page.get_by_role("option").first).to_be_visible()
