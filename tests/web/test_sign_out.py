"""Signing out, against the demo Entra."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest


def session_of(browser):
    """Return the session record behind the browser's cookie."""
    value = browser.session
    return browser.dashboard.services.sessions.find(value) if value else None


def test_signing_out_ends_the_session_everywhere(browser):
    """The record ends, the cookie goes, the provider ends its own session, and the browser lands on our page."""
    browser.sign_in("Hugo")
    value, agent = browser.session, session_of(browser)
    answer = browser.get("/logout")
    assert answer.status_code == 303
    assert browser.dashboard.services.sessions.find(value) is None
    assert browser.dashboard.services.sessions.find_by_id(agent.session_id) is None
    assert browser.session is None
    assert answer.headers["location"].startswith(browser.dashboard.demo.origin)
    landed = browser.follow(answer)
    assert urlsplit(str(landed.url)).path == "/signed-out"
    assert "Pick an account" in browser.to_provider().text


def test_other_tabs_are_told(browser):
    """The signed-out page tells the other tabs by a script that its own policy allows."""
    page = browser.get("/signed-out", site="cross-site")
    nonce = page.headers["content-security-policy"].split("script-src 'nonce-")[1].split("'")[0]
    assert f'<script nonce="{nonce}">' in page.text
    assert "new BroadcastChannel('sn-session').postMessage('signed-out')" in page.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_sign_anybody_out(browser, site):
    """A link elsewhere, also on another port of this machine, leads to a question; its button signs out."""
    browser.sign_in("Hugo")
    page = browser.get("/logout", site=site)
    assert page.status_code == 200
    assert 'href="/logout"' in page.text
    assert session_of(browser) is not None
    browser.get("/logout")
    assert session_of(browser) is None


def test_a_sign_out_that_fails_says_so(own_browser):
    """When the session cannot be ended the page says that one is still signed in, and the cookie stays."""
    own_browser.sign_in("Hugo")
    with own_browser.dashboard.services.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE agent_session RENAME TO gone")
    page = own_browser.get("/logout")
    assert page.status_code == 503
    assert "You are still signed in" in page.text
    assert "set-cookie" not in page.headers
    assert own_browser.get("/healthz").status_code == 503


def test_signing_out_twice_is_no_error(browser):
    """Nobody signed in: the same way out."""
    assert browser.get("/logout").status_code == 303
