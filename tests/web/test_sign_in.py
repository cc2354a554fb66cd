"""Signing in, against the demo Entra."""

from __future__ import annotations

import io
import logging
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from snlib import logs
from tests.web.conftest import Browser, dashboard_in


def asked(response):
    """Return the parameters of the request that a redirect takes to the provider."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


def session_of(browser):
    """Return the session record behind the browser's cookie."""
    value = browser.session
    return browser.dashboard.services.sessions.find(value) if value else None


def test_the_request_carries_s256_state_and_nonce(browser):
    """The provider is asked with PKCE S256 although its metadata does not list it, and for identity scopes only."""
    query = asked(browser.get("/login"))
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert set(query["scope"].split()) == {"openid", "profile", "email"}
    assert query["redirect_uri"] == f"{browser.dashboard.url}/login/callback"
    assert len(query["state"]) >= 20
    assert len(query["nonce"]) >= 20


def test_every_sign_in_has_secrets_of_its_own(browser):
    """State, nonce and challenge are never used twice."""
    first, second = asked(browser.get("/login")), asked(browser.get("/login"))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_signing_in_leads_to_where_one_wanted_to_go(browser):
    """Person and filters in the address survive the way to the provider and back."""
    wanted = "/troubleshooting?person=6f1f&f=%5B%22State%22%5D"
    answer = browser.sign_in("Hugo", f"/login?next={quote(wanted, safe='')}")
    assert answer.status_code == 303
    assert answer.headers["location"] == wanted
    assert browser.follow(answer).text == "a page of the dashboard"


def test_the_session_is_the_person_picked(browser):
    """The record holds issuer, tenant and object id as identity, and the app roles of the ID token."""
    browser.sign_in("Hugo")
    agent = session_of(browser)
    instance = browser.dashboard.demo.instance
    person = next(p for p in instance.storage.rows("SELECT * FROM entra_user") if p["mail"] == agent.email)
    assert agent.name == "Hugo Lambert"
    assert agent.object_id == person["id"]
    assert agent.tenant_id == instance.tenant_id
    assert agent.issuer == f"{browser.dashboard.demo.origin}/{instance.tenant_id}/v2.0"
    assert "Helpdesk.Agent" in agent.roles


def test_directory_roles_arrive(browser):
    """The Intune Administrator's role template id is in the session."""
    browser.sign_in("Ingrid")
    assert "3a2c62db-5318-420d-8d74-23affee5d9d5" in session_of(browser).wids


def test_the_cookie_is_opaque_and_hidden(browser):
    """The session cookie is HttpOnly, Lax and nothing but random text; no other cookie outlives the sign-in."""
    answer = browser.sign_in("Hugo")
    made = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{browser.session_name}="))
    assert "HttpOnly" in made
    assert "SameSite=lax" in made
    assert len(browser.session) == 43
    ours = [cookie.name for cookie in browser.cookies.jar if cookie.domain.startswith("localhost")]
    assert ours == [browser.session_name]


def test_who_is_signed_in_goes_straight_on(browser):
    """A second sign-in link does not bother the provider."""
    browser.sign_in("Hugo")
    answer = browser.get("/login?next=/counts")
    assert answer.headers["location"] == "/counts"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/login"])
def test_no_sign_in_leads_away(browser, target):
    """A prepared sign-in link cannot send the agent to another site afterwards."""
    answer = browser.sign_in("Hugo", f"/login?next={quote(target, safe='')}")
    assert answer.headers["location"] == "/"


def test_cancelling_says_so_and_lets_one_try_again(browser):
    """Cancel at the provider is one sentence and a link that keeps the way back."""
    cancelled = browser.press(browser.to_provider("/login?next=%2Fcounts"), "Cancel")
    page = browser.follow(cancelled)
    assert page.status_code == 403
    assert "was cancelled" in page.text
    assert 'href="/login?next=%2Fcounts"' in page.text
    assert session_of(browser) is None


def test_another_browser_cannot_use_the_answer(browser, second_browser):
    """The provider's answer is good in the browser that asked only: nobody is signed in as somebody else unawares."""
    chosen = browser.press(browser.to_provider(), "hugo.lambert@example.com")
    stolen = second_browser.get(chosen.headers["location"], site="cross-site")
    assert stolen.status_code == 403
    assert "another browser" in stolen.text
    assert session_of(second_browser) is None


