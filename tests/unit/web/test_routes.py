"""The dashboard's own addresses."""

from __future__ import annotations

from pathlib import Path

from snlib.ui.entrance import DECLARED
from snlib.web.handlers import handlers
from snlib.web.routes import HELD, OTHER_NAMES, middleware, routes
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
            *OTHER_NAMES,
        )
    }


def test_every_address_that_is_held_is_answered(demo_site):
    """Both lists of addresses are the same."""
    assert set(handlers(demo_site)) == set(HELD)


def test_no_address_of_ours_is_a_place_to_return_to(demo_site):
    """After signing in, nobody is sent to a route that acts."""
    acting = {route.path for route in routes(demo_site, icon=Path("icon.png"))} - set(OTHER_NAMES)
    assert {safe_return(path) for path in acting} == {"/"}


def test_every_page_is_found_by_its_name_too():
    """The title of a page in the navigation, with - or _ for spaces, is an address that leads to the page."""
    named = {}
    for _, title, address, _, _ in DECLARED:
        page = "/" if address == "home" else f"/{address}"
        spellings = {address, *(title.lower().replace(" ", sign) for sign in "-_")}
        spellings |= {spelling.replace("_", "-") for spelling in spellings}
        named |= {f"/{spelling}": page for spelling in spellings if f"/{spelling}" != page}
    assert named == OTHER_NAMES


def test_headers_are_around_everything(demo_site):
    """Security headers are outermost, identity innermost: a refusal has the former and never sees the latter."""
    names = [entry.cls.__name__ for entry in middleware(demo_site)]
    assert names == ["SecurityHeaders", "LastResort", "Gate", "TrustedHeaders"]
