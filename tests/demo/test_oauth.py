"""ServiceNow as OAuth 2.0 authorization server: the consent page, the four grants, revocation."""

import base64
import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import requests

from snlib.demo import oauth_applications
from snlib.demo.authorization_codes import s256
from tests.demo.browsing import Browser

REDIRECT_URI = "http://localhost:8501/servicenow/callback"
STATE = "st-4te_with~safe.characters"
VERIFIER = "v" * 43
FAILURE = {"error_description": "access_denied", "error": "server_error"}


@dataclass
class Application:
    """A registered client and the demo instance it belongs to."""

    demo: object
    client_id: str
    secret: str = "s3cret-" + "x" * 20
    public: bool = False

    @property
    def instance(self):
        return self.demo.instance

    def record(self):
        return self.instance.storage.find("oauth_entity", client_id=self.client_id)[0]

    def change(self, **values):
        self.instance.storage.update("oauth_entity", self.record()["sys_id"], values)

    def authorize_path(self, **changes):
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT_URI,
            "state": STATE,
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
        }
        asked.update(changes)
        return "/oauth_auth.do?" + urlencode({key: value for key, value in asked.items() if value is not None})

    def consent(self, user_name="hugo.lambert", **changes):
        browser = Browser(self.demo.origin).open(self.authorize_path(**changes))
        return browser.log_in(user_name, "admin" if user_name == "admin" else "demo")

    def code(self, user_name="hugo.lambert", **changes):
        return self.consent(user_name, **changes).press("Allow").answer["code"]

    def post(self, **fields):
        body = {"client_id": self.client_id} | ({} if self.public else {"client_secret": self.secret}) | fields
        body = {key: value for key, value in body.items() if value is not None}
        return requests.post(self.demo.origin + "/oauth_token.do", data=body, timeout=10)

    def redeem(self, code, **changes):
        fields = {"redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER, **changes}
        return self.post(grant_type="authorization_code", code=code, **fields)

    def tokens(self, user_name="hugo.lambert"):
        answer = self.redeem(self.code(user_name))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, refresh_token, **changes):
        return self.post(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def calls_with(self, access_token):
        """Return the status that the Table API answers to this token."""
        url = self.demo.origin + "/api/now/table/incident?sysparm_limit=1"
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        return requests.get(url, headers=headers, timeout=10).status_code


@pytest.fixture
def clock(demo):
    """The instance's clock, back at real time afterwards."""
    yield demo.instance.clock
    demo.instance.clock.reset()


@pytest.fixture
def application(demo):
    """A confidential client with a lifespan of 900 seconds, of this test alone."""
    made = Application(demo, uuid.uuid4().hex)
    oauth_applications.register(demo.instance, made.client_id, made.secret, REDIRECT_URI, name="Helpdesk & more")
    return made


@pytest.fixture
def public_application(demo):
    """A public client of this test alone."""
    made = Application(demo, uuid.uuid4().hex, secret="", public=True)
    oauth_applications.register(demo.instance, made.client_id, "", REDIRECT_URI, name="Public client")
    return made


def refused(answer):
    """Whether the token endpoint gave the one answer it has for nearly every failure."""
    return answer.status_code == 401 and answer.json() == FAILURE


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


class TestLifetimes:
    def test_a_second_grant_gives_the_same_live_tokens_and_moves_their_end(self, application, clock):
        """While an access token lives, another grant returns it again and its expiry moves."""
        first = application.tokens()
        clock.advance(600)
        second = application.tokens()
        assert second == first
        clock.advance(600)
        assert application.calls_with(first["access_token"]) == 200

    def test_another_user_gets_another_token(self, application):
        """The live token is per client and user."""
        assert application.tokens()["access_token"] != application.tokens("admin")["access_token"]

    def test_an_access_token_ends_with_the_registry_lifespan(self, application, clock):
        """The lifespan of the registry record ends an access token, on the wire and at the Table API."""
        application.change(access_token_lifespan="60")
        tokens = application.tokens()
        assert tokens["expires_in"] == 60
        clock.advance(61)
        assert application.calls_with(tokens["access_token"]) == 401

    def test_a_refresh_keeps_the_refresh_token(self, application, clock):
        """A refresh gives a new access token and the same refresh token."""
        tokens = application.tokens()
        clock.advance(901)
        renewed = application.refresh(tokens["refresh_token"]).json()
        assert renewed["refresh_token"] == tokens["refresh_token"]
        assert renewed["access_token"] != tokens["access_token"]
        assert application.calls_with(renewed["access_token"]) == 200

    def test_a_refresh_does_not_extend_the_refresh_token(self, application, clock):
        """A refresh token ends when it was to end, however often it was used."""
        application.change(refresh_token_lifespan="2000")
        token = application.tokens()["refresh_token"]
        clock.advance(1500)
        assert application.refresh(token).status_code == 200
        clock.advance(600)
        assert refused(application.refresh(token))

    def test_a_refresh_leaves_one_live_access_token(self, application):
        """The access token that a refresh replaces ends at once: only one lives."""
        tokens = application.tokens()
        renewed = application.refresh(tokens["refresh_token"]).json()
        assert application.calls_with(tokens["access_token"]) == 401
        assert application.calls_with(renewed["access_token"]) == 200

    @pytest.mark.parametrize(
        "changes", [{"refresh_token": "wrong"}, {"refresh_token": None}, {"client_secret": "wrong"}]
    )
    def test_a_bad_refresh_is_refused(self, application, changes):
        """A wrong refresh token or secret gets the generic answer."""
        token = application.tokens()["refresh_token"]
        assert refused(application.post(**{"grant_type": "refresh_token", "refresh_token": token, **changes}))

    def test_a_refresh_token_belongs_to_its_client(self, application, public_application):
        """Another client cannot use a refresh token."""
        assert refused(public_application.refresh(application.tokens()["refresh_token"]))

    def test_an_access_token_is_no_refresh_token(self, application):
        """The two kinds do not stand in for each other."""
        tokens = application.tokens()
        assert refused(application.refresh(tokens["access_token"]))
        assert application.calls_with(tokens["refresh_token"]) == 401


class TestWhoMayNot:
    def test_an_inactive_application_is_refused_everywhere(self, application):
        """Making the application inactive refuses code, refresh and calls with its tokens."""
        tokens, code = application.tokens(), application.code()
        application.change(active="false")
        assert refused(application.redeem(code))
        assert refused(application.refresh(tokens["refresh_token"]))
        assert application.calls_with(tokens["access_token"]) == 401

    @pytest.mark.parametrize(("column", "value"), [("active", "false"), ("locked_out", "true")])
    def test_an_inactive_or_locked_out_user_is_refused_everywhere(self, application, column, value):
        """Making the user inactive or locking him out refuses code, refresh, password grant and calls."""
        tokens, code = application.tokens(), application.code()
        user = application.instance.storage.find("sys_user", user_name="hugo.lambert")[0]
        application.instance.storage.update("sys_user", user["sys_id"], {column: value})
        try:
            assert refused(application.redeem(code))
            assert refused(application.refresh(tokens["refresh_token"]))
            assert refused(application.post(grant_type="password", username="hugo.lambert", password="demo"))
            assert application.calls_with(tokens["access_token"]) == 401
        finally:
            application.instance.storage.update("sys_user", user["sys_id"], {column: user[column]})

    def test_a_securely_scoped_application_logs_in_but_may_call_nothing(self, application, monkeypatch):
        """With the newer releases' default the token is issued and the Table API refuses it."""
        monkeypatch.setattr(application.instance.switches, "securely_scoped", True)
        assert application.calls_with(application.tokens()["access_token"]) == 401


class TestOtherGrants:
    def test_the_password_grant_gives_tokens(self, application):
        """User name and password in the body give the same kind of tokens."""
        tokens = application.post(grant_type="password", username="hugo.lambert", password="demo").json()
        assert application.calls_with(tokens["access_token"]) == 200
        assert application.refresh(tokens["refresh_token"]).status_code == 200

    def test_a_wrong_password_is_refused(self, application):
        """A wrong password gets the generic answer."""
        assert refused(application.post(grant_type="password", username="hugo.lambert", password="wrong"))

    def test_the_password_grant_takes_basic_client_authentication(self, application):
        """The password grant also works as ServiceNow's own PySNC sends it: client by HTTP Basic."""
        header = base64.b64encode(f"{application.client_id}:{application.secret}".encode()).decode()
        answer = requests.post(
            application.demo.origin + "/oauth_token.do",
            data={"grant_type": "password", "username": "hugo.lambert", "password": "demo"},
            headers={"Authorization": f"Basic {header}"},
            timeout=10,
        )
        assert answer.status_code == 200

    def test_the_password_grant_can_be_disabled(self, application, monkeypatch):
        """With glide.oauth.inbound.ropc.grant_type.disabled the password grant is refused."""
        monkeypatch.setattr(application.instance.switches, "ropc_disabled", True)
        assert refused(application.post(grant_type="password", username="hugo.lambert", password="demo"))

    def test_client_credentials_need_switch_and_application_user(self, application, monkeypatch):
        """Client credentials work only where the instance allows them and the record names a user."""
        user = application.instance.storage.find("sys_user", user_name="hugo.lambert")[0]
        assert refused(application.post(grant_type="client_credentials"))
        monkeypatch.setattr(application.instance.switches, "client_credentials_enabled", True)
        assert refused(application.post(grant_type="client_credentials"))
        application.change(user=user["sys_id"])
        tokens = application.post(grant_type="client_credentials").json()
        assert "refresh_token" not in tokens
        assert application.calls_with(tokens["access_token"]) == 200


class TestRevoke:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_an_access_token_is_revoked_without_authentication(self, application, method):
        """The revocation endpoint ends an access token at once; the refresh token stays."""
        tokens = application.tokens()
        url = application.demo.origin + "/oauth_revoke_token.do"
        sent = {"params" if method == "GET" else "data": {"token": tokens["access_token"]}}
        assert requests.request(method, url, timeout=10, **sent).status_code == 200
        assert application.calls_with(tokens["access_token"]) == 401
        assert application.refresh(tokens["refresh_token"]).status_code == 200

    def test_a_refresh_token_is_revoked(self, application):
        """A revoked refresh token gives nothing any more."""
        token = application.tokens()["refresh_token"]
        requests.post(application.demo.origin + "/oauth_revoke_token.do", data={"token": token}, timeout=10)
        assert refused(application.refresh(token))

    def test_an_unknown_token_is_no_error(self, application):
        """Revoking what does not exist tells nothing about what does."""
        url = application.demo.origin + "/oauth_revoke_token.do"
        assert requests.post(url, data={"token": "unknown"}, timeout=10).status_code == 200

    def test_a_user_revokes_his_own_token_on_the_tokens_page(self, application):
        """Manage tokens lists one's own live tokens without showing them, and Revoke ends one."""
        token = application.tokens("mia.novak")["access_token"]
        row = application.instance.storage.find("oauth_credential", token=token)[0]
        browser = Browser(application.demo.origin).log_in("mia.novak", "demo").follow("Manage tokens")
        assert "Helpdesk & more" in browser.text
        assert "sndemo_" not in browser.html
        assert "The token was revoked." in browser.press("Revoke", sys_id=row["sys_id"]).text
        assert application.calls_with(token) == 401

    def test_an_administrator_revokes_anybodys_token(self, application):
        """An OAuth administrator can revoke every user's token."""
        token = application.tokens("mia.novak")["access_token"]
        row = application.instance.storage.find("oauth_credential", token=token)[0]
        browser = Browser(application.demo.origin).log_in("admin", "admin").follow("Manage tokens")
        browser.press("Revoke", sys_id=row["sys_id"])
        assert application.calls_with(token) == 401

    def test_nobody_revokes_anothers_token(self, application):
        """Another user's token cannot be revoked on the tokens page, except by an administrator."""
        token = application.tokens("admin")["access_token"]
        row = application.instance.storage.find("oauth_credential", token=token)[0]
        application.tokens("hugo.lambert")
        browser = Browser(application.demo.origin).log_in("hugo.lambert", "demo").open("/oauth_credential_list.do")
        assert browser.press("Revoke", sys_id=row["sys_id"]).status_code == 404
        assert application.calls_with(token) == 200


def test_nothing_secret_is_logged(application):
    """After a whole walk the request log holds no code, token, secret, verifier, password or CSRF token."""
    consent = application.consent()
    csrf_token = consent.page.forms[0].fields["sysparm_ck"]
    code = consent.press("Allow").answer["code"]
    tokens = application.redeem(code).json()
    application.calls_with(tokens["access_token"])
    url = application.demo.origin + "/oauth_revoke_token.do"
    requests.get(url, params={"token": tokens["access_token"]}, timeout=10)
    entries = application.instance.request_log.entries()
    assert {"/oauth_auth.do", "/oauth_token.do", "/oauth_revoke_token.do"} <= {entry.path for entry in entries}
    secrets = (code, tokens["access_token"], tokens["refresh_token"], application.secret, VERIFIER, csrf_token)
    assert not [secret for secret in secrets if secret in repr(entries)]
