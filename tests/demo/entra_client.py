"""An application that signs people in at the demo Entra, and the browser it does so with, on plain requests."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

import requests

from snlib.demo.core.credentials import s256
from snlib.demo.entra.apps import register_app
from tests.demo.browsing import Page

SECRET = "a-secret-of-tests"
REDIRECT_URI = "http://localhost:8501/login/callback"
SIGNED_OUT_URI = "http://localhost:8501/signed-out"


class EntraClient:
    """One application of its own and one browser, so that tests on a shared demo instance cannot meet."""

    def __init__(self, demo) -> None:
        self.demo = demo
        self.client_id = f"tests-{secrets.token_hex(8)}"
        register_app(demo.instance, self.client_id, SECRET, [REDIRECT_URI], [SIGNED_OUT_URI])
        self.base = f"{demo.origin}/{demo.instance.tenant_id}"
        self.browser = requests.Session()
        self.verifier = secrets.token_urlsafe(48)

    def __enter__(self) -> EntraClient:
        return self

    def __exit__(self, *_) -> None:
        self.browser.close()

    def authorize(self, **changes: str | None) -> requests.Response:
        """Ask to sign in; ``None`` leaves a parameter out."""
        parameters = {
            "client_id": self.client_id,
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "scope": "openid profile email",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
        } | changes
        return self.browser.get(
            f"{self.base}/oauth2/v2.0/authorize", params=parameters, allow_redirects=False, timeout=10
        )

    def choose(self, picker: requests.Response, **form: str) -> requests.Response:
        """Press a button of the picker, or send what ``form`` changes."""
        hidden = Page(picker.text).forms[-1].fields
        return self.browser.post(f"{self.base}/login", data=hidden | form, allow_redirects=False, timeout=10)

    def code(self, who: str = "hugo.lambert@example.com", **changes: str | None) -> str:
        """Sign somebody in and return the authorization code."""
        answer = self.authorize(**{"prompt": "login", **changes})
        return answer_of(self.choose(answer, person=self.person(who)["id"]))["code"]

    def redeem(self, code: str, **changes: str | None) -> requests.Response:
        """Redeem a code by ``client_secret_post``."""
        return self.token(code=code, code_verifier=self.verifier, **changes)

    def token(self, **changes: str | None) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": SECRET,
            "redirect_uri": REDIRECT_URI,
        } | changes
        return requests.post(f"{self.base}/oauth2/v2.0/token", data=form, timeout=10)

    def app_token(self, scope: str = "https://graph.microsoft.com/.default") -> str:
        """Return an app-only access token."""
        answer = self.token(grant_type="client_credentials", redirect_uri=None, scope=scope)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def delegated_token(self, who: str, scope: str) -> str:
        """Return an access token that speaks for a person."""
        answer = self.redeem(self.code(who, scope=f"openid profile {scope}"))
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def person(self, mail: str) -> dict[str, str]:
        return self.demo.instance.storage.find("entra_user", mail=mail)[0]


def answer_of(response: requests.Response) -> dict[str, str]:
    """Return the parameters that the browser is sent back to the application with."""
    assert response.status_code == 302, response.text
    target = urlsplit(response.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT_URI
    values = parse_qs(target.query or target.fragment, strict_parsing=True)
    assert all(len(value) == 1 for value in values.values())
    return {name: value[0] for name, value in values.items()}
