"""The Application Registry and the CORS rules, by the vendor's steps and form posts."""

import re
import uuid

import pytest
import requests

from snlib.demo.core.credentials import s256
from tests.demo.browsing import Browser

FIRST = "http://localhost:8501/servicenow/callback"
SECOND = "https://portal.example.com/extension/redirect.html"
VERIFIER = "v" * 43


@pytest.fixture
def admin(demo):
    """An administrator's browser."""
    return Browser(demo.origin).log_in("admin", "admin")


def create(admin, **typed):
    """Walk the vendor's steps to a new application; return the browser on the saved record."""
    admin.open("/now/nav/ui/home").follow("Application Registry").follow("New")
    admin.follow("Create an OAuth API endpoint for external clients")
    return admin.press("Submit", **{"name": f"App {uuid.uuid4().hex}", "redirect_url": FIRST, **typed})


def record(demo, admin):
    """The stored record of the form on the screen."""
    return demo.instance.storage.get("oauth_entity", admin.page.forms[0].fields["sys_id"])


def test_the_vendors_steps_create_an_application(demo, admin):
    """Name and redirect URL are enough: ID and secret are generated, the rest has the documented defaults."""
    create(admin, name="Helpdesk dashboard of the test")
    assert "The application was saved." in admin.text
    made = record(demo, admin)
    assert re.fullmatch(r"[0-9a-f]{32}", made["client_id"])
    assert len(made["client_secret"]) >= 20
    assert admin.page.forms[0].fields["client_id"] == made["client_id"]
    defaults = ("active", "access_token_lifespan", "refresh_token_lifespan", "public_client", "type")
    assert [made[name] for name in defaults] == ["true", "1800", "8640000", "false", "client"]


def test_the_form_has_the_documented_labels(admin):
    """The fields carry the names that the vendor's steps use."""
    admin.open("/oauth_entity.do?sys_id=-1")
    assert list(admin.page.labels) == [
        "Name",
        "Client ID",
        "Client Secret",
        "Redirect URL",
        "Logo URL",
        "Refresh Token Lifespan",
        "Access Token Lifespan",
        "Active",
        "This is a public client",
        "Comments",
    ]


def test_the_secret_is_shown_only_when_asked_for(demo, admin):
    """The secret is on no page until the administrator presses Show client secret, and typed changes survive that."""
    create(admin)
    secret = record(demo, admin)["client_secret"]
    assert secret not in admin.html
    admin.press("Show client secret", comments="typed before")
    assert secret in admin.text
    assert admin.page.forms[0].fields["comments"] == "typed before"
    assert admin.page.forms[0].fields["client_secret"] == ""


def test_a_typed_secret_is_kept_and_a_blank_one_changes_nothing(demo, admin):
    """A secret typed by the administrator is stored; saving again with the field blank keeps it."""
    create(admin, client_secret="typed-secret-1")
    assert record(demo, admin)["client_secret"] == "typed-secret-1"
    admin.press("Update", comments="again")
    assert record(demo, admin)["client_secret"] == "typed-secret-1"
    assert record(demo, admin)["comments"] == "again"


def test_the_client_id_cannot_be_changed(demo, admin):
    """A client ID sent with the form is ignored: it is read-only."""
    create(admin)
    before = record(demo, admin)["client_id"]
    admin.press("Update", client_id="chosen")
    assert record(demo, admin)["client_id"] == before


