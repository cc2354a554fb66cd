"""The dashboard's routes, served on loopback, with a demo instance beside them and a small browser in front."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urljoin

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from snlib import web
from snlib.demo.core.instance import OAuthClient, OidcClient
from snlib.demo.server import Running, running
from snlib.helpdesk import services as helpdesk_services
from snlib.settings import for_demo
from snlib.web.routes import middleware, routes
from snlib.web.sign_in.cookies import session_name
from snlib.web.site import Site
from snlib.web.startup import Plan
from tests.demo.browsing import Page
from tests.support import mark_verified

ICON = Path(web.__file__).parents[1] / "ui" / "assets" / "icon.png"
PERSONA = {
    "Hugo": "hugo.lambert@example.com",
    "Ingrid": "ingrid.vogel@example.com",
    "Mia": "mia.novak@example.com",
}


@dataclass
class Dashboard:
    """A served dashboard and the demo instance it is connected to."""

    url: str
    demo: Running
    services: helpdesk_services.Services


class Browser:
    """Keeps cookies, says who sent it where, and stops at redirects so that a test can look at each."""

    def __init__(self, dashboard: Dashboard) -> None:
        self.dashboard = dashboard
        self._client = httpx.Client(timeout=20, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    @property
    def cookies(self) -> httpx.Cookies:
        """What it keeps."""
        return self._client.cookies

    @property
    def session_name(self) -> str:
        """The name of the dashboard's session cookie."""
        return session_name(self.dashboard.url)

    @property
    def session(self) -> str | None:
        """The session cookie's value."""
        return self.cookies.get(self.session_name)

    def get(self, path: str, *, site: str = "same-origin") -> httpx.Response:
        """Open an address; ``site`` is what the browser says about the page that led there."""
        url = urljoin(self.dashboard.url, path)
        headers = {"accept": "text/html", "sec-fetch-dest": "document", "sec-fetch-site": site}
        return self._client.get(url, headers=headers)

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects until there is a page."""
        while response.is_redirect:
            response = self.get(urljoin(str(response.url), response.headers["location"]), site="cross-site")
        return response

    def press(self, page: httpx.Response, text: str) -> httpx.Response:
        """Press the button whose text contains ``text``, with the fields of its form."""
        form, label = next((form, label) for form in Page(page.text).forms for label in form.buttons if text in label)
        name, value = form.buttons[label]
        body = urlencode({**form.fields, **({name: value} if name else {})})
        return self._client.request(
            form.method.upper(),
            urljoin(str(page.url), form.action),
            content=body,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "origin": str(page.url.copy_with(path="/", query=None)).rstrip("/"),
                "sec-fetch-site": "same-origin",
            },
        )

    def to_provider(self, path: str = "/login") -> httpx.Response:
        """Begin to sign in and return the provider's person picker."""
        return self.follow(self.get(path))

    def sign_in(self, persona: str, path: str = "/login") -> httpx.Response:
        """Sign in as one of the demo's people and return the dashboard's answer to the provider's redirect."""
        chosen = self.press(self.to_provider(path), PERSONA[persona])
        return self.get(chosen.headers["location"], site="cross-site")


def _listen() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


@contextlib.contextmanager
def _serving(app: Starlette, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextlib.contextmanager
def dashboard_in(folder: Path, **options: object) -> Iterator[Dashboard]:
    """Serve a dashboard with a database in ``folder``, ``options`` of `for_demo`, and a demo instance of its own."""
    listener = _listen()
    url = f"http://localhost:{listener.getsockname()[1]}"
    connector = OAuthClient(secrets.token_hex(16), secrets.token_urlsafe(16), f"{url}/servicenow/callback")
    redirects = f"{url}/login/callback,{url}/graph/callback"
    oidc = OidcClient(secrets.token_hex(16), secrets.token_urlsafe(16), redirects, f"{url}/signed-out")
    with running(incidents=20, client=connector, oidc=oidc) as demo:
        settings = for_demo(
            public_url=url,
            demo_origin=demo.origin,
            tenant_id=demo.instance.tenant_id,
            oidc_client_id=oidc.client_id,
            oidc_client_secret=oidc.client_secret,
            connector_client_id=connector.client_id,
            connector_client_secret=connector.client_secret,
            database_path=folder / "dashboard.sqlite3",
            **options,
        )
        built = helpdesk_services.build(settings)
        mark_verified(built)
        site = Site(Plan(None, url), lambda: built, content_security_policy="default-src 'self'")
        site.ready.set()
        page = Route("/{path:path}", lambda request: PlainTextResponse("a page of the dashboard"))
        app = Starlette(routes=[*routes(site, icon=ICON), page], middleware=middleware(site))
        with _serving(app, listener):
            yield Dashboard(url, demo, built)
        built.engine.dispose()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    """Give a dashboard that the tests of one file share; each test has a browser of its own."""
    with dashboard_in(tmp_path_factory.mktemp("dashboard")) as served:
        yield served


@pytest.fixture
def browser(dashboard):
    """Give a browser nobody is signed in with."""
    opened = Browser(dashboard)
    yield opened
    opened.close()


@pytest.fixture
def second_browser(dashboard):
    """Give another browser, of somebody else."""
    opened = Browser(dashboard)
    yield opened
    opened.close()


@pytest.fixture
def administrator(dashboard):
    """Give a browser in which the Intune Administrator is signed in."""
    opened = Browser(dashboard)
    opened.sign_in("Ingrid")
    yield opened
    opened.close()


@pytest.fixture
def own_browser(tmp_path):
    """Give a browser at a dashboard of the test's own, which it may break."""
    with dashboard_in(tmp_path) as served:
        opened = Browser(served)
        yield opened
        opened.close()
