"""ServiceNow as OAuth 2.0 authorization server: the consent page and the authorization code grant."""

import re

import pytest
import requests

from snlib.demo.core.credentials import s256
from tests.demo.browsing import Browser
from tests.demo.pages.oauth_client import REDIRECT_URI, STATE, VERIFIER, refused


def test_the_challenge_is_that_of_the_standard():
    """The S256 challenge of the verifier that RFC 7636 gives as its example is the one it names (appendix B)."""
    assert s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class TestConsent:
    def test_it_names_the_application_and_who_is_signed_in(self, application):
        """The consent page shows the application's name and logo, who is signed in, and exactly Allow and Deny."""
        application.change(logo_url="https://example.com/logo.png")
        browser = application.consent()
        assert "Helpdesk & more would like to connect to your ServiceNow account" in browser.text
        assert "Hugo Lambert (hugo.lambert)" in browser.text
        assert browser.page.images == ["https://example.com/logo.png"]
        assert list(browser.page.forms[0].buttons) == ["Allow", "Deny"]

    def test_allow_leads_back_with_code_and_state(self, application):
        """Allow redirects to the redirect URI with a code and the unchanged state."""
        browser = application.consent().press("Allow")
        assert browser.left_for.startswith(REDIRECT_URI + "?")
        assert set(browser.answer) == {"code", "state"}
        assert browser.answer["state"] == STATE

    def test_deny_leads_back_with_access_denied(self, application):
        """Deny redirects with error=access_denied and the state, and no code."""
        browser = application.consent().press("Deny")
        assert browser.left_for.startswith(REDIRECT_URI + "?")
        assert browser.answer == {"error": "access_denied", "state": STATE}

    def test_it_is_asked_each_time(self, application):
        """A second authorization in the same session asks again."""
        browser = application.consent()
        browser.press("Allow")
        browser.open(application.authorize_path())
        assert "Allow" in browser.page.forms[0].buttons

    def test_not_you_leads_to_the_login_form_and_back(self, application):
        """The link "Not you?" shows the login form, and the other user is then asked for consent."""
        browser = application.consent().follow("Not you?")
        assert browser.path == "/login.do"
        browser.log_in("admin", "admin")
        assert "System Administrator (admin)" in browser.text
        assert browser.press("Allow").answer["state"] == STATE

    def test_the_decision_takes_the_sessions_csrf_token(self, application):
        """A forged Allow is refused and issues no code."""
        browser = application.consent().press("Allow", sysparm_ck="0" * 72)
        assert browser.status_code == 403
        assert browser.left_for == ""

    def test_a_form_of_another_session_is_refused(self, application):
        """The token of one session's form is worth nothing in another session."""
        token = application.consent().page.forms[0].fields["sysparm_ck"]
        other = application.consent("admin").press("Allow", sysparm_ck=token)
        assert other.status_code == 403

    def test_the_redirect_uri_is_checked_again_with_the_decision(self, application):
        """Changing the redirect URI inside the form is refused without a redirect."""
        browser = application.consent().press("Allow", redirect_uri="https://evil.example/")
        assert "Invalid redirect_uri" in browser.text
        assert browser.left_for == ""

    def test_a_query_in_the_redirect_uri_is_kept(self, application):
        """The code is added to the query that a registered redirect URI has."""
        application.change(redirect_url="http://localhost:8501/back?tenant=1")
        browser = application.consent(redirect_uri="http://localhost:8501/back?tenant=1").press("Allow")
        assert browser.left_for.startswith("http://localhost:8501/back?tenant=1&code=")


