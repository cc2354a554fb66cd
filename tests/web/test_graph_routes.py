"""The OAuth round trip for Microsoft Graph, from the two routes' side."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.conftest import Browser, dashboard_in

CONNECT = "/graph/connect?purpose=graph"


@pytest.fixture
def delegated(tmp_path):
    """Give Hugo's browser at a dashboard of its own where agents connect Microsoft Graph themselves."""
    with dashboard_in(tmp_path, graph_access="delegated") as served:
        opened = Browser(served)
        opened.sign_in("Hugo")
        yield opened
        opened.close()


def token_of(browser) -> bool:
    """Tell whether the agent has a token now."""
    services = browser.dashboard.services
    agent = services.sessions.find(browser.session)
    return services.tokens.find(agent.key, services.graph_client.connection_key) is not None


def back_at_us(browser, path: str):
    """Begin, follow Entra, which knows who is signed in, and return the redirect to our callback."""
    answer = browser.get(path)
    while answer.is_redirect and "/graph/callback" not in answer.headers["location"]:
        answer = browser.get(answer.headers["location"], site="cross-site")
    return answer


def test_connecting_in_a_popup_tells_the_page_and_closes(delegated):
    """Signed in at Entra already, one click connects: the popup tells the page on Graph's own channel and closes."""
    answer = back_at_us(delegated, CONNECT + "&mode=popup")
    page = delegated.get(answer.headers["location"], site="cross-site")
    assert page.status_code == 200
    assert "new BroadcastChannel('graph-oauth').postMessage({\"ok\": true" in page.text
    assert "window.close()" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert token_of(delegated)


def test_connecting_in_a_tab_goes_back_to_the_page(delegated):
    """Where popups are blocked the tab goes back to where it came from."""
    answer = back_at_us(delegated, CONNECT + "&mode=tab&return=%2Ftroubleshooting%3Fperson%3Dx")
    page = delegated.get(answer.headers["location"], site="cross-site")
    assert (page.status_code, page.headers["location"]) == (303, "/troubleshooting?person=x")
    assert token_of(delegated)


def test_a_callback_counts_once(delegated):
    """The same address a second time connects nothing and asks Entra for no second token."""
    answer = back_at_us(delegated, CONNECT + "&mode=popup")
    delegated.get(answer.headers["location"], site="cross-site")
    log = delegated.dashboard.demo.instance.request_log
    before = sum(entry.path.endswith("/token") for entry in log.entries())
    again = delegated.get(answer.headers["location"], site="cross-site")
    assert '{"ok": true' not in again.text
    assert sum(entry.path.endswith("/token") for entry in log.entries()) == before


def test_the_code_of_one_service_is_nothing_at_the_other(delegated):
    """Graph's answer at ServiceNow's callback connects neither."""
    answer = back_at_us(delegated, CONNECT + "&mode=popup")
    query = urlsplit(answer.headers["location"]).query
    page = delegated.get(f"/servicenow/callback?{query}", site="cross-site")
    assert '{"ok": true' not in page.text
    assert not token_of(delegated)


def test_the_state_is_not_in_a_log_or_page(delegated):
    """What is wrong with an answer is said in our words only."""
    page = delegated.get("/graph/callback?error=access_denied&error_description=Call+555-EVIL&state=555-EVIL")
    assert "555-EVIL" not in page.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_connecting_starts_at_the_dashboard_only(delegated, site):
    """A link elsewhere does not start a round trip."""
    page = delegated.get(CONNECT, site=site)
    assert page.status_code == 403
    assert "location" not in page.headers


def test_signed_out_nobody_connects(delegated):
    """Without a session both ends lead to the sign-in."""
    delegated.get("/logout")
    page = delegated.get(CONNECT + "&return=%2Fcounts")
    assert page.status_code == 401
    assert 'href="/login?next=%2Fcounts"' in page.text
    assert delegated.get("/graph/callback?code=a&state=b", site="cross-site").status_code == 401


def test_without_a_use_for_it_nobody_connects(delegated):
    """A member without a role is told which role to ask for; Entra is not asked."""
    delegated.cookies.clear()
    delegated.sign_in("Mia")
    page = delegated.get(CONNECT + "&mode=tab")
    assert page.status_code == 403
    assert "Ask an administrator" in page.text


def test_where_the_application_reads_there_is_nothing_to_connect(browser):
    """With application access the address says so instead of sending anybody to Entra."""
    browser.sign_in("Hugo")
    page = browser.get(CONNECT + "&mode=tab")
    assert page.status_code == 403
    assert "Nobody has to connect Microsoft Graph here" in page.text


def test_the_request_is_complete(delegated):
    """PKCE S256, a fresh state, our redirect address, a refresh token; and no secret in the address."""
    location = delegated.get(CONNECT).headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) >= 43
    assert query["redirect_uri"] == f"{delegated.dashboard.url}/graph/callback"
    assert "offline_access" in query["scope"]
    assert delegated.dashboard.services.settings.graph.client_secret.get_secret_value() not in location
