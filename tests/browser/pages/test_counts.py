"""The page Incident counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.administrator import Administrator
from tests.browser.steps import AUTHENTICATE, TEAM_LEAD, answer_popup, metric, parameters, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]


def test_counts_and_charts(page: Page, administrator: Administrator) -> None:
    """A team lead reads the total and the counts by state and priority as ServiceNow has them, with a chart each."""
    by_state, by_priority = administrator.counts("state"), administrator.counts("priority")
    sign_in(page, TEAM_LEAD, "/counts")
    answer_popup(page, AUTHENTICATE)
    expect(metric(page, "Incidents on the instance")).to_have_text(f"{sum(by_state.values()):,}")
    for label, count in {**by_state, **by_priority}.items():
        expect(metric(page, label)).to_have_text(f"{count:,}")
    for title in ("By state", "By priority", "By assignment group"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        chart = page.get_by_role("img", name=f"{title}, of ")
        expect(chart).to_be_visible()
        expect(chart.locator("canvas, svg").first).to_be_visible()


def test_period(page: Page) -> None:
    """A shorter period counts fewer incidents, is in the URL, and survives a reload."""
    sign_in(page, TEAM_LEAD, "/counts")
    answer_popup(page, AUTHENTICATE)
    total = metric(page, "Incidents on the instance")
    everything = total.inner_text()
    page.get_by_role("radio", name="90 days").click()
    expect(total).not_to_have_text(everything)
    fewer = total.inner_text()
    assert 0 < int(fewer.replace(",", "")) < int(everything.replace(",", ""))
    assert "since" in parameters(page)
    page.reload()
    expect(total).to_have_text(fewer)
    expect(page.get_by_role("radio", name="90 days")).to_be_checked()
