"""Which names and addresses are answered."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from snlib.web.edge.gate import Gate, is_loopback


def client(site, base_url):
    """Return a browser in front of the gate."""

    async def socket(websocket):
        await websocket.accept()
        await websocket.close()

    app = Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", socket),
            Route("/{path:path}", lambda request: PlainTextResponse("inside")),
        ],
        middleware=[Middleware(Gate, site=site)],
    )
    return TestClient(app, base_url=base_url, follow_redirects=False)


PAGE = {"accept": "text/html"}


def test_the_public_name_is_answered(demo_site, production_site):
    """The name in the public URL reaches the dashboard."""
    assert client(demo_site, "http://localhost:8501").get("/").text == "inside"
    assert client(production_site, "https://desk.example.com").get("/").text == "inside"


def test_another_loopback_name_is_sent_on(demo_site):
    """A page asked for as 127.0.0.1 is sent to localhost with path and query as they were."""
    response = client(demo_site, "http://127.0.0.1:8501").get("/troubleshooting?person=a%20b&x=%2F", headers=PAGE)
    assert response.status_code == 307
    assert response.headers["location"] == "http://localhost:8501/troubleshooting?person=a%20b&x=%2F"


def test_sending_on_stays_on_our_host(demo_site):
    """A path with two slashes does not become another host."""
    response = client(demo_site, "http://127.0.0.1:8501").get("http://127.0.0.1:8501//evil.example/", headers=PAGE)
    assert response.headers["location"].startswith("http://localhost:8501//evil.example")


def test_files_and_probes_are_not_sent_on(demo_site):
    """A request that is not for a page is answered under any loopback name."""
    assert client(demo_site, "http://127.0.0.1:8501").get("/static/x.js", headers={"accept": "*/*"}).text == "inside"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "desk.example.com.evil.example", "127.0.0.1.nip.io"]
)
def test_foreign_names_are_refused(demo_site, production_site, host):
    """A name that an attacker points at us (DNS rebinding) gets nothing, over HTTP and WebSocket."""
    for site, base in ((demo_site, "http://localhost:8501"), (production_site, "https://desk.example.com")):
        browser = client(site, base)
        assert browser.get("/", headers={"host": host}).status_code == 421
        headers = {"host": host, "origin": base}
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect(socket_of(base), headers=headers):
            pass


def test_production_is_not_reached_as_localhost(production_site):
    """In production even loopback names are foreign, but for the health check."""
    browser = client(production_site, "http://127.0.0.1:8501")
    assert browser.get("/", headers=PAGE).status_code == 421
    assert browser.get("/healthz").text == "inside"


def test_demo_mode_answers_this_machine_only(demo_site):
    """A connection that came in on another address is refused, whatever name it uses."""
    response = client(demo_site, "http://192.0.2.7:8501").get("/", headers={"host": "localhost:8501"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/auth/login", "/auth/logout", "/oauth2callback"]
)
def test_streamlits_unused_addresses_are_closed(demo_site, path):
    """Session figures, the agent API and Streamlit's own sign-in are not there."""
    assert client(demo_site, "http://localhost:8501").get(path).status_code == 404


def test_neighbours_of_closed_addresses_are_open(demo_site):
    """Only whole path segments are closed."""
    assert client(demo_site, "http://localhost:8501").get("/author").text == "inside"


def socket_of(public_url):
    """Return the address of the WebSocket that a page opens."""
    return f"{public_url.replace('http', 'ws', 1)}/_stcore/stream"


DEMO, DESK = "http://localhost:8501", "https://desk.example.com"
FOREIGN = [
    (None, "none at all"),
    ("", "empty"),
    ("null", "a sandboxed frame or a file"),
    ("http://localhost:8502", "another port of this machine"),
    ("http://localhost", "no port"),
    ("http://127.0.0.1:8501", "another name of this machine"),
    ("http://[::1]:8501", "another address of this machine"),
    ("https://localhost:8501", "another scheme"),
    ("http://desk.example.com", "http for https"),
    ("https://desk.example.com:8443", "another port"),
    ("https://desk.example.com.evil.example", "a longer name"),
    ("https://other.example.com", "a neighbouring host"),
    ("https://desk.example.com/", "an address, not an origin"),
    ("https://desk.example.com, https://evil.example", "two"),
]


@pytest.mark.parametrize("origin", [origin for origin, _ in FOREIGN], ids=[why for _, why in FOREIGN])
def test_a_page_of_another_origin_gets_nothing(demo_site, production_site, origin):
    """Any origin but the public URL's opens no WebSocket and changes nothing, in demo mode and in production."""
    sent = {} if origin is None else {"origin": origin}
    for site, ours in ((demo_site, DEMO), (production_site, DESK)):
        browser = client(site, ours)
        assert browser.put("/_stcore/upload_file/x", headers=sent).status_code == 403
        assert browser.post("/", headers=sent).status_code == 403
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect(socket_of(ours), headers=sent):
            pass


def test_our_own_page_gets_through(demo_site, production_site):
    """The public URL as origin opens WebSockets and passes changing requests; reading needs no origin."""
    for site, ours in ((demo_site, DEMO), (production_site, DESK)):
        browser = client(site, ours)
        assert browser.put("/", headers={"origin": ours}).status_code != 403
        assert browser.get("/").text == "inside"
        with browser.websocket_connect(socket_of(ours), headers={"origin": ours}):
            pass


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.0.4", False),
        ("localhost.evil.example", False),
    ],
)
def test_loopback(host, expected):
    """Only addresses that stay on this machine count as loopback; all interfaces do not."""
    assert is_loopback(host) is expected
