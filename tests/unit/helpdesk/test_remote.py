"""The client's address and browser in the access log."""

import pytest

from snlib.helpdesk.remote import describe

BROWSERS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36": (
        "Chrome 142 on Windows"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 "
    "Edg/142.0.0.0": "Edge 142 on Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox 143 on Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Safari/605.1.15": "Safari 18 on macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1": "Safari 18 on iOS",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36": (
        "Chrome 142 on Android"
    ),
    "curl/8.5.0": "curl/8.5.0",
}


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_a_browser_is_named_shortly(user_agent: str):
    """The line names browser, version and system, not the browsers that it imitates."""
    assert describe("10.1.2.3", user_agent) == f"10.1.2.3, {BROWSERS[user_agent]}"


def test_what_is_not_known_is_said():
    """Without an address the place is unknown; without a browser it is left out."""
    assert describe(None, None) == "unknown"
    assert describe("2001:db8::1", "") == "2001:db8::1"


def test_headers_from_outside_stay_short_and_on_one_line():
    """A header can neither flood the log nor break its lines."""
    shown = describe("1.2.3.4\r\nevil", "\x1b[31mx\n" * 5_000)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert len(shown) < 100
