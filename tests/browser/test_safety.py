"""What must never happen in the browser, whatever the data says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.administrator import Administrator, Truth
from tests.browser.running import Dashboard
from tests.browser.steps import (
    ADMINISTRATOR,
    AGENT,
    AUTHENTICATE,
    add_filter,
    answer_popup,
    chip,
    find_person,
    metric,
    open_caller,
    open_tab,
    sign_in,
    sign_out,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BEACON = "http://127.0.0.1:1/beacon.png"
HOSTILE = (
    f'![x]({BEACON}) <img src="{BEACON}"> $x^2$ :red[r] [a](javascript:alert(1)) <script>alert(1)</script> '
    "www.evil.test a@evil.test"
)
SHORT = f"![x]({BEACON})<b>"
"""What still fits into a field of forty characters."""


def refused_loads(complaints: list[str]) -> list[str]:
    """The complaints, without the two that Streamlit's frontend causes while it looks for the root of its address."""
    return [text for text in complaints if "404 (Not Found)" not in text]


def hosts(requested: list[str]) -> set[str]:
    """The hosts asked over the network; ``blob:`` and ``data:`` stay in the browser."""
    network = ("http", "https", "ws", "wss")
    return {urlsplit(address).netloc for address in requested if urlsplit(address).scheme in network}


def test_no_other_host_and_no_complaint(
    page: Page, dashboard: Dashboard, truth: Truth, requested: list[str], complaints: list[str]
) -> None:
    """On every page nothing is asked of any host but dashboard and demo, and the console stays silent."""
    page.goto("/troubleshooting")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    open_caller(page, agent=ADMINISTRATOR)
    open_tab(page)
    expect(grid.counted(page, truth.total, truth.total)).to_be_visible()
    add_filter(page, "State", "New")
    page.get_by_role("button", name="Columns", exact=True).click()
    expect(page.get_by_role("toolbar", name="Columns to show")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/connector")
    answer_popup(page, "Test connection")
    expect(metric(page, "Connection status")).to_have_text("Verified")
    page.goto("/counts")
    expect(page.get_by_role("img", name="By state, of ")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Recent people")).to_be_visible()
    sign_out(page)
    assert hosts(requested) == {urlsplit(dashboard.url).netloc, urlsplit(dashboard.demo_origin).netloc}
    assert refused_loads(complaints) == []


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stranger() -> Iterator[str]:
    """Address of an empty page that another program of this machine serves."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Blank) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


OPENED = """address => new Promise(done => {
  const socket = new WebSocket(address, ["streamlit"]);
  socket.onopen = () => done("opened"); socket.onerror = () => done("refused"); })"""
"""Opens a WebSocket, which takes the browser's cookies along, and says how that went."""


def test_a_page_of_another_port_gets_nothing(page: Page, dashboard: Dashboard, stranger: str) -> None:
    """While an agent is signed in, another port's page opens no WebSocket with their cookie; their own page does."""
    sign_in(page, AGENT)
    expect(page.get_by_role("note").get_by_role("link")).to_have_attribute("href", dashboard.demo_origin)
    socket = f"{dashboard.url.replace('http', 'ws')}/_stcore/stream"
    assert page.evaluate(OPENED, socket) == "opened"
    page.goto(stranger)
    assert page.evaluate(OPENED, socket) == "refused"


def test_policy_refuses_images_from_elsewhere(page: Page, complaints: list[str]) -> None:
    """Even a remote image that got into the page is not loaded, and the console says so."""
    sign_in(page, AGENT)
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("address => document.body.append(Object.assign(new Image(), {src: address}))", BEACON)
    assert [text for text in refused_loads(complaints) if "beacon" in text]


@pytest.fixture
def hostile_record(administrator: Administrator) -> Iterator[str]:
    """Name of a caller whose name, group and incident in ServiceNow try to be more than text."""
    caller = administrator.find("sys_user", "email=gunther.bohm@example.com")
    with ExitStack() as stack:
        stack.enter_context(
            administrator.changed("sys_user", caller["sys_id"], first_name=SHORT, last_name="www.evil.test")
        )
        group = stack.enter_context(administrator.created("sys_user_group", name=HOSTILE))
        stack.enter_context(
            administrator.created(
                "incident",
                caller_id=caller["sys_id"],
                short_description=HOSTILE,
                assignment_group=group["sys_id"],
                state="2",
            )
        )
        yield "Günther Böhm"


def test_hostile_texts_stay_text(page: Page, hostile_record: str, requested: list[str], complaints: list[str]) -> None:
    """Images, links and formulas in a record, a name and a group are shown letter for letter; nothing is loaded."""
    sign_in(page, AGENT, "/troubleshooting")
    find_person(page, "gunther.bohm", hostile_record)
    answer_popup(page, AUTHENTICATE)
    expect(page.get_by_text(f"Matched to the ServiceNow caller {SHORT} www.evil.test")).to_be_visible()
    open_tab(page)
    expect(grid.cells(page, "Short description").first).to_have_text(HOSTILE)
    expect(grid.cells(page, "Assignment group").first).to_have_text(HOSTILE)
    add_filter(page, "Assignment group", HOSTILE)
    expect(chip(page, "Assignment group")).to_have_accessible_name(f"Assignment group is {HOSTILE}")
    expect(page.locator("img[src*=beacon], a[href^=javascript], a[href*=evil], .katex")).to_have_count(0)
    assert not [address for address in requested if "beacon" in address]
    assert refused_loads(complaints) == []


def test_hostile_search_text_stays_text(page: Page, requested: list[str]) -> None:
    """A search text that looks like an image or a script comes back as the same letters."""
    sign_in(page, AGENT, "/troubleshooting")
    hostile = f"![x]({BEACON})<script>"
    page.get_by_role("combobox", name="Find a person").fill(hostile)
    expect(page.get_by_text(f"Nobody matches “{hostile}”.")).to_be_visible()
    assert not [address for address in requested if "beacon" in address]


def test_nothing_secret_in_the_browser(page: Page) -> None:
    """After connecting, neither the page, its address, its storage nor a cookie that scripts can read holds a token."""
    open_caller(page)
    readable = (
        page.evaluate("JSON.stringify([location.href, document.cookie, {...localStorage}, {...sessionStorage}])")
        + page.content()
    )
    assert "sndemo_at_" not in readable
    assert "sndemo_rt_" not in readable
    # Streamlit's own cookies, among them the one its pages must read against forged requests, hold nobody's identity.
    ours = [cookie for cookie in page.context.cookies(page.url) if not cookie["name"].startswith("_streamlit")]
    assert ours
    for cookie in ours:
        assert cookie["httpOnly"]
        assert cookie["sameSite"] in ("Lax", "Strict")
        assert cookie["value"] not in readable
