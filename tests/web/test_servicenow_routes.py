"""The OAuth round trip to the demo ServiceNow, from the two routes' side."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from snlib.connector.model import ConnectorDraft
from snlib.helpdesk.connector import connector_desk
from tests.support import desk_for

CONNECT = "/servicenow/connect?purpose=agent"


@pytest.fixture
def connected(dashboard, browser, administrator):
    """Give a browser signed in as Hugo at a dashboard whose connector is on."""
    switch(dashboard, administrator, enabled=True)
    browser.sign_in("Hugo")
    return browser


def switch(dashboard, administrator, *, enabled):
    """Save the connector, switched on or off, as the administrator."""
    services = dashboard.services
    agent = services.sessions.find(administrator.session)
    client_id, secret = services.settings.demo_connector
    draft = ConnectorDraft(
        enabled=enabled,
        host=dashboard.demo.origin,
        incident_api_url="/api/now/table/incident",
        client_id=client_id,
        client_secret=secret,
    )
    desk = desk_for(services, agent)
    connector_desk.save(desk, draft, expected_version=connector_desk.settings(desk).version)


def consent(browser, path=CONNECT):
    """Go to ServiceNow's consent page; the agent is signed in there by single sign-on."""
    return browser.follow(browser.get(path))


def token_of(browser):
    """Tell whether the agent has a token now."""
    services = browser.dashboard.services
    agent = services.sessions.find(browser.session)
    with services.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT dead FROM token WHERE agent_key = ?", (agent.key,)).all()
    return [row for row in rows if not row[0]] != []


def test_allow_in_a_popup_tells_the_page_and_closes(connected):
    """The popup's last page posts ok to the waiting page, closes itself, and a token is stored."""
    answer = connected.press(consent(connected, CONNECT + "&mode=popup"), "Allow")
    page = connected.get(answer.headers["location"], site="cross-site")
    assert page.status_code == 200
    nonce = page.headers["content-security-policy"].split("script-src 'nonce-")[1].split("'")[0]
    script = page.text.split(f'<script nonce="{nonce}">')[1].split("</script>")[0]
    assert "new BroadcastChannel('sn-oauth').postMessage({\"ok\": true" in script
    assert "window.close()" in script
    assert "You can close this window" in page.text
    assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
    assert token_of(connected)


def test_allow_in_a_tab_goes_back_to_the_person(connected):
    """Same tab: 303 to the address one came from, without code or state in it."""
    wanted = "/troubleshooting?person=6f1f&tab=incidents"
    page = consent(connected, f"{CONNECT}&mode=tab&return={quote(wanted, safe='')}")
    answer = connected.press(page, "Allow")
    back = connected.get(answer.headers["location"], site="cross-site")
    assert back.status_code == 303
    assert back.headers["location"] == wanted
    assert back.headers["cache-control"] == "no-store"


def test_deny_is_told_in_both_ways(connected):
    """Deny in a popup posts not-ok; in a tab it is a page with the way back. Neither stores anything."""
    answer = connected.press(consent(connected, CONNECT + "&mode=popup"), "Deny")
    popup = connected.get(answer.headers["location"], site="cross-site")
    assert '{"ok": false' in popup.text
    answer = connected.press(consent(connected, CONNECT + "&mode=tab&return=%2Fcounts"), "Deny")
    tab = connected.get(answer.headers["location"], site="cross-site")
    assert tab.status_code == 403
    assert 'href="/counts"' in tab.text
    assert "Deny" in tab.text


def test_the_request_is_bound_to_browser_and_agent(connected, second_browser):
    """Somebody else who opens the callback's address gets no connection; the request is burned for its owner."""
    answer = connected.press(consent(connected), "Allow")
    second_browser.sign_in("Ingrid")
    stolen = second_browser.get(answer.headers["location"], site="cross-site")
    assert '{"ok": true' not in stolen.text
    late = connected.get(answer.headers["location"], site="cross-site")
    assert '{"ok": true' not in late.text
    assert late.status_code != 303


def test_a_callback_is_good_once(connected):
    """The second use of the same address connects nothing and sends no second token request."""
    demo = connected.dashboard.demo.instance
    answer = connected.press(consent(connected, CONNECT + "&mode=popup"), "Allow")
    connected.get(answer.headers["location"], site="cross-site")
    before = sum(entry.path == "/oauth_token.do" for entry in demo.request_log.entries())
    again = connected.get(answer.headers["location"], site="cross-site")
    assert '{"ok": true' not in again.text
    assert sum(entry.path == "/oauth_token.do" for entry in demo.request_log.entries()) == before


@pytest.mark.parametrize(
    "query",
    ["code=a&code=b&state=s", "state=a&state=b&code=c", "error=x&error=y", "&".join(f"p{n}=1" for n in range(13))],
)
def test_polluted_callbacks_are_refused(connected, query):
    """Parameters given twice, or far too many of them, are no answer of ServiceNow's."""
    page = connected.get(f"/servicenow/callback?{query}", site="cross-site")
    assert page.status_code == 400


def test_words_in_the_callback_are_not_repeated(connected):
    """Text that anybody can put into the address does not appear on our page."""
    page = connected.get(
        "/servicenow/callback?error=access_denied&error_description=Call+555-EVIL&state=555-EVIL", site="cross-site"
    )
    assert "555-EVIL" not in page.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_connecting_starts_at_the_dashboard_only(connected, site):
    """A link elsewhere does not start a round trip."""
    page = connected.get(CONNECT, site=site)
    assert page.status_code == 403
    assert "location" not in page.headers


def test_signed_out_nobody_connects(browser):
    """Without a session both ends lead to the sign-in, and nothing is sent."""
    page = browser.get(CONNECT + "&return=%2Fcounts")
    assert page.status_code == 401
    assert 'href="/login?next=%2Fcounts"' in page.text
    assert browser.get("/servicenow/callback?code=a&state=b", site="cross-site").status_code == 401


def test_without_the_permission_nobody_connects(connected, second_browser):
    """A member without a role is told which role to ask for; ServiceNow is not asked."""
    second_browser.sign_in("Mia")
    page = second_browser.get(CONNECT + "&mode=tab")
    assert page.status_code == 403
    assert "Ask an administrator" in page.text


def test_switched_off_nothing_starts(dashboard, connected, administrator):
    """With the connector off the page says so instead of sending anybody to ServiceNow."""
    switch(dashboard, administrator, enabled=False)
    page = connected.get(CONNECT + "&mode=tab")
    assert page.status_code == 403
    assert "switched off" in page.text


def test_the_request_to_servicenow_is_complete(connected):
    """PKCE S256, a fresh state, our redirect address; and no secret in the address."""
    location = connected.get(CONNECT).headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) >= 43
    assert query["redirect_uri"] == f"{connected.dashboard.url}/servicenow/callback"
    assert connected.dashboard.services.settings.demo_connector[1].get_secret_value() not in location
