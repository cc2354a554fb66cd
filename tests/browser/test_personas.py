"""Who signs in sees exactly the pages that the role opens; who may what is `tests/matrix`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("Home", "Troubleshooting", "Incident counts", "ServiceNow connector", "Access log", "Your access")
SEES = {"Arthur Blom": ("Home", "Access log", "Your access")}


@pytest.mark.parametrize("person", SEES)
def test_sees_exactly_the_pages_of_the_role(page: Page, person: str) -> None:
    """The navigation lists the pages that the persona may open, no other, and each of them opens."""
    steps.sign_in(page, person, "/")
    navigation = page.get_by_test_id("stSidebarNav")
    for name in PAGES:
        expect(navigation.get_by_role("link", name=name, exact=True)).to_have_count(int(name in SEES[person]))
    for name in SEES[person]:
        navigation.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.get_by_text("You do not have permission")).to_have_count(0)
