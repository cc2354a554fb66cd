"""Single sign-on: an Entra session signs its person in to ServiceNow, and only as long as it lasts."""

import uuid

import pytest

from snlib.demo.servicenow.oauth import applications
from tests.demo.browsing import Browser

REDIRECT_URI = "http://localhost:8501/servicenow/callback"


def entra_sign_in(demo, browser, user_name):
    """Give a browser the Entra session of the person with this ServiceNow account; return the person's row."""
    account = demo.instance.storage.find("sys_user", user_name=user_name)[0]
    person = demo.instance.storage.find("entra_user", service_now_user=account["sys_id"])[0]
    cookie = uuid.uuid4().hex
    demo.instance.entra_sessions[cookie] = person["id"]
    browser.session.cookies.set("ESTSAUTH", cookie, domain="127.0.0.1", path="/")
    return person


def entra_sign_out(demo, browser):
    """End the browser's Entra session on the server; the cookie stays in the browser."""
    del demo.instance.entra_sessions[browser.session.cookies["ESTSAUTH"]]


@pytest.fixture
def browser(demo):
    """A fresh browser."""
    return Browser(demo.origin)


def test_an_entra_session_opens_the_pages_without_a_login(demo, browser):
    """With an Entra session the pages open as that person's ServiceNow user."""
    entra_sign_in(demo, browser, "hugo.lambert")
    assert "Signed in as hugo.lambert" in browser.open("/now/nav/ui/home").text
    assert [entry["via"] for entry in demo.instance.sn_sessions.values() if entry["user"]][-1] == "sso"


def test_consent_is_asked_all_the_same(demo, browser):
    """Single sign-on skips the login form, never the consent page."""
    client_id = uuid.uuid4().hex
    applications.register(demo.instance, client_id, "secret", REDIRECT_URI)
    entra_sign_in(demo, browser, "hugo.lambert")
    path = f"/oauth_auth.do?response_type=code&client_id={client_id}&redirect_uri={REDIRECT_URI}&state=s"
    browser.open(path)
    assert browser.path == "/oauth_auth.do"
    assert "Hugo Lambert (hugo.lambert)" in browser.text
    assert "code" in browser.press("Allow").answer


def test_the_session_ends_with_the_entra_session(demo, browser):
    """After the Entra sign-out the pages ask for a login again."""
    entra_sign_in(demo, browser, "hugo.lambert")
    browser.open("/now/nav/ui/home")
    entra_sign_out(demo, browser)
    assert browser.open("/now/nav/ui/home").path == "/login.do"


def test_another_person_in_entra_is_another_user_here(demo, browser):
    """When someone else signs in to Entra in the same browser, the old ServiceNow session is void."""
    entra_sign_in(demo, browser, "hugo.lambert")
    browser.open("/now/nav/ui/home")
    entra_sign_in(demo, browser, "mia.novak")
    assert "Signed in as mia.novak" in browser.open("/now/nav/ui/home").text


def test_a_consent_form_of_the_person_before_is_refused(demo, browser):
    """An Allow from a page that another person saw does not act for the present one."""
    client_id = uuid.uuid4().hex
    applications.register(demo.instance, client_id, "secret", REDIRECT_URI)
    entra_sign_in(demo, browser, "hugo.lambert")
    path = f"/oauth_auth.do?response_type=code&client_id={client_id}&redirect_uri={REDIRECT_URI}&state=s"
    browser.open(path)
    entra_sign_in(demo, browser, "mia.novak")
    assert browser.press("Allow").status_code == 403
    assert browser.left_for == ""


def test_a_login_by_form_outlasts_the_entra_session(demo, browser):
    """The link "Not you?" and a login by form give a session of its own, whoever is signed in to Entra."""
    entra_sign_in(demo, browser, "hugo.lambert")
    browser.log_in("admin", "admin")
    assert "Signed in as admin" in browser.open("/now/nav/ui/home").text
    entra_sign_out(demo, browser)
    assert "Signed in as admin" in browser.open("/now/nav/ui/home").text


def test_the_login_form_is_shown_in_spite_of_an_entra_session(demo, browser):
    """The login form never signs on by itself, so that one can become another user."""
    entra_sign_in(demo, browser, "hugo.lambert")
    assert "Log in" in browser.open("/login.do").page.forms[0].buttons


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("entra_user", "service_now_user", ""),
        ("entra_user", "accountEnabled", "false"),
        ("sys_user", "active", "false"),
        ("sys_user", "locked_out", "true"),
    ],
)
def test_whoever_has_no_usable_account_meets_the_login_form(demo, browser, table, column, value):
    """Without a ServiceNow account, or with one that is disabled on either side, there is no single sign-on."""
    person = entra_sign_in(demo, browser, "lena.okafor")
    sys_id = person["sys_id"] if table == "entra_user" else person["service_now_user"]
    before = demo.instance.storage.get(table, sys_id)[column]
    demo.instance.storage.update(table, sys_id, {column: value})
    try:
        assert browser.open("/now/nav/ui/home").path == "/login.do"
    finally:
        demo.instance.storage.update(table, sys_id, {column: before})


def test_a_made_up_entra_cookie_signs_nobody_in(demo, browser):
    """A cookie the server does not know is worth nothing."""
    browser.session.cookies.set("ESTSAUTH", "invented", domain="127.0.0.1", path="/")
    assert browser.open("/now/nav/ui/home").path == "/login.do"
