"""Text from outside as the browser renders it, in every widget in which a page shows some."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import streamlit_run, wait_until_ready
from tests.markup import MARKUP

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADDRESS = "www.evil.test"
KINDS = {
    *(
        "title",
        "subheader",
        "markdown",
        "coloured",
        "our_badge",
        "caption",
        "warning",
        "info",
        "error",
        "metric",
        "button",
    ),
    *("expander", "popover", "html", "text", "tabs", "pills", "segmented", "radio", "table", "multiselect", "dialog"),
}
MADE = "a, img, code, em, del, blockquote, ol, ul, math, .katex"
"""What markdown is made into; none of the widgets has any of it of its own."""
LOOK = """(boxes, made) => boxes.map(box => [
    box.className.match(/st-key-kind-(\\w+)/)?.[1] ?? box.dataset.testid ?? box.role,
    [...box.querySelectorAll('*')].map(element => (element.innerText ?? '').replace(/\\s+/g, ' ').trim()),
    [...box.querySelectorAll(made)].map(element => element.outerHTML),
])"""
"""What each box is, what its elements show, and what in it is made of markdown."""


def test_markup_stays_text_in_every_widget(browser: Browser, tmp_path: Path) -> None:
    """In each widget each text shows letter for letter: no link, image, icon, arrow or formula is made of it."""
    with streamlit_run("tests/browser/pages/every_widget.py", tmp_path) as (url, log, process):
        wait_until_ready(f"{url}/_stcore/health", process, log)
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("button", name="Help").hover()
        expect(page.get_by_role("tooltip")).to_contain_text(MARKUP[-1])
        overlays = page.locator("[role=tooltip], [data-testid=stToast]").evaluate_all(LOOK, MADE)
        page.get_by_role("button", name="Show the dialog").click()
        expect(page.get_by_role("dialog", name=ADDRESS)).to_contain_text(MARKUP[-1])
        boxes = page.locator("[class*=st-key-kind-]").evaluate_all(LOOK, MADE)
        assert [made for _, _, made in (*overlays, *boxes) if made] == []
        assert [" ".join(MARKUP) in shown for _, shown, _ in overlays] == [True, True]
        assert {kind: set(MARKUP) - set(shown) for kind, shown, _ in boxes} == {kind: set() for kind in KINDS}
        assert (
            page.locator("a:not([data-testid=stSkipToContent])").evaluate_all(
                "found => found.map(one => one.outerHTML)"
            )
            == []
        )
        assert page.title() == ADDRESS
        page.close()
