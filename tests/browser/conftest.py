"""One dashboard and one browser for all browser tests of a worker; each test has a browser context of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.administrator import Administrator, Truth
from tests.browser.running import NO_BROWSER, ROOT, Dashboard, launch, running_dashboard
from tests.browser.steps import CALLER_EMAIL

# Under load an answer takes longer than Playwright's own five seconds.
expect.set_options(timeout=15_000)

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
TIMEOUT_MILLISECONDS = 15_000
OUTPUT = ROOT / "test-output"
_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The first browser found; without any the tests skip, but under CI=true they fail."""
    with sync_playwright() as playwright:
        found = launch(playwright)
        if found is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_BROWSER)
            pytest.skip(NO_BROWSER)
        yield found
        found.close()


@pytest.fixture(scope="package")
def one_dashboard(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard all tests of this worker look at."""
    with running_dashboard(tmp_path_factory.mktemp("dashboard")) as started:
        yield started


@pytest.fixture
def dashboard(one_dashboard: Dashboard) -> Dashboard:
    """The dashboard as it is right after its start, whatever the tests before did."""
    one_dashboard.start_afresh()
    return one_dashboard


@pytest.fixture
def administrator(dashboard: Dashboard) -> Administrator:
    """ServiceNow's administrator, who changes records beside the dashboard."""
    return Administrator(dashboard.demo_origin)


@pytest.fixture
def truth(administrator: Administrator) -> Iterator[Truth]:
    """What ServiceNow holds of the tests' caller; the demo's incidents move with the day, but one is always new."""
    caller = administrator.find("sys_user", f"email={CALLER_EMAIL}")
    with administrator.created("incident", caller_id=caller["sys_id"], short_description="Mouse jumps", state="1"):
        yield administrator.truth_of(CALLER_EMAIL)


@pytest.fixture
def viewport() -> dict[str, int]:
    """The window's size; a test on a phone overrides it."""
    return DESKTOP


@pytest.fixture
def complaints() -> list[str]:
    """What the console complained about: errors and refusals by the content security policy."""
    return []


@pytest.fixture
def requested() -> list[str]:
    """Every address that the browser asked for."""
    return []


@pytest.fixture
def context(
    browser: Browser,
    dashboard: Dashboard,
    viewport: dict[str, int],
    complaints: list[str],
    requested: list[str],
    request: pytest.FixtureRequest,
) -> Iterator[BrowserContext]:
    """A browser profile of its own; on failure every open page and the server's log are kept in test-output/."""
    opened = browser.new_context(base_url=dashboard.url, viewport=viewport)
    opened.set_default_timeout(TIMEOUT_MILLISECONDS)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            complaints.append(message.text)

    opened.on("console", heard)
    opened.on("request", lambda sent: requested.append(sent.url))
    opened.on("page", lambda tab: tab.on("websocket", lambda socket: requested.append(socket.url)))
    log_before = dashboard.log.stat().st_size
    yield opened
    if request.node.stash.get(_FAILED, False):
        OUTPUT.mkdir(exist_ok=True)
        for number, page in enumerate(opened.pages):
            page.screenshot(path=OUTPUT / f"{request.node.name}-{number}.png", timeout=5_000)
        said = dashboard.log.read_bytes()[log_before:] + "\n".join(["", "console:", *complaints]).encode()
        (OUTPUT / f"{request.node.name}.log").write_bytes(said)
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab, nobody signed in."""
    return context.new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note for the fixtures that a test failed."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report