def test_an_answer_is_good_once(browser):
    """The same answer again signs nobody in."""
    chosen = browser.press(browser.to_provider(), "hugo.lambert@example.com")
    assert browser.get(chosen.headers["location"], site="cross-site").status_code == 303
    assert browser.get(chosen.headers["location"], site="cross-site").status_code == 403


def test_repeated_parameters_are_refused(browser):
    """An answer with two codes is nobody's."""
    chosen = browser.press(browser.to_provider(), "hugo.lambert@example.com")
    assert browser.get(chosen.headers["location"] + "&code=another", site="cross-site").status_code == 403
    assert session_of(browser) is None


def test_a_made_up_code_is_refused(browser):
    """The provider refuses it, and the page says so without repeating it."""
    state = asked(browser.get("/login"))["state"]
    page = browser.get(f"/login/callback?code=made-up-code-of-somebody&state={state}", site="cross-site")
    assert page.status_code == 403
    assert "refused the sign-in" in page.text
    assert "made-up-code" not in page.text


def test_the_providers_words_are_not_repeated(browser):
    """Text in error_description, which anybody can put into a link, is not shown."""
    state = asked(browser.get("/login"))["state"]
    page = browser.get(
        f"/login/callback?error=other&error_description=Call+555-EVIL+now&state={state}", site="cross-site"
    )
    assert page.status_code == 403
    assert "555-EVIL" not in page.text


def test_two_tabs_can_sign_in_at_once(browser):
    """Each of two sign-ins begun side by side ends where it was meant to."""
    first = browser.to_provider("/login?next=%2Fcounts")
    second = browser.to_provider("/login?next=%2Fconnector")
    for picker, wanted in ((first, "/counts"), (second, "/connector")):
        chosen = browser.press(picker, "hugo.lambert@example.com")
        assert browser.get(chosen.headers["location"], site="cross-site").headers["location"] == wanted


def test_signing_in_again_ends_the_session_before(browser):
    """A browser never leaves a session behind that nobody can sign out of."""
    first = browser.to_provider()
    second = browser.to_provider()
    for picker in (first, second):
        before = session_of(browser)
        chosen = browser.press(picker, "hugo.lambert@example.com")
        browser.get(chosen.headers["location"], site="cross-site")
    assert before is not None
    assert browser.dashboard.services.sessions.find_by_id(before.session_id) is None
    assert session_of(browser) is not None


def test_sign_in_and_sign_out_are_in_the_access_log(browser):
    """Both are written down with the agent's key."""
    browser.sign_in("Hugo")
    key = session_of(browser).key
    browser.get("/logout")
    actions = [event.action for event in browser.dashboard.services.audit.recent(10) if event.agent_key == key]
    assert actions[:2] == ["session.end", "session.start"]


def test_own_answers_are_never_stored(browser):
    """No cache keeps an answer of the sign-in."""
    for path in ("/login", "/login/callback", "/logout", "/signed-out"):
        assert browser.get(path).headers["cache-control"] == "no-store"


def test_no_secret_of_a_whole_sign_in_is_logged(browser):
    """With everything logged at DEBUG, neither code, state, session cookie nor any token part reaches the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    level = root.level
    logging.setLogRecordFactory(logs.masked_record)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        state = asked(browser.get("/login"))["state"]
        chosen = browser.press(browser.to_provider(), "hugo.lambert@example.com")
        browser.get(chosen.headers["location"], site="cross-site")
        cookie = browser.session
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        logging.setLogRecordFactory(factory)
    written = stream.getvalue()
    settings = browser.dashboard.services.settings
    secrets = [state, asked(chosen)["code"], cookie, settings.oidc.client_secret.get_secret_value(), "eyJ"]
    assert written
    assert [secret for secret in secrets if secret in written] == []


def test_two_dashboards_in_one_browser(browser, tmp_path):
    """Signing in at a second dashboard of this machine leaves the first one's session as it is."""
    browser.sign_in("Hugo")
    with dashboard_in(tmp_path) as second:
        neighbour = Browser(second)
        neighbour.cookies.update(browser.cookies)  # one browser: a cookie knows no port
        neighbour.sign_in("Ingrid")
        browser.cookies.update(neighbour.cookies)
        assert session_of(neighbour).username == "ingrid.vogel@example.com"
        neighbour.close()
    assert session_of(browser).username == "hugo.lambert@example.com"
