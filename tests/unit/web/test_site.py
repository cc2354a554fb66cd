"""What routes and middleware share."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from snlib.errors import ConfigurationError
from snlib.helpdesk import runtime
from snlib.web.site import Site
from snlib.web.startup import Plan


def request(cookie=""):
    """Return a request with this cookie header."""
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())] if cookie else []})


def test_the_cookie_names_the_agent(demo_site, hugo):
    """The session cookie's record is the agent; without a cookie, nobody is."""
    value, agent = demo_site.services.sessions.start(**hugo)
    assert demo_site.agent(request(f"sn_session_8501={value}")) == agent
    assert demo_site.agent(request()) is None


def test_the_plain_cookie_means_nothing_behind_https(production_site, hugo):
    """In production only the prefixed name counts, which no neighbouring host can plant."""
    value, agent = production_site.services.sessions.start(**hugo)
    assert production_site.agent(request(f"sn_session={value}")) is None
    assert production_site.agent(request(f"__Host-sn_session={value}")) == agent


def test_https_follows_from_the_public_url(demo_site, production_site):
    """Not what a proxy says of a request counts, but what the configuration says of the dashboard."""
    assert not demo_site.plan.https
    assert production_site.plan.https


def test_before_the_start_there_is_nothing(monkeypatch):
    """A site of a process that has not finished starting says so."""
    monkeypatch.setattr(runtime, "_installed", [])
    with pytest.raises(ConfigurationError):
        _ = Site(Plan(None, "http://localhost:8501"), runtime.services, content_security_policy="").settings
