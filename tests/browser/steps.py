"""What a person does in the browser, one function an action; by role and accessible name only."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def sign_in(page: Page, person: str, path: str = "/") -> None:
    """Open ``path``, press Sign in, pick the person, and be back."""
    page.goto(path)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=re.compile(person)).click()
    expect(page.get_by_role("link", name="Sign out")).to_be_attached()


def allow_in_popup(page: Page, button: str, press: str = "Allow") -> None:
    """Press a button that opens ServiceNow's consent page, and answer there."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name=button, exact=True).click()
    popup.value.get_by_role("button", name=press, exact=True).click()


def find_person(page: Page, typed: str, name: str) -> None:
    """Type into the search box and choose one of the people found."""
    box = page.get_by_label("Find a person")
    box.click()
    box.press_sequentially(typed, delay=20)
    page.get_by_role("option", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", name=re.compile(name), level=2)).to_be_visible()
