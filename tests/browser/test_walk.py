"""The whole walk, in a real browser, against the dashboard as the README starts it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.grid import column_labels, open_link, row_count
from tests.browser.steps import allow_in_popup, find_person, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_walk(page: Page) -> None:
    """From sign-in over the connector's test to an incident's record in ServiceNow, everything works in one go."""
    sign_in(page, "Ingrid Vogel", "/connector")
    expect(page.get_by_label("ServiceNow client app ID")).not_to_have_value("")

    allow_in_popup(page, "Test connection")
    expect(page.get_by_text("Caller resolvable")).to_be_visible()
    expect(page.get_by_text("Verified", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Connector settings saved.")).to_be_visible()

    page.get_by_role("link", name="Troubleshooting").click()
    find_person(page, "hugo lam", "Hugo Lambert")
    allow_in_popup(page, "Authenticate ServiceNow") if page.get_by_role(
        "button", name="Authenticate ServiceNow"
    ).is_visible() else None
    total = int(page.get_by_test_id("stMetric").filter(has_text="Incidents").get_by_test_id("stMetricValue").inner_text())
    assert total > 0

    page.get_by_role("tab", name="ServiceNow incidents").click()
    expect(page.get_by_text(re.compile(r"\d+ of \d+ incidents"))).to_be_visible()
    assert "Priority" in column_labels(page)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Priority", exact=True).click()
    page.keyboard.press("Escape")
    expect.poll = None