class TestRefusedRequests:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"state": None}, "Missing State parameter in request"),
            ({"state": ""}, "Missing State parameter in request"),
            ({"client_id": "unknown"}, "Invalid client_id"),
            ({"client_id": None}, "Invalid client_id"),
            ({"redirect_uri": REDIRECT_URI + "/"}, "Invalid redirect_uri"),
            ({"redirect_uri": REDIRECT_URI.upper()}, "Invalid redirect_uri"),
            ({"redirect_uri": "http://localhost:8502/servicenow/callback"}, "Invalid redirect_uri"),
            ({"redirect_uri": ""}, "Invalid redirect_uri"),
            ({"redirect_uri": None}, "Invalid redirect_uri"),
            ({"response_type": "token"}, "Invalid response_type"),
            ({"code_challenge_method": "plain"}, "Invalid code_challenge_method"),
            ({"code_challenge_method": None}, "Invalid code_challenge_method"),
            ({"code_challenge": "short"}, "Invalid code_challenge"),
        ],
    )
    def test_an_unusable_request_gets_a_page_and_no_redirect(self, application, changes, text):
        """What cannot be authorized is answered by an HTML page that says why, never by a redirect."""
        browser = Browser(application.demo.origin).open(application.authorize_path(**changes))
        assert text in browser.text
        assert browser.left_for == ""
        assert browser.path == "/oauth_auth.do"
        assert browser.headers["Content-Type"].startswith("text/html")

    def test_state_may_be_left_out_where_the_instance_does_not_require_it(self, application, monkeypatch):
        """With the switch off (upgraded instances) a request without state is put before the user."""
        monkeypatch.setattr(application.instance.switches, "state_required", False)
        assert set(application.consent(state=None).press("Allow").answer) == {"code"}

    def test_an_inactive_application_gets_a_page_and_no_redirect(self, application):
        """An inactive registry record is answered like an unknown client."""
        application.change(active="false")
        browser = Browser(application.demo.origin).open(application.authorize_path())
        assert "Invalid client_id" in browser.text

    def test_each_url_of_the_comma_list_is_accepted_exactly(self, application):
        """Of several redirect URLs separated by commas each one matches exactly, and their text as a whole does not."""
        both = f"{REDIRECT_URI} , http://localhost:9999/second"
        application.change(redirect_url=both)
        second = application.consent(redirect_uri="http://localhost:9999/second").press("Allow")
        assert second.left_for.startswith("http://localhost:9999/second?")
        browser = Browser(application.demo.origin).open(application.authorize_path(redirect_uri=both))
        assert "Invalid redirect_uri" in browser.text

    def test_a_repeated_parameter_is_refused(self, application):
        """A parameter sent twice is refused: which one counts would be a guess."""
        browser = Browser(application.demo.origin).open(application.authorize_path() + "&state=other")
        assert "Duplicate parameter in request" in browser.text

    def test_a_public_client_without_pkce_is_refused(self, public_application):
        """A public client must send a code challenge."""
        path = public_application.authorize_path(code_challenge=None, code_challenge_method=None)
        assert "Missing code_challenge" in Browser(public_application.demo.origin).open(path).text


