"""Signed out, every page shows one sign-in notice and nothing else; signing in returns to the requested page."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from snlib.demo.server import Running
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from snlib.ui.entrance import DECLARED
from tests.pages.screen import FILES, PAGES, Screen
from tests.stores import HandClock
from tests.support import asked_of_servicenow, sign_in

SCRIPTS = sorted(path.name for path in PAGES.glob("*.py"))


def sign_in_link(html: str) -> str:
    """Return where the notice's one link leads."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "a":
                found.append(dict(attrs)["href"])

    Links().feed(html)
    (only,) = found
    return only


def only_notice(screen: Screen) -> str:
    """Return the sign-in notice's HTML, after checking that the page holds nothing else."""
    (notice,) = screen.elements
    assert notice.type == "html"
    assert "Sign in to the helpdesk dashboard" in notice.value
    assert not list(screen.at.sidebar.button)
    assert not [node for node in screen.at.sidebar if hasattr(node, "value") and node.type != "sidebar"]
    return notice.value


def test_every_script_is_declared():
    """Every file in pages/ is a page of the navigation, and these tests know its address."""
    assert sorted(file for file, *_ in DECLARED) == SCRIPTS
    assert {url or "home": f"{name}.py" for url, name in FILES.items()} == {one[2]: one[0] for one in DECLARED}


@pytest.mark.parametrize("page", FILES)
def test_signed_out(services: Services, demo: Running, page: str):
    """A deep link shows a person who is not signed in the notice alone, and sends no request."""
    only_notice(Screen(None, page, person="3f1b", tab="Summary"))
    assert demo.instance.request_log.entries() == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_run_before_everything_else(services: Services, script: str):
    """A page script that runs without the frame around it shows the notice and nothing else."""
    at = AppTest.from_file(str(PAGES / script), default_timeout=30).run()
    assert not at.exception
    (notice,) = list(at.main)[1:]
    assert "Sign in to the helpdesk dashboard" in notice.value


@pytest.mark.parametrize("page", FILES)
def test_before_the_services_are_there(monkeypatch: pytest.MonkeyPatch, page: str):
    """The notice needs the settings only, and in demo mode not even those."""
    monkeypatch.setattr(runtime, "_installed", [])
    monkeypatch.setattr(runtime, "_expected", [None])
    assert "This is the demo" in only_notice(Screen(None, page))


@pytest.mark.parametrize("page", FILES)
def test_the_way_back(services: Services, page: str):
    """The notice's link returns to the requested page with the whole query."""
    link = sign_in_link(only_notice(Screen(None, page, person="a&b=c", filters='{"state":["1"]}')))
    parts = urlsplit(link)
    assert parts.path == "/login"
    (target,) = parse_qs(parts.query)["next"]
    assert urlsplit(target).path == f"/{page}"
    assert parse_qs(urlsplit(target).query) == {"person": ["a&b=c"], "filters": ['{"state":["1"]}']}


def test_markup_in_the_address_stays_text(services: Services):
    """Text of the address cannot break out of the link's attribute."""
    html = only_notice(Screen(None, "troubleshooting", person='"><img src=x onerror=alert(1)>'))
    assert "<img" not in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("page", FILES)
def test_an_unknown_session(services: Services, page: str):
    """An unknown session id counts as signed out."""
    agent = sign_in(services, "intune-administrator")
    services.sessions.end(agent.session_id)
    only_notice(Screen(agent, page))


def test_sign_out_in_another_tab(services: Services):
    """After a sign-out on the server the next run of every other tab shows the notice alone."""
    agent = sign_in(services, "intune-administrator")
    tabs = [Screen(agent, "connector"), Screen(agent, "troubleshooting")]
    assert all("Sign in to the" not in tab.text for tab in tabs)
    services.sessions.end(agent.session_id)
    for tab in tabs:
        only_notice(tab.run())


@pytest.mark.parametrize(("idle", "signed_in"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_an_idle_session(demo: Running, serve: Callable[..., Services], idle: timedelta, signed_in: bool):
    """A session that nobody used for an hour is over; one used within it goes on."""
    clock = HandClock()
    services = serve(demo, clock)
    agent = sign_in(services, "helpdesk-agent")
    clock.advance(minutes=idle.total_seconds() / 60)
    screen = Screen(agent)
    assert ("Sign in to the helpdesk dashboard" in screen.text) is not signed_in
    assert asked_of_servicenow(demo) == []


def test_another_sign_in_does_not_revive_a_session(services: Services):
    """Signing in again begins another session; the one that was ended stays ended."""
    first = sign_in(services, "helpdesk-agent")
    services.sessions.end(first.session_id)
    second = sign_in(services, "helpdesk-agent")
    only_notice(Screen(first))
    assert "Signed in as" in Screen(second).text
