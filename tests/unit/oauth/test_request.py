"""The authorization request's address."""

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from oauthlib.oauth2 import WebApplicationClient

from snlib.oauth.client import Client
from snlib.oauth.request import authorization_url, new_pkce


@pytest.mark.parametrize("instance_url", ["https://acme.service-now.com", "http://127.0.0.1:8600"])
def test_the_address_has_exactly_the_documented_parameters(instance_url: str):
    """Response type, client, redirect URI, state and S256 challenge, each once; no secret, no scope."""
    client = Client(instance_url, "0123456789abcdef", None, "http://localhost:8501/servicenow/callback")
    url = authorization_url(client, state="a-state_", challenge="a-challenge")
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{instance_url}/oauth_auth.do"
    assert sorted(parse_qsl(parts.query)) == [
        ("client_id", "0123456789abcdef"),
        ("code_challenge", "a-challenge"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http://localhost:8501/servicenow/callback"),
        ("response_type", "code"),
        ("state", "a-state_"),
    ]


def test_verifiers_are_long_unreserved_and_never_the_same():
    """Each verifier has 64 characters of RFC 7636's alphabet, and a thousand are a thousand different ones."""
    verifiers = {new_pkce().verifier for _ in range(1000)}
    assert len(verifiers) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{64}", verifier) for verifier in verifiers)


def test_the_challenge_is_s256_of_the_verifier():
    """The challenge is what a server computes from the verifier, and the verifier is not in the repr."""
    pkce = new_pkce()
    digest = hashlib.sha256(pkce.verifier.encode()).digest()
    assert pkce.challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert pkce.verifier not in repr(pkce)


def test_the_library_agrees_with_rfc_7636():
    """Appendix B's verifier gives appendix B's challenge."""
    challenge = WebApplicationClient("").create_code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "S256")
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
