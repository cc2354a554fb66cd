"""Errors that nobody foresaw."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from snlib.web.edge.last_resort import LastResort
from snlib.web.edge.security_headers import SecurityHeaders


def browser(site):
    """Return a browser in front of a route that fails."""

    def fail(request):
        raise RuntimeError("cause-of-the-test Bearer abcdefghijklmnop")

    app = Starlette(
        routes=[Route("/", fail)], middleware=[Middleware(SecurityHeaders, site=site), Middleware(LastResort)]
    )
    return TestClient(app, base_url="http://localhost:8501")


def test_the_page_tells_the_reference_and_nothing_else(demo_site, caplog):
    """The answer is ours, with our headers and a reference; the cause stands beside it in the log only."""
    answer = browser(demo_site).get("/")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "cause-of-the-test" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.split("Reference ")[1].split("<")[0]
    assert reference in caplog.text
    assert "cause-of-the-test" in caplog.text


def test_a_missing_page_is_not_an_error(demo_site):
    """What is merely not there stays 404."""
    assert browser(demo_site).get("/missing").status_code == 404
