"""An agent finds a person by a device's serial number, and lands on the device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.administrator import Administrator
from tests.browser.steps import AGENT, CALLER, find_person, open_tab, person_heading, search_box, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]

LAPTOP = "NB-FR-10005"
"""The caller's laptop, as Intune and ServiceNow call it."""


@pytest.fixture
def serial(administrator: Administrator) -> str:
    """The laptop's serial number, as ServiceNow has it."""
    return administrator.find("cmdb_ci_computer", f"name={LAPTOP}")["serial_number"]


def expect_device(page: Page) -> None:
    """See the tab Devices of the caller, the laptop's card first."""
    expect(person_heading(page, CALLER)).to_be_visible()
    expect(page.get_by_role("tab", name="Devices")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", level=3).first).to_contain_text(LAPTOP)


@pytest.mark.parametrize("path", ["/", "/troubleshooting"])
def test_a_serial_number_leads_to_the_device(page: Page, serial: str, path: str) -> None:
    """Typed on Home or on Troubleshooting, the serial number opens its person on the tab Devices."""
    sign_in(page, AGENT, path)
    search_box(page).press_sequentially(serial, delay=20)
    option = page.get_by_role("option", name=re.compile(CALLER))
    expect(option).to_contain_text(f"Device {LAPTOP}")
    option.click()
    expect_device(page)
    page.reload()
    expect_device(page)


def test_from_one_person_to_another_ones_device(page: Page, serial: str) -> None:
    """With somebody else open on another tab, the serial number still lands on the device."""
    sign_in(page, AGENT, "/troubleshooting")
    find_person(page, "mia nov", "Mia Novak")
    open_tab(page, "Groups")
    search_box(page).press_sequentially(serial, delay=20)
    page.get_by_role("option", name=re.compile(CALLER)).click()
    expect_device(page)
