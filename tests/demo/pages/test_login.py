"""The login form, the way back, and the way out."""

import pytest

from snlib.demo.servicenow.pages.login import own_path
from tests.demo.browsing import Browser


def test_every_page_asks_for_the_login_and_leads_back(demo):
    """A page opened without a session shows the login form, and after it the page that was wanted."""
    browser = Browser(demo.origin).open("/incident_list.do?sysparm_first_row=21")
    assert browser.path == "/login.do"
    browser.log_in("admin", "admin")
    assert browser.url == demo.origin + "/incident_list.do?sysparm_first_row=21"
    assert browser.status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name(demo):
    """A wrong password signs nobody in, says so, and the typed name stays."""
    browser = Browser(demo.origin).log_in("admin", "wrong")
    assert "User name or password invalid" in browser.text
    assert browser.page.forms[0].fields["user_name"] == "admin"
    assert browser.open("/now/nav/ui/home").path == "/login.do"


@pytest.mark.parametrize("column", ["active", "locked_out"])
def test_an_inactive_or_locked_out_user_cannot_log_in_and_loses_the_session(demo, column):
    """Making a user inactive or locking him out refuses the login and ends the session he has."""
    browser = Browser(demo.origin).log_in("mia.novak", "demo").open("/now/nav/ui/home")
    assert "Mia Novak" in browser.text
    user = demo.instance.storage.find("sys_user", user_name="mia.novak")[0]
    demo.instance.storage.update("sys_user", user["sys_id"], {column: "true" if column == "locked_out" else "false"})
    try:
        assert browser.open("/now/nav/ui/home").path == "/login.do"
        assert "User name or password invalid" in browser.log_in("mia.novak", "demo").text
    finally:
        demo.instance.storage.update("sys_user", user["sys_id"], {column: user[column]})


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_the_login_form_is_no_open_redirect(demo, wanted):
    """Whatever the way back says, the browser stays on the instance after the login."""
    browser = Browser(demo.origin)
    browser.open("/login.do").press("Log in", user_name="admin", user_password="admin", sysparm_goto_url=wanted)
    assert browser.left_for == ""
    assert browser.path == "/now/nav/ui/home"


def test_a_path_of_the_instance_is_kept_as_the_way_back():
    """A path with a query is led back to unchanged."""
    wanted = "/oauth_auth.do?response_type=code&state=a%2Fb&redirect_uri=http%3A%2F%2Flocalhost%3A8501%2Fcallback"
    assert own_path(wanted) == wanted


def test_the_login_form_takes_a_csrf_token_of_its_session(demo):
    """A login form sent from elsewhere signs nobody in."""
    browser = Browser(demo.origin).open("/login.do")
    browser.press("Log in", user_name="admin", user_password="admin", sysparm_ck="0" * 72)
    assert browser.status_code == 403
    assert browser.open("/now/nav/ui/home").path == "/login.do"


def test_logging_in_changes_the_session_key(demo):
    """The session's key before the login is worth nothing after it (no session fixation)."""
    browser = Browser(demo.origin).open("/login.do")
    before = browser.session.cookies["JSESSIONID"]
    browser.log_in("admin", "admin")
    assert browser.session.cookies["JSESSIONID"] != before
    assert before not in demo.instance.sn_sessions


def test_logging_out_ends_the_session_on_the_server(demo):
    """After the logout the old cookie opens nothing."""
    browser = Browser(demo.origin).log_in("admin", "admin")
    cookie = browser.session.cookies["JSESSIONID"]
    assert "You have logged out" in browser.follow("Log out").text
    browser.session.cookies.set("JSESSIONID", cookie)
    assert browser.open("/now/nav/ui/home").path == "/login.do"


def test_an_idle_session_ends(demo, clock):
    """A session ends after thirty idle minutes, and use keeps it alive."""
    browser = Browser(demo.origin).log_in("admin", "admin")
    for _ in range(2):
        clock.advance(29 * 60)
        assert browser.open("/now/nav/ui/home").path == "/now/nav/ui/home"
    clock.advance(31 * 60)
    assert browser.open("/now/nav/ui/home").path == "/login.do"


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(demo):
    """The session's cookie is HttpOnly and SameSite=Lax."""
    header = Browser(demo.origin).open("/login.do").headers["Set-Cookie"]
    assert "httponly" in header.lower()
    assert "samesite=lax" in header.lower()


def test_pages_cannot_be_framed_and_run_no_scripts(demo):
    """Every page forbids framing, scripts and caching."""
    headers = Browser(demo.origin).open("/login.do").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
