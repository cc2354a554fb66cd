"""The whole walk, in a real browser, against the dashboard as the README starts it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Truth
from tests.browser.running import Dashboard
from tests.browser.steps import (
    ADMINISTRATOR,
    AGENT,
    AUTHENTICATE,
    CALLER,
    add_filter,
    answer_popup,
    field,
    find_person,
    metric,
    open_tab,
    sign_in,
    toggle_columns,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STEPS = (
    "Host reached",
    "Client known",
    "Consent given",
    "Token received",
    "Table readable",
    "Columns readable",
    "Caller resolvable",
)


def test_walk(page: Page, dashboard: Dashboard, truth: Truth) -> None:
    """From sign-in over the connector's test to an incident's record in ServiceNow, everything works in one go."""
    dashboard.start_afresh(verified=False)
    sign_in(page, ADMINISTRATOR, "/connector")
    expect(metric(page, "Connection status")).to_have_text("Not verified")
    expect(field(page, "ServiceNow client app ID")).not_to_have_value("")
    answer_popup(page, "Test connection")
    steps = page.get_by_role("list").filter(has_text="Host reached")
    for step in STEPS:
        expect(steps.get_by_role("listitem").filter(has_text=step).get_by_role("img", name="done")).to_be_visible()
    expect(metric(page, "Connection status")).to_have_text("Verified")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Connector settings saved.")).to_be_visible()
    expect(metric(page, "Connection status")).to_have_text("Verified")
    page.get_by_role("link", name="Troubleshooting").click()
    read_incidents(page, truth, shown=truth.total, new=truth.states["New"])


def test_agent_walk(page: Page, truth: Truth) -> None:
    """A helpdesk agent, who may not change the connector, reads a person's incidents from Home on."""
    sign_in(page, AGENT)
    read_incidents(page, truth, shown=truth.shown(), new=truth.shown("New"))


def read_incidents(page: Page, truth: Truth, *, shown: int, new: int) -> None:
    """Find the caller, authenticate, narrow the list to what is new, and open a record in ServiceNow."""
    find_person(page, "amelie.fon", CALLER)
    answer_popup(page, AUTHENTICATE)
    expect(metric(page, "Incidents")).to_have_text(str(truth.total))
    expect(metric(page, "New")).to_have_text(str(truth.states["New"]))

    open_tab(page)
    expect(grid.counted(page, shown, truth.total)).to_be_visible()
    expect(grid.headings(page).filter(has_text="Priority")).to_have_count(1)
    toggle_columns(page, "Priority")
    expect(grid.headings(page).filter(has_text="Priority")).to_have_count(0)

    add_filter(page, "State", "New")
    expect(grid.counted(page, new, truth.total)).to_be_visible()
    expect(grid.cells(page, "State")).to_have_text(["New"] * new)

    number = grid.number(page)
    record = grid.open_record(page)
    expect(record.get_by_role("heading", name=f"Incident {number}", level=1)).to_be_visible()
    expect(record.locator("main")).to_contain_text(CALLER)
