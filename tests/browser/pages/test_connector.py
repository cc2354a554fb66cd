"""The connector's page: what an administrator types, tests, saves and switches off, and what others see of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from tests.browser.running import Dashboard
from tests.browser.steps import (
    ADMINISTRATOR,
    AGENT,
    AUTHENTICATE,
    CALLER,
    answer_popup,
    field,
    find_person,
    metric,
    open_tab,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]

HOST = "ServiceNow instance host"
API = "ServiceNow incident API URL"
CLIENT = "ServiceNow client app ID"
SECRET = "ServiceNow client secret"
TEST = "Test connection"


@pytest.fixture
def connector(page: Page, dashboard: Dashboard) -> Page:
    """The connector's page as the administrator sees it, before any test."""
    dashboard.start_afresh(verified=False)
    sign_in(page, ADMINISTRATOR, "/connector")
    expect(field(page, CLIENT)).not_to_have_value("")
    return page


@pytest.fixture
def colleague(browser: Browser, dashboard: Dashboard) -> Iterator[Page]:
    """A tab of a colleague's own browser."""
    context = browser.new_context(base_url=dashboard.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def step(page: Page, name: str) -> Locator:
    """One step of the connection test."""
    return page.get_by_role("listitem").filter(has_text=name)


def save(page: Page) -> None:
    """Press Save."""
    page.get_by_role("button", name="Save", exact=True).click()


def test_typed_values_survive_the_test(connector: Page) -> None:
    """What was typed is still in the fields after the connection test, and Save keeps it over a reload."""
    field(connector, API).fill("/api/now/v2/table/incident")
    answer_popup(connector, TEST)
    expect(connector.get_by_text("Verified. Press Save to use these settings.")).to_be_visible()
    expect(field(connector, API)).to_have_value("/api/now/v2/table/incident")
    save(connector)
    expect(connector.get_by_text("Connector settings saved.")).to_be_visible()
    expect(metric(connector, "Connection status")).to_have_text("Verified")
    connector.reload()
    expect(field(connector, API)).to_have_value("/api/now/v2/table/incident")
    expect(metric(connector, "Connection status")).to_have_text("Verified")


def test_bad_input(connector: Page, requested: list[str]) -> None:
    """Each field that cannot be used gets one sentence; what was typed stays, and nothing is saved or sent."""
    saved = field(connector, CLIENT).input_value()
    bad = {HOST: "https://evil.example", API: "/api/now/../table/incident", CLIENT: "with two spaces"}
    sentences = (
        "In demo mode only the demo instance can be used",
        "The API URL must not contain two dots.",
        "A client ID has no spaces.",
    )
    for label, text in bad.items():
        field(connector, label).fill(text)
    save(connector)
    for sentence in sentences:
        expect(connector.get_by_text(sentence)).to_have_count(1)
    # The window for ServiceNow opens inside the click; with nothing to ask there, it closes again.
    with connector.expect_popup() as popup:
        connector.get_by_role("button", name=TEST, exact=True).click()
    if not popup.value.is_closed():
        popup.value.wait_for_event("close")
    for sentence in sentences:
        expect(connector.get_by_text(sentence)).to_have_count(1)
    for label, text in bad.items():
        expect(field(connector, label)).to_have_value(text)
    assert not [address for address in requested if "evil.example" in address]
    connector.reload()
    expect(field(connector, CLIENT)).to_have_value(saved)


def test_every_field_counts_however_it_is_left(connector: Page, dashboard: Dashboard) -> None:
    """Typed text counts when its field is left with Tab or Shift+Tab, over its own buttons too: Save stores it."""
    typed = {HOST: dashboard.demo_origin, API: "/api/now/v1/table/incident"}
    for key, secret in (("Tab", "one-typed-secret"), ("Shift+Tab", "another-typed-secret")):
        sealed = dashboard.connector()["client_secret_sealed"]
        typed[CLIENT] = f"typed-and-left-with-{key.replace('+', '-')}"
        for label, text in {**typed, SECRET: secret}.items():
            field(connector, label).click()
            connector.keyboard.press("ControlOrMeta+A")
            connector.keyboard.type(text)
            connector.keyboard.press(key)
        connector.get_by_role("button", name="Save", exact=True).focus()
        connector.keyboard.press("Enter")
        expect(field(connector, SECRET)).to_have_value("")
        expect(connector.get_by_text("Not saved yet:")).to_have_count(0)
        stored = dashboard.connector()
        saved = [stored[name] for name in ("instance_url", "incident_api_path", "client_id")]
        assert saved == [typed[HOST], typed[API], typed[CLIENT]]
        assert stored["client_secret_sealed"] not in ("", sealed)


def test_after_a_field_error(connector: Page, dashboard: Dashboard) -> None:
    """A host that is refused and corrected can be tested at once: the window goes on to Allow, by the new values."""
    for _ in range(2):
        field(connector, HOST).fill("https://evil.example")
        with connector.expect_popup() as popup:
            connector.get_by_role("button", name=TEST, exact=True).click()
        expect(connector.get_by_text("In demo mode only the demo instance can be used")).to_be_visible()
        if not popup.value.is_closed():
            popup.value.wait_for_event("close")
        field(connector, HOST).fill(dashboard.demo_origin)
        answer_popup(connector, TEST)
        expect(metric(connector, "Connection status")).to_have_text("Verified")


def test_leaving_with_changes(connector: Page) -> None:
    """With changes that are not saved, links and the browser ask first; what was typed is there on coming back."""
    asked: list[tuple[str, str]] = []
    answers = iter([False, True])

    def answer(dialog: Dialog) -> None:
        asked.append((dialog.type, dialog.message))
        dialog.accept() if dialog.type == "beforeunload" or next(answers) else dialog.dismiss()

    connector.on("dialog", answer)
    field(connector, SECRET).click()
    connector.keyboard.type("typed-and-not-saved")
    expect(connector.get_by_text("Not saved yet: ServiceNow client secret")).to_be_visible()
    connector.get_by_role("link", name="Your access").click()
    expect(field(connector, SECRET)).to_have_value("typed-and-not-saved")
    connector.get_by_role("link", name="Your access").click()
    expect(connector.get_by_role("heading", name="Your access")).to_be_visible()
    connector.go_back()
    expect(field(connector, SECRET)).to_have_value("typed-and-not-saved")
    expect(connector.get_by_text("Not saved yet: ServiceNow client secret")).to_be_visible()
    connector.reload()
    expect(field(connector, SECRET)).to_have_value("")
    connector.get_by_role("link", name="Your access").click()
    expect(connector.get_by_role("heading", name="Your access")).to_be_visible()
    assert [kind for kind, _ in asked] == ["confirm", "confirm", "beforeunload"]
    assert "are not saved" in asked[0][1]


def test_a_window_that_never_answers(connector: Page) -> None:
    """A window that is closed, or left open for longer than the link is good, ends in a sentence and a failed step."""
    with connector.expect_popup() as popup:
        connector.get_by_role("button", name=TEST, exact=True).click()
    expect(popup.value.get_by_role("button", name="Allow", exact=True)).to_be_visible()
    popup.value.close()
    expect(connector.get_by_text("No answer has come back yet.")).to_be_visible()
    answer_popup(connector, TEST)
    expect(metric(connector, "Connection status")).to_have_text("Verified")
    expect(connector.get_by_text("No answer has come back yet.")).to_have_count(0)
    with connector.expect_popup() as popup:
        connector.get_by_role("button", name=TEST, exact=True).click()
    expect(popup.value.get_by_role("button", name="Allow", exact=True)).to_be_visible()
    connector.clock.install()
    with popup.value.expect_event("close"):
        connector.clock.fast_forward("10:01")
    expect(connector.get_by_text("No answer came back in time. Press Test connection again.")).to_be_visible()


def test_secret_is_never_shown(connector: Page) -> None:
    """A secret that was saved is nowhere in the page; its field is empty and says that one is stored."""
    secret = "a-secret-that-nobody-should-read"
    field(connector, SECRET).fill(secret)
    save(connector)
    expect(connector.get_by_text("Connector settings saved.")).to_be_visible()
    expect(field(connector, SECRET)).to_have_value("")
    connector.reload()
    expect(field(connector, SECRET)).to_have_attribute("placeholder", "Stored. Leave empty to keep it.")
    expect(field(connector, SECRET)).to_have_value("")
    assert secret not in connector.content()


def test_redirect_url_is_exact(connector: Page, dashboard: Dashboard) -> None:
    """The redirect URL to register is the dashboard's own, and Copy puts exactly it into the clipboard."""
    connector.context.grant_permissions(["clipboard-read", "clipboard-write"])
    redirect_url = f"{dashboard.url}/servicenow/callback"
    expect(field(connector, "Redirect URL to register in ServiceNow")).to_have_value(redirect_url)
    connector.get_by_role("button", name="Copy", exact=True).click()
    expect(connector.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert connector.evaluate("navigator.clipboard.readText()") == redirect_url


def test_denied_test(connector: Page) -> None:
    """Deny in the connection test fails the step consent, which says how to fix it; the values stay."""
    before = field(connector, CLIENT).input_value()
    answer_popup(connector, TEST, press="Deny")
    expect(step(connector, "Consent given").get_by_role("img", name="failed")).to_be_visible()
    expect(step(connector, "Consent given")).to_contain_text("How to fix it:")
    expect(metric(connector, "Connection status")).to_have_text("Failed")
    expect(field(connector, CLIENT)).to_have_value(before)
    answer_popup(connector, TEST)
    expect(metric(connector, "Connection status")).to_have_text("Verified")


def test_popup_blocked(page: Page) -> None:
    """Where popups are blocked the test runs in the tab itself and comes back to its steps."""
    page.add_init_script("window.open = () => null")
    sign_in(page, ADMINISTRATOR, "/connector")
    page.get_by_role("button", name=TEST, exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(step(page, "Caller resolvable").get_by_role("img", name="done")).to_be_visible()
    expect(metric(page, "Connection status")).to_have_text("Verified")


def test_popup_blocked_keeps_what_was_typed(page: Page) -> None:
    """Where popups are blocked, what was typed is in the fields again after the round trip, and can be saved."""
    page.add_init_script("window.open = () => null")
    sign_in(page, ADMINISTRATOR, "/connector")
    field(page, API).fill("/api/now/v2/table/incident")
    page.get_by_role("button", name=TEST, exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_text("Verified. Press Save to use these settings.")).to_be_visible()
    expect(field(page, API)).to_have_value("/api/now/v2/table/incident", timeout=3_000)


def test_switched_off(connector: Page, colleague: Page, dashboard: Dashboard) -> None:
    """Switched off, a colleague's incidents tab says who did it, and nobody is sent to ServiceNow any more."""
    dashboard.start_afresh()
    sign_in(colleague, AGENT, "/troubleshooting")
    find_person(colleague, "amelie.fon", CALLER)
    expect(colleague.get_by_role("button", name=AUTHENTICATE)).to_be_visible()

    connector.get_by_text("Exchange data with the ServiceNow instance").click()
    expect(connector.get_by_role("switch")).not_to_be_checked()
    save(connector)
    expect(metric(connector, "Connection status")).to_have_text("Disabled")

    open_tab(colleague)
    expect(colleague.get_by_text("The ServiceNow connector is switched off")).to_be_visible()
    expect(colleague.get_by_text("It was switched off by Ingrid Vogel on ")).to_be_visible()
    expect(colleague.get_by_role("button", name=AUTHENTICATE)).to_have_count(0)

    connector.get_by_text("Exchange data with the ServiceNow instance").click()
    save(connector)
    expect(metric(connector, "Connection status")).not_to_have_text("Disabled")
    open_tab(colleague, "Summary")
    expect(colleague.get_by_role("button", name=AUTHENTICATE)).to_be_visible()
