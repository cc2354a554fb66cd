"""Tokens of the demo instance: how long they live, who may not use them, the other grants, revocation."""

import base64

import pytest
import requests

from tests.demo.browsing import Browser
from tests.demo.pages.oauth_client import VERIFIER, refused


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
        """Making the user inactive or locking them out refuses code, refresh, password grant and calls."""
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
