"""Who sent the browser here."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from snlib.web.edge.gate import from_elsewhere


@pytest.mark.parametrize(
    ("value", "elsewhere"),
    [
        (None, False),
        ("same-origin", False),
        ("none", False),
        ("same-site", True),
        ("cross-site", True),
        ("", True),
        ("Same-Origin", True),
    ],
)
def test_only_our_own_pages_and_the_person_count(value, elsewhere):
    """Our own origin, the address bar and clients without the header pass; everything else is somebody else's page."""
    headers = [] if value is None else [(b"sec-fetch-site", value.encode())]
    assert from_elsewhere(Request({"type": "http", "headers": headers})) is elsewhere
