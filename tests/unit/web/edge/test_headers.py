"""Security headers."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from snlib.web.edge.security_headers import SecurityHeaders, content_security_policy, inline_script_hashes


def answer(site, endpoint, base_url):
    """Return a browser in front of an application with our headers."""
    app = Starlette(routes=[Route("/", endpoint)], middleware=[Middleware(SecurityHeaders, site=site)])
    return TestClient(app, base_url=base_url, raise_server_exceptions=False)


def with_cookies(request):
    """Answer with two cookies."""
    response = HTMLResponse("x")
    response.set_cookie("plain", "1")
    response.set_cookie("already", "1", secure=True)
    return response


@pytest.mark.parametrize("path", ["/", "/missing"])
def test_every_answer_carries_the_set(demo_site, path):
    """Also an error page has policy, no sniffing, no framing, no referrer."""
    headers = answer(demo_site, with_cookies, "http://localhost:8501").get(path).headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    assert headers["x-app-mode"] == "demo"


def test_an_own_policy_is_not_overwritten(demo_site):
    """A page that brings its own policy keeps it: its nonce would not work otherwise."""

    def own(request):
        return HTMLResponse("x", headers={"Content-Security-Policy": "default-src 'none'"})

    headers = answer(demo_site, own, "http://localhost:8501").get("/").headers
    assert headers.get_list("content-security-policy") == ["default-src 'none'"]


def test_http_makes_no_promise_about_https(demo_site):
    """Demo mode, plain http: no HSTS, and cookies without Secure, which browsers would not send back."""
    headers = answer(demo_site, with_cookies, "http://localhost:8501").get("/").headers
    assert "strict-transport-security" not in headers
    assert "Secure" not in headers.get_list("set-cookie")[0]


def test_https_secures_every_cookie_once(production_site):
    """Behind https there is HSTS, no demo mark, and every cookie, Streamlit's too, is Secure exactly once."""
    headers = answer(production_site, with_cookies, "https://desk.example.com").get("/").headers
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert "x-app-mode" not in headers
    assert [cookie.lower().count("secure") for cookie in headers.get_list("set-cookie")] == [1, 1]


def test_inline_scripts_are_allowed_by_hash(tmp_path):
    """Each inline script's hash is in the policy; scripts with a source need none."""
    index = tmp_path / "index.html"
    index.write_text("<script>one()</script><script src='a.js'></script><script type=module>\n two()</script>")
    expected = [
        f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in (b"one()", b"\n two()")
    ]
    assert list(inline_script_hashes(index.read_text())) == expected
    script_sources = content_security_policy(index).split("script-src ")[1].split(";")[0]
    assert script_sources == " ".join(["'self'", "blob:", *expected])


def test_policy_forbids_what_matters():
    """No inline or evaluated script, no foreign images or connections, no frames around us, no plugins."""
    policy = content_security_policy(Path(streamlit.__file__).parent / "static" / "index.html")
    assert "unsafe-eval" not in policy
    assert "script-src 'self' blob: 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    for directive in ("connect-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "form-action 'self'"):
        assert directive in policy
    assert "http" not in policy
