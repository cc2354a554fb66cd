"""The client's address and browser in a few words, for the access log."""

from __future__ import annotations

import re

from snlib.text import plain_cell

UNKNOWN = "unknown"
MAX_ADDRESS_CHARS = 45  # the longest IPv6 address
MAX_OTHER_CHARS = 40

# The order matters: a browser's user agent also names the browsers it imitates.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\bOPR/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+)[\d.]* .*Safari/")),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe(address: str | None, user_agent: str | None) -> str:
    """Return "10.1.2.3, Firefox 143 on Windows"; the client can forge both parts.

    ``address`` is the client's as the server sees it; behind a proxy, the one that the proxy reports.
    """
    where = plain_cell(address or "", max_chars=MAX_ADDRESS_CHARS) or UNKNOWN
    what = _shortened(user_agent or "")
    return f"{where}, {what}" if what else where


def _shortened(user_agent: str) -> str:
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    for name, pattern in _BROWSERS:
        if found := pattern.search(user_agent[:1000]):
            return f"{name} {found[1][:4]}" + (f" on {system}" if system else "")
    return plain_cell(user_agent, max_chars=MAX_OTHER_CHARS)
