"""The header of a person in a real browser: the photo is seen, a choice among several users is made and undone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import AGENT, AUTHENTICATE, answer_popup, find_person, person_heading, sign_in

WHO, TYPED = "Tomás Herrera", "tomas.her"
"""Somebody with a photo, a manager, and two ServiceNow users."""


def test_the_photo_is_seen(page: Page, complaints: list[str]):
    """The photo is decoded and drawn, and neither the page's policy nor its sanitising takes it away."""
    sign_in(page, AGENT, "/troubleshooting")
    find_person(page, TYPED, WHO)
    photo = page.locator("img[src^='data:image/']")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.naturalWidth") > 0
    assert not [said for said in complaints if "Content Security Policy" in said]


def test_the_manager_opens(page: Page):
    """The manager's name is a button that opens the manager."""
    sign_in(page, AGENT, "/troubleshooting")
    find_person(page, TYPED, WHO)
    manager = page.get_by_role("button", name="Manager: ")
    name = manager.inner_text().rpartition("Manager: ")[2].strip()
    manager.click()
    expect(person_heading(page, name)).to_be_visible()


def test_a_choice_among_several(page: Page):
    """An agent chooses one of two users, sees who is taken for the person, and undoes it."""
    sign_in(page, AGENT, "/troubleshooting")
    find_person(page, TYPED, WHO)
    answer_popup(page, AUTHENTICATE)
    expect(page.get_by_text("2 ServiceNow users match this person")).to_be_visible()
    use = page.get_by_role("button", name="Use this user")
    expect(use).to_be_disabled()
    page.get_by_role("radiogroup").get_by_text("tomas.herrera.2").click()
    use.click()
    expect(page.get_by_text("(tomas.herrera.2) by e-mail, chosen by Hugo Lambert")).to_be_visible()
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("2 ServiceNow users match this person")).to_be_visible()
