"""The home page of the ServiceNow part and the addresses that wrap another page: nav_to.do and Next Experience."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.servicenow.pages.visit import Visit, message_page, shown

_TARGET = re.compile(r"/?([a-z][a-z0-9_]{0,79}\.do)(\?[!-~]*)?")
"""What may stand in the frame: a page of this instance, never another host's."""


def show_home(visit: Visit) -> Response:
    """Show who is signed in and where one may go."""
    return visit.page("home", "Home", heading=f"Welcome, {visit.identity.user['name']}")


def show_in_frame(request: Request) -> Response:
    """Lead to the page named by ``uri``; the page itself asks for the sign-in."""
    return _lead_to(request.query_params.get("uri", ""))


def show_in_shell(request: Request) -> Response:
    """Lead to the classic page named, percent-encoded once, at the end of a Next Experience address."""
    target: str = request.path_params["target"]
    if request.url.query:  # an address whose question mark was not encoded
        target = f"{target}?{request.url.query}"
    return _lead_to(target)


def routes() -> list[BaseRoute]:
    """Return the routes of the home page and of the frames."""
    home = shown(show_home)
    return [
        *(Route(path, home, methods=["GET"]) for path in ("/", "/navpage.do", "/home.do", "/now/nav/ui/home")),
        Route("/nav_to.do", show_in_frame, methods=["GET"]),
        Route("/now/nav/ui/classic/params/target/{target:path}", show_in_shell, methods=["GET"]),
    ]


def _lead_to(target: str) -> Response:
    found = _TARGET.fullmatch(target)
    if found is None:
        return message_page("Page not found", "The page you are looking for could not be found.", status_code=404)
    return RedirectResponse(f"/{found[1]}{found[2] or ''}", status_code=302)
