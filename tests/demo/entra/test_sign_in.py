"""The demo Entra's sign-in: discovery, picker, answers to the application, sign-out."""

from __future__ import annotations

import pytest
import requests

from snlib.demo.entra.apps import DEFAULT_APP
from snlib.demo.entra.tokens import keys
from tests.demo.entra_client import REDIRECT_URI, SIGNED_OUT_URI, EntraClient, answer_of

PERSONAS = ("Ingrid Vogel", "Hugo Lambert", "Lena Okafor", "Arthur Blom", "Mia Novak")


def test_discovery_is_like_entras(entra):
    """The document names this origin's endpoints, pairwise subjects, and no code challenge methods."""
    document = requests.get(f"{entra.base}/v2.0/.well-known/openid-configuration", timeout=10).json()
    assert document["issuer"] == f"{entra.base}/v2.0"
    assert document["subject_types_supported"] == ["pairwise"]
    assert "code_challenge_methods_supported" not in document
    endpoints = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(endpoints) == 5
    assert all(value.startswith(entra.demo.origin) for value in endpoints)


@pytest.mark.parametrize(("tenant", "code"), [("common", 50194), ("organizations", 50194), ("nobody", 90002)])
def test_other_tenants_are_refused(entra, tenant, code):
    """Only the demo's own tenant answers, at discovery, authorize and token alike."""
    base = f"{entra.demo.origin}/{tenant}"
    for answer in (
        requests.get(f"{base}/v2.0/.well-known/openid-configuration", timeout=10),
        requests.get(f"{base}/oauth2/v2.0/authorize", timeout=10),
        requests.post(f"{base}/oauth2/v2.0/token", timeout=10),
    ):
        assert answer.status_code == 400
        assert f"AADSTS{code}" in answer.text


def test_jwks_holds_no_private_key(entra):
    """The key set shows one RSA public key, without any private member."""
    (key,) = requests.get(f"{entra.base}/discovery/v2.0/keys", timeout=10).json()["keys"]
    assert key["kty"] == "RSA"
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)


def test_picker_shows_each_persona_and_what_it_may_do(entra):
    """The picker lists the five personas with e-mail and text, may not be cached or framed, and runs no script."""
    picker = entra.authorize()
    assert picker.status_code == 200
    for name in PERSONAS:
        assert name in picker.text
    assert "hugo.lambert@example.com" in picker.text
    assert "Finds people and reads their incidents" in picker.text
    assert "made-up data" in picker.text
    assert picker.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in picker.headers["Content-Security-Policy"]
    assert "<script" not in picker.text


def test_choosing_sends_a_code_and_the_state_back(entra):
    """Choosing an account sends the browser to the redirect URI with a code and the state as it was."""
    answer = answer_of(entra.choose(entra.authorize(state="ä&b=c"), person=entra.person("mia.novak@example.com")["id"]))
    assert answer["state"] == "ä&b=c"
    assert set(answer) == {"code", "state"}


def test_answer_in_the_fragment_when_asked_for(entra):
    """``response_mode=fragment`` puts the answer behind the #, not into the query."""
    chosen = entra.choose(entra.authorize(response_mode="fragment"), person=entra.person("mia.novak@example.com")["id"])
    assert chosen.headers["Location"].startswith(REDIRECT_URI + "#")
    assert "code" in answer_of(chosen)


def test_cancel_is_access_denied(entra):
    """Cancel goes back with access_denied and the state, and no session begins."""
    answer = answer_of(entra.choose(entra.authorize(), cancel="1"))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "a state"
    assert "code" not in answer
    assert "ESTSAUTH" not in entra.browser.cookies


def test_session_signs_in_without_asking(entra):
    """With an Entra session the next request gets its code at once; prompt=select_account still asks."""
    entra.code()
    assert "code" in answer_of(entra.authorize())
    again = entra.authorize(prompt="select_account")
    assert again.status_code == 200
    assert "Signed in" in again.text