def test_a_lifespan_above_fifteen_minutes_warns(demo, admin):
    """Above 900 seconds the form warns and saves all the same; at 900 it does not warn."""
    create(admin, access_token_lifespan="901")
    assert "above the recommended 15 minutes" in admin.text
    assert record(demo, admin)["access_token_lifespan"] == "901"
    admin.press("Update", access_token_lifespan="900")
    assert "above the recommended" not in admin.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Name is mandatory."),
        ({"redirect_url": "/relative"}, "Not an absolute URL"),
        ({"redirect_url": f"{FIRST},localhost:8501"}, "Not an absolute URL without fragment: localhost:8501"),
        ({"redirect_url": "javascript:alert(1)"}, "Not an absolute URL"),
        ({"redirect_url": FIRST + "#part"}, "Not an absolute URL"),
        ({"logo_url": "logo.png"}, "Logo URL must be an absolute"),
        ({"access_token_lifespan": "0"}, "Access Token Lifespan must be a whole number"),
        ({"access_token_lifespan": "a day"}, "Access Token Lifespan must be a whole number"),
        ({"refresh_token_lifespan": "2147483648"}, "Refresh Token Lifespan must be a whole number"),
    ],
)
def test_what_cannot_be_used_is_named_at_its_field_and_nothing_is_saved(demo, admin, typed, sentence):
    """A bad value is named at its field; nothing is saved, and what was typed stays."""
    before = len(demo.instance.storage.find("oauth_entity"))
    create(admin, **{"comments": "kept", **typed})
    assert sentence in admin.text
    assert admin.status_code == 422
    assert admin.page.forms[0].fields["comments"] == "kept"
    assert len(demo.instance.storage.find("oauth_entity")) == before


def test_a_created_application_signs_an_agent_in_by_each_of_its_urls(demo, admin):
    """The created application works at once, with either URL of its comma list, and the logo is on the consent page."""
    create(
        admin, redirect_url=f"{FIRST}, {SECOND}", logo_url="https://example.com/logo.svg", access_token_lifespan="900"
    )
    made = record(demo, admin)
    agent = Browser(demo.origin).log_in("hugo.lambert", "demo")
    for uri in (FIRST, SECOND):
        query = {"response_type": "code", "client_id": made["client_id"], "redirect_uri": uri, "state": "s"}
        query |= {"code_challenge": s256(VERIFIER), "code_challenge_method": "S256"}
        agent.open("/oauth_auth.do?" + requests.compat.urlencode(query))
        assert agent.page.images == ["https://example.com/logo.svg"]
        body = {"grant_type": "authorization_code", "code": agent.press("Allow").answer["code"], "redirect_uri": uri}
        body |= {"client_id": made["client_id"], "client_secret": made["client_secret"], "code_verifier": VERIFIER}
        answer = requests.post(demo.origin + "/oauth_token.do", data=body, timeout=10)
        assert answer.json()["expires_in"] == 900


def test_unticking_active_refuses_the_application(demo, admin):
    """An application made inactive on its form is refused at the authorization page."""
    create(admin)
    admin.press("Update", active=None)
    query = {
        "response_type": "code",
        "client_id": record(demo, admin)["client_id"],
        "redirect_uri": FIRST,
        "state": "s",
    }
    assert "Invalid client_id" in admin.open("/oauth_auth.do?" + requests.compat.urlencode(query)).text


