"""The authorization request's address, and what the service sends the browser back with."""

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth2 import WebApplicationClient
from pydantic import SecretStr

from snlib.errors import AuthorizationExpired
from snlib.oauth.client import AppClient, Client
from snlib.oauth.request import (
    application_form,
    authorization_url,
    code_form,
    new_code_verifier,
    read_callback,
    refresh_form,
)

# Of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("instance_url", ["https://acme.service-now.com", "http://127.0.0.1:8600"])
def test_the_address_has_exactly_the_documented_parameters(instance_url: str):
    """Response type, client, redirect URI, state and S256 challenge, each once; no secret, no scope."""
    client = Client(instance_url, "0123456789abcdef", None, "http://localhost:8501/servicenow/callback")
    url = authorization_url(client, state="a-state_", code_verifier=VERIFIER)
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{instance_url}/oauth_auth.do"
    assert sorted(parse_qsl(parts.query)) == [
        ("client_id", "0123456789abcdef"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http://localhost:8501/servicenow/callback"),
        ("response_type", "code"),
        ("state", "a-state_"),
    ]


def test_verifiers_are_long_unreserved_and_never_the_same():
    """Each verifier has 64 characters of RFC 7636's alphabet, and a thousand are a thousand different ones."""
    verifiers = {new_code_verifier() for _ in range(1000)}
    assert len(verifiers) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{64}", verifier) for verifier in verifiers)


def test_the_challenge_is_s256_of_the_verifier():
    """The challenge is what a server computes from the verifier, and the verifier is not in the address."""
    verifier = new_code_verifier()
    url = authorization_url(CLIENT, state="s", code_verifier=verifier)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert dict(parse_qsl(urlsplit(url).query))["code_challenge"] == challenge
    assert verifier not in url


def test_the_library_agrees_with_rfc_7636():
    """Appendix B's verifier gives appendix B's challenge."""
    assert WebApplicationClient("").create_code_challenge(VERIFIER, "S256") == CHALLENGE


ODD = "s&e=c r+e%t"
CLIENT = Client("https://acme.service-now.com", "an-id", SecretStr(ODD), "https://x.example.com/servicenow/callback")


def test_the_form_for_a_code():
    """Code, redirect URI and verifier with the client's id and secret, each as it is, and nothing else."""
    form = code_form(CLIENT, code="a+b/c=", code_verifier="v" * 64)
    assert form == {
        "grant_type": "authorization_code",
        "code": "a+b/c=",
        "redirect_uri": CLIENT.redirect_uri,
        "code_verifier": "v" * 64,
        "client_id": "an-id",
        "client_secret": ODD,
    }


def test_the_form_for_a_refresh():
    """The refresh token with the client's id and secret; no scope, so that the one granted is kept."""
    form = refresh_form(CLIENT, "r&1")
    expected = {"grant_type": "refresh_token", "refresh_token": "r&1", "client_id": "an-id", "client_secret": ODD}
    assert form == expected


def test_a_public_client_sends_its_id_only():
    """Without a secret the forms have no field for one."""
    public = Client("https://acme.service-now.com", "an-id", None, CLIENT.redirect_uri)
    for form in (code_form(public, code="c", code_verifier="v"), refresh_form(public, "r")):
        assert form["client_id"] == "an-id"
        assert "client_secret" not in form


def test_the_form_of_an_application():
    """Client credentials with id, secret and scope."""
    assert application_form(AppClient("https://login.example.com/token", "an-id", SecretStr(ODD))) == {
        "grant_type": "client_credentials",
        "client_id": "an-id",
        "client_secret": ODD,
        "scope": "https://graph.microsoft.com/.default",
    }


def test_allow_and_deny():
    """A code or the error of a refusal, with the state they belong to."""
    allowed = read_callback([("code", "c"), ("state", "s")])
    assert (allowed.code, allowed.state, allowed.denied, allowed.error) == ("c", "s", False, "")
    denied = read_callback([("error", "access_denied"), ("error_description", "<b>no</b>"), ("state", "s")])
    assert (denied.code, denied.denied) == ("", True)
    assert "<b>" not in repr(denied)


def test_secrets_are_not_in_the_repr():
    """Neither code nor state is printed."""
    assert "sentinel" not in repr(read_callback([("code", "sentinel-c"), ("state", "sentinel-s")]))


@pytest.mark.parametrize("error", ["<script>", "a" * 41, "ACCESS", "a b"])
def test_an_odd_error_is_not_passed_on(error: str):
    """Only what looks like an error code of RFC 6749 is kept."""
    callback = read_callback([("error", error), ("code", "c"), ("state", "s")])
    assert (callback.error, callback.code, callback.denied) == ("unknown", "", False)


@pytest.mark.parametrize(
    "params",
    [
        [],
        [("code", "c")],
        [("state", "s")],
        [("state", ""), ("code", "c")],
        [("state", "s"), ("code", "")],
        [("state", "s"), ("state", "s"), ("code", "c")],
        [("state", "s"), ("code", "a"), ("code", "b")],
        [("state", "s"), ("error", "a"), ("error", "b")],
        [("state", "s"), ("code", "a"), ("iss", "a"), ("iss", "b")],
    ],
)
def test_an_incomplete_answer_is_refused(params: list[tuple[str, str]]):
    """A missing state, neither code nor error, or a parameter given twice."""
    with pytest.raises(AuthorizationExpired, match=r"^authorization response") as caught:
        read_callback(params, service="Microsoft Graph")
    assert caught.value.user_message == "Microsoft Graph returned an incomplete answer. Please connect again."


@given(params=st.lists(st.tuples(st.sampled_from(["state", "code", "error", "iss", "x"]), st.text(max_size=3))))
def test_a_repeated_parameter_never_counts(params: list[tuple[str, str]]):
    """Whatever is accepted held each parameter at most once."""
    try:
        callback = read_callback(params)
    except AuthorizationExpired:
        return
    names = [name for name, _ in params if name != "x"]
    assert len(names) == len(set(names))
    assert callback.state == dict(params)["state"] != ""