def test_prompt_none_without_session_is_login_required(entra):
    """A silent request without a session is answered with login_required."""
    assert answer_of(entra.authorize(prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize(
    "uri",
    [
        REDIRECT_URI + "/",
        REDIRECT_URI + "?x=1",
        "http://LOCALHOST:8501/login/callback",
        "http://localhost:8502/login/callback",
        "https://evil.example/",
        None,
    ],
)
def test_unregistered_redirect_uri_gets_a_page(entra, uri):
    """A redirect URI that differs in one character gets a page with AADSTS50011 and no redirect."""
    answer = entra.authorize(redirect_uri=uri)
    assert answer.status_code == 400
    assert "AADSTS50011" in answer.text or uri is None
    assert "Location" not in answer.headers


def test_unknown_application_gets_a_page(entra):
    """A client id that is not registered gets a page with AADSTS700016."""
    answer = entra.authorize(client_id="00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 400
    assert "AADSTS700016" in answer.text


def test_request_text_is_escaped_on_the_page(entra):
    """Markup in a parameter is shown as text."""
    answer = entra.authorize(redirect_uri="<script>alert(1)</script>")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "openid Nothing.Known"}, "invalid_client"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_faulty_requests_go_back_with_an_error(entra, changes, error):
    """A fault of the request itself goes back to the application with the state; PKCE by plain is one."""
    answer = answer_of(entra.authorize(**changes))
    assert answer["error"] == error
    assert answer["error_description"].startswith("AADSTS")
    assert answer["state"] == "a state"


def test_repeated_parameter_is_refused(entra):
    """A parameter given twice is refused with a page, whichever of the two would be good."""
    url = f"{entra.base}/oauth2/v2.0/authorize?client_id={entra.client_id}&client_id=x&redirect_uri={REDIRECT_URI}"
    answer = requests.get(url, timeout=10, allow_redirects=False)
    assert answer.status_code == 400
    assert "more than once" in answer.text


def test_choice_needs_this_browser_and_its_canary(entra, demo):
    """A choice posted with another canary, or from another browser, signs nobody in."""
    picker = entra.authorize()
    person = entra.person("ingrid.vogel@example.com")["id"]
    assert "AADSTS165000" in entra.choose(picker, person=person, canary="forged").text
    with EntraClient(demo) as stranger:
        assert "AADSTS165000" in stranger.choose(picker, person=person).text
    assert "code" in answer_of(entra.choose(picker, person=person))


def test_choice_counts_once(entra):
    """The same picker sent twice gives one code."""
    picker = entra.authorize()
    person = entra.person("mia.novak@example.com")["id"]
    assert entra.choose(picker, person=person).status_code == 302
    assert "AADSTS165000" in entra.choose(picker, person=person).text


def test_choice_cannot_change_the_request(entra):
    """Redirect URI and state sent with the choice are ignored: what was asked for is kept on the server."""
    chosen = entra.choose(
        entra.authorize(),
        person=entra.person("mia.novak@example.com")["id"],
        redirect_uri="https://evil.example/",
        state="another",
    )
    assert answer_of(chosen)["state"] == "a state"


def test_disabled_account_is_refused(entra, demo):
    """A person whose account is switched off is not offered, and refused with AADSTS50057 when sent anyway."""
    disabled = demo.instance.storage.find("entra_user", accountEnabled="false")[0]
    picker = entra.authorize()
    other = entra.browser.get(picker_link(entra, picker), params={"q": disabled["displayName"]}, timeout=10)
    assert disabled["id"] not in other.text
    refused = entra.choose(picker, person=disabled["id"])
    assert refused.status_code == 400
    assert "AADSTS50057" in refused.text


def test_another_account_is_found_by_part_of_its_name(entra, demo):
    """The list of other accounts finds an enabled person by part of the name, accents and apostrophes included."""
    person = next(
        row
        for row in demo.instance.storage.find("entra_user", accountEnabled="true", persona="")
        if "'" in row["displayName"] and row["mail"]
    )
    picker = entra.authorize()
    found = entra.browser.get(picker_link(entra, picker), params={"q": person["displayName"][1:]}, timeout=10)
    assert f'value="{person["id"]}"' in found.text
    assert "code" in answer_of(entra.choose(found, person=person["id"]))


def test_search_for_other_accounts_needs_the_browser(entra, demo):
    """The list of other accounts opens only in the browser that the picker was shown to."""
    link = picker_link(entra, entra.authorize())
    assert "AADSTS165000" in requests.get(link, timeout=10).text


def test_guest_may_sign_in(entra, demo):
    """A guest of the directory gets a code, and a token that says acct 1."""
    guest = demo.instance.storage.find("entra_user", userType="Guest", accountEnabled="true")[0]
    code = answer_of(entra.choose(entra.authorize(), person=guest["id"]))["code"]
    assert keys.read(entra.redeem(code).json()["id_token"])["acct"] == 1


def test_logout_ends_the_session_and_returns_to_a_registered_address(entra):
    """Logout ends the Entra session and goes to the registered address with the state; then the picker asks again."""
    entra.code()
    session = entra.browser.cookies["ESTSAUTH"]
    answer = sign_out(entra, post_logout_redirect_uri=SIGNED_OUT_URI, client_id=entra.client_id, state="s")
    assert answer.headers["Location"] == f"{SIGNED_OUT_URI}?state=s"
    assert session not in entra.demo.instance.entra_sessions
    assert "ESTSAUTH" not in entra.browser.cookies
    assert entra.authorize().status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": SIGNED_OUT_URI + "x"},
        {"post_logout_redirect_uri": SIGNED_OUT_URI, "client_id": "unknown"},
        {"post_logout_redirect_uri": SIGNED_OUT_URI, "id_token_hint": "no.token.at-all"},
        {},
    ],
)
def test_logout_never_leads_to_a_stranger(entra, parameters):
    """Without a registered address of a known application, logout ends the session and stays on its own page."""
    entra.code()
    session = entra.browser.cookies["ESTSAUTH"]
    answer = sign_out(entra, **parameters)
    assert answer.status_code == 200
    assert "You signed out of your account" in answer.text
    assert session not in entra.demo.instance.entra_sessions


def test_default_application_is_known_until_another_is_registered(fresh_demo):
    """A demo instance started without an application knows the documented one, and forgets it for the first other."""
    instance = fresh_demo.instance
    url = f"{fresh_demo.origin}/{instance.tenant_id}/oauth2/v2.0/authorize"
    asked = {
        "client_id": DEFAULT_APP.client_id,
        "redirect_uri": DEFAULT_APP.redirect_uri,
        "response_type": "code",
        "scope": "openid",
    }
    assert requests.get(url, params=asked, timeout=10).status_code == 200
    with EntraClient(fresh_demo) as other:
        assert other.authorize().status_code == 200
    assert "AADSTS700016" in requests.get(url, params=asked, timeout=10).text


def picker_link(entra: EntraClient, picker: requests.Response) -> str:
    """Return the address of "Use another account"."""
    return entra.demo.origin + picker.text.split('class="account" href="')[1].split('"')[0]


def sign_out(entra: EntraClient, **parameters: str) -> requests.Response:
    """Sign out in the browser."""
    url = f"{entra.base}/oauth2/v2.0/logout"
    return entra.browser.get(url, params=parameters, allow_redirects=False, timeout=10)