def test_deleting_asks_first_and_takes_the_tokens_along(demo, admin):
    """Delete asks, names how many tokens end, and then removes application and tokens."""
    create(admin)
    made = record(demo, admin)
    body = {"grant_type": "password", "username": "hugo.lambert", "password": "demo"}
    body |= {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    token = requests.post(demo.origin + "/oauth_token.do", data=body, timeout=10).json()["access_token"]
    admin.press("Delete")
    assert "Tokens that end at once: 2." in admin.text
    assert demo.instance.storage.get("oauth_entity", made["sys_id"])
    admin.press("Delete")
    assert "The application was deleted." in admin.text
    assert demo.instance.storage.get("oauth_entity", made["sys_id"]) is None
    assert demo.instance.storage.find("oauth_credential", token=token) == []


@pytest.mark.parametrize(
    "path",
    [
        "/oauth_entity_list.do",
        "/wizard_view.do",
        "/oauth_entity.do?sys_id=-1",
        "/sys_cors_rule_list.do",
        "/sys_cors_rule.do?sys_id=-1",
    ],
)
def test_the_pages_are_the_administrators(demo, path):
    """A technician is refused every page of registry and CORS rules."""
    browser = Browser(demo.origin).log_in("hugo.lambert", "demo").open(path)
    assert browser.status_code == 403
    assert "Security constraints prevent access to requested page" in browser.text


@pytest.mark.parametrize("path", ["/oauth_entity.do", "/sys_cors_rule.do"])
def test_a_technician_cannot_post_the_forms_either(demo, path):
    """A form posted by a technician with a good CSRF token is refused and stores nothing."""
    browser = Browser(demo.origin).log_in("hugo.lambert", "demo").open("/login.do")
    token = browser.page.forms[0].fields["sysparm_ck"]
    fields = {"sysparm_ck": token, "sys_id": "-1", "name": "Intruder", "redirect_url": FIRST}
    answer = browser.session.post(demo.origin + path, data=fields, timeout=10)
    assert answer.status_code == 403
    assert demo.instance.storage.find("oauth_entity", name="Intruder") == []


def test_a_form_without_the_csrf_token_stores_nothing(demo, admin):
    """A forged post in the administrator's session is refused."""
    fields = {"sys_id": "-1", "name": "Forged", "redirect_url": FIRST, "sysparm_action": "save"}
    answer = admin.session.post(demo.origin + "/oauth_entity.do", data=fields, timeout=10)
    assert answer.status_code == 403
    assert demo.instance.storage.find("oauth_entity", name="Forged") == []


def test_names_are_shown_as_text(admin):
    """Markup in a record's name is shown as text on list and form."""
    create(admin, name="<script>alert(1)</script>")
    assert "<script" not in admin.html
    assert "<script" not in admin.open("/oauth_entity_list.do").html
    assert "<script>alert(1)</script>" in admin.text


def test_an_unknown_application_is_not_found(admin):
    """A sys_id that does not exist is answered by Record not found."""
    assert "Record not found" in admin.open("/oauth_entity.do?sys_id=" + "0" * 32).text


class TestCorsRules:
    def test_a_rule_is_created_and_shown_in_the_list(self, demo, admin):
        """Intune's rule (Table API, GET and POST for https://*.portal.azure.net) can be entered as documented."""
        name = f"Portal {uuid.uuid4().hex}"
        admin.open("/now/nav/ui/home").follow("CORS Rules").follow("New")
        admin.press("Submit", name=name, domain="https://*.portal.azure.net", get="true", post="true")
        stored = demo.instance.storage.find("sys_cors_rule", name=name)[0]
        columns = ("rest_api", "active", "get", "post", "put", "patch", "delete", "max_age")
        assert [stored[column] for column in columns] == [
            "Table API",
            "true",
            "true",
            "true",
            "false",
            "false",
            "false",
            "0",
        ]
        assert "GET, POST" in admin.follow("Back to the list").text
        admin.follow(name).press("Delete")
        assert demo.instance.storage.find("sys_cors_rule", name=name) == []

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"domain": "*"}, "Domain must start with"),
            ({"domain": "portal.example.com"}, "Domain must start with"),
            ({"domain": "https://a.*.example.com"}, "Domain must start with"),
            ({"domain": "https://example.com/path"}, "Domain must start with"),
            ({"domain": "https://*.a.example", "access_control_allow_credentials": "true"}, "wildcard"),
            ({"name": ""}, "Name is mandatory."),
            ({"max_age": "-1"}, "Max age must be"),
        ],
    )
    def test_what_cannot_be_used_is_named_and_not_saved(self, demo, admin, typed, sentence):
        """A domain without scheme, with a stray wildcard or a path, and other bad values, are named and not saved."""
        before = len(demo.instance.storage.find("sys_cors_rule"))
        admin.open("/sys_cors_rule.do?sys_id=-1")
        admin.press("Submit", **{"name": "Rule", "domain": "https://a.example", **typed})
        assert sentence in admin.text
        assert len(demo.instance.storage.find("sys_cors_rule")) == before
