"""The dashboard's own addresses."""

from __future__ import annotations

from pathlib import Path

from snlib.web.handlers import handlers
from snlib.web.routes import HELD, middleware, routes
from snlib.web.sign_in.safe_return import safe_return


def test_the_list_of_addresses_is_closed(demo_site):
    """Exactly these are ours, all by GET; an address that is added is added here too."""
    assert {route.path: route.methods for route in routes(demo_site, icon=Path("icon.png"))} == {
        path: {"GET", "HEAD"}
        for path in (
            "/login",
            "/login/callback",
            "/export/access-log",
            "/logout",
            "/signed-out",
            "/servicenow/connect",
            "/servicenow/callback",
            "/graph/connect",
            "/graph/callback",
            "/healthz",
            "/favicon.png",
        )
    }


def test_every_address_that_is_held_is_answered(demo_site):
    """Both lists of addresses are the same."""
    assert set(handlers(demo_site)) == set(HELD)


def test_no_address_of_ours_is_a_place_to_return_to(demo_site):
    """After signing in, nobody is sent to a route that acts."""
    assert {safe_return(route.path) for route in routes(demo_site, icon=Path("icon.png"))} == {"/"}


def test_headers_are_around_everything(demo_site):
    """Security headers are outermost, identity innermost: a refusal has the former and never sees the latter."""
    names = [entry.cls.__name__ for entry in middleware(demo_site)]
    assert names == ["SecurityHeaders", "LastResort", "Gate", "TrustedHeaders"]
