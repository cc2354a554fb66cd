"""What signing in and out leaves in the access log."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from snlib.errors import SignInRequired
from snlib.helpdesk import sign_in


def newest(browser):
    """Return the log's newest line."""
    return browser.dashboard.services.audit.recent(1)[0]


def test_a_sign_in_says_from_where(browser):
    """The line of a sign-in has the client's address and browser."""
    browser.sign_in("Hugo")
    line = newest(browser)
    assert (line.action, line.outcome, line.agent_name) == ("session.start", "ok", "Hugo Lambert")
    assert line.remote.startswith("127.0.0.1, python-httpx")


def test_a_sign_out_says_from_where(browser):
    """So has the line of a sign-out."""
    browser.sign_in("Hugo")
    browser.get("/logout")
    line = newest(browser)
    assert (line.action, line.outcome, line.agent_name) == ("session.end", "ok", "Hugo Lambert")
    assert line.remote.startswith("127.0.0.1, ")


def test_a_cancelled_sign_in(browser):
    """Somebody who turns back at the provider is in the log, without a name."""
    (state,) = parse_qs(urlsplit(str(browser.to_provider().url)).query)["state"]
    answer = browser.get(f"/login/callback?error=access_denied&state={state}", site="cross-site")
    assert answer.status_code == 403
    line = newest(browser)
    assert (line.action, line.outcome, line.agent_key, line.detail) == ("session.start", "failed", "", "access_denied")


def test_a_forged_callback(browser):
    """An answer that no sign-in of this browser waits for is in the log, and what it says is not."""
    assert browser.get("/login/callback?code=evil&state=evil", site="cross-site").status_code == 403
    line = newest(browser)
    assert (line.outcome, line.detail) == ("failed", "sign-in with an unknown state or repeated parameters")


def test_a_refused_code(browser):
    """A code that the provider does not take is in the log, and the code is not."""
    chosen = browser.press(browser.to_provider(), "hugo.lambert@example.com")
    location = chosen.headers["location"].replace("code=", "code=wrong-")
    assert browser.get(location, site="cross-site").status_code == 403
    line = newest(browser)
    assert (line.action, line.outcome, line.detail) == ("session.start", "failed", "token endpoint: invalid_grant")


def test_nobody_can_fill_the_log(own_browser):
    """Thirty failures a minute are written down, more are not; a sign-in that succeeds always is."""
    services = own_browser.dashboard.services
    for _ in range(sign_in.FAILURES_A_MINUTE + 5):
        sign_in.sign_in_failed(services, SignInRequired("No.", log="no"))
    assert len(services.audit.recent(100)) == sign_in.FAILURES_A_MINUTE
    own_browser.sign_in("Hugo")
    assert newest(own_browser).outcome == "ok"


def test_a_log_that_cannot_be_written(own_browser):
    """Nobody is signed in whose sign-in cannot be written down."""
    with own_browser.dashboard.services.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_event RENAME TO gone")
    answer = own_browser.sign_in("Hugo")
    assert answer.status_code == 503
    assert own_browser.session is None


def test_signing_in_again_ends_the_session_before_in_the_log(browser):
    """The session that a new sign-in replaces has its end in the log."""
    first, second = browser.to_provider(), browser.to_provider()
    for picker in (first, second):
        chosen = browser.press(picker, "hugo.lambert@example.com")
        browser.get(chosen.headers["location"], site="cross-site")
    lines = browser.dashboard.services.audit.recent(2)
    assert [(line.action, line.detail) for line in lines] == [("session.start", ""), ("session.end", "signed in again")]