class TestAuthorizationCode:
    def test_the_answer_has_the_documented_fields(self, application):
        """A good code with its verifier gives opaque tokens of 86 characters, useraccount, Bearer and the lifespan."""
        answer = application.redeem(application.code())
        tokens = answer.json()
        assert set(tokens) == {"access_token", "refresh_token", "scope", "token_type", "expires_in"}
        assert re.fullmatch(r"sndemo_at_[A-Za-z0-9_-]{76}", tokens["access_token"])
        assert re.fullmatch(r"sndemo_rt_[A-Za-z0-9_-]{76}", tokens["refresh_token"])
        assert (tokens["scope"], tokens["token_type"], tokens["expires_in"]) == ("useraccount", "Bearer", 900)
        assert answer.headers["Cache-Control"] == "no-store"
        assert application.calls_with(tokens["access_token"]) == 200

    def test_a_confidential_client_may_go_without_pkce(self, application):
        """Without a challenge no verifier is needed, and an unasked one is refused (PKCE downgrade)."""
        without = {"code_challenge": None, "code_challenge_method": None}
        assert application.redeem(application.code(**without), code_verifier=None).status_code == 200
        assert refused(application.redeem(application.code(**without)))

    @pytest.mark.parametrize(
        "changes",
        [
            {"code_verifier": "w" * 43},
            {"code_verifier": None},
            {"code_verifier": ""},
            {"code_verifier": s256(VERIFIER)},
            {"redirect_uri": REDIRECT_URI + "/"},
            {"redirect_uri": None},
            {"client_secret": "wrong"},
            {"client_secret": None},
            {"client_id": "unknown"},
            {"client_id": None},
            {"code": "wrong"},
            {"code": None},
            {"grant_type": "implicit"},
            {"grant_type": None},
            {"scope": "unknown_scope"},
        ],
    )
    def test_every_failure_has_the_same_answer(self, application, changes):
        """Whatever is wrong with a token request, the answer is the generic 401 pair."""
        fields = {"grant_type": "authorization_code", "code": application.code(), "redirect_uri": REDIRECT_URI}
        assert refused(application.post(**{**fields, "code_verifier": VERIFIER, **changes}))

    def test_a_code_is_good_once_and_reuse_revokes_nothing(self, application):
        """A used code is refused, and the tokens of its first use stay good."""
        code = application.code()
        token = application.redeem(code).json()["access_token"]
        assert refused(application.redeem(code))
        assert application.calls_with(token) == 200

    def test_a_code_ends_after_a_minute(self, application, clock):
        """A code older than sixty seconds is refused."""
        code = application.code()
        clock.advance(61)
        assert refused(application.redeem(code))

    def test_a_code_belongs_to_its_client(self, application, public_application):
        """Another client cannot redeem a code, and the attempt leaves it to its owner."""
        code = application.code()
        assert refused(public_application.redeem(code))
        assert application.redeem(code).status_code == 200

    def test_an_unknown_scope_fails_at_the_token_endpoint(self, application):
        """A scope the instance does not know is found out only when the code is redeemed."""
        assert refused(application.redeem(application.code(scope="nonsense")))
        assert application.redeem(application.code(scope="useraccount")).status_code == 200

    def test_a_public_client_needs_no_secret(self, public_application):
        """A public client redeems with its verifier alone and gets a refresh token by default."""
        assert "refresh_token" in public_application.redeem(public_application.code()).json()

    def test_a_public_client_may_get_no_refresh_token(self, public_application, monkeypatch):
        """With the switch off a public client's answer has no refresh token."""
        monkeypatch.setattr(public_application.instance.switches, "public_client_refresh_token", False)
        assert "refresh_token" not in public_application.redeem(public_application.code()).json()

    def test_a_json_body_is_refused(self, application):
        """A token request as JSON gets the unspecific error."""
        fields = {"grant_type": "authorization_code", "code": application.code(), "redirect_uri": REDIRECT_URI}
        body = {**fields, "client_id": application.client_id, "client_secret": application.secret}
        assert refused(requests.post(application.demo.origin + "/oauth_token.do", json=body, timeout=10))

    def test_parameters_in_the_query_string_are_refused(self, application):
        """Secrets in the address are not looked at (glide.oauth.allow.parameters.in.post.body.only)."""
        fields = {"grant_type": "password", "username": "hugo.lambert", "password": "demo"}
        query = {**fields, "client_id": application.client_id, "client_secret": application.secret}
        assert refused(requests.post(application.demo.origin + "/oauth_token.do", params=query, timeout=10))

    def test_basic_client_authentication_is_refused(self, application):
        """HTTP Basic does not authenticate a client that redeems a code."""
        fields = {"grant_type": "authorization_code", "code": application.code(), "redirect_uri": REDIRECT_URI}
        answer = requests.post(
            application.demo.origin + "/oauth_token.do",
            data={**fields, "code_verifier": VERIFIER},
            auth=(application.client_id, application.secret),
            timeout=10,
        )
        assert refused(answer)

    def test_get_is_not_allowed(self, application):
        """The token endpoint takes POST only."""
        assert requests.get(application.demo.origin + "/oauth_token.do", timeout=10).status_code == 405
