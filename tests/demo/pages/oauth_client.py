"""An OAuth client of the demo instance, from the authorization request to the Table API."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import requests

from snlib.demo.core.credentials import s256
from snlib.demo.servicenow.oauth import applications
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


def register(demo):
    """Register a confidential client with a lifespan of 900 seconds."""
    made = Application(demo, uuid.uuid4().hex)
    applications.register(demo.instance, made.client_id, made.secret, REDIRECT_URI, name="Helpdesk & more")
    return made


def register_public(demo):
    """Register a public client."""
    made = Application(demo, uuid.uuid4().hex, secret="", public=True)
    applications.register(demo.instance, made.client_id, "", REDIRECT_URI, name="Public client")
    return made


def refused(answer):
    """Whether the token endpoint gave the one answer it has for nearly every failure."""
    return answer.status_code == 401 and answer.json() == FAILURE
