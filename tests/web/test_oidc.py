"""A provider that fails or lies: nobody is signed in, and the page says why in one sentence."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from snlib.errors import ServiceUnreachable, SignInRequired
from snlib.settings import OidcSettings
from snlib.transport import Network
from snlib.web.sign_in.oidc import Oidc

CLIENT_ID = "client-of-the-test"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1"})


class Provider:
    """An OIDC provider whose token endpoint answers what a test says."""

    def __init__(self) -> None:
        self.answer: tuple[int, str, bytes] = (500, "text/plain", b"")
        self.token_requests: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = urlsplit(self.path).path
                if path == "/.well-known/openid-configuration":
                    self._send(200, "application/json", json.dumps(outer.metadata()).encode())
                elif path == "/keys":
                    self._send(200, "application/json", json.dumps({"keys": [KEY.as_dict(private=False)]}).encode())
                else:
                    self._send(404, "text/plain", b"")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                outer.token_requests.append({name: values[0] for name, values in parse_qs(body).items()})
                self._send(*outer.answer)

            def _send(self, status, kind, body):
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args):
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def metadata(self):
        """Return the discovery document, as Entra's: no code_challenge_methods_supported."""
        return {
            "issuer": f"{self.origin}/tenant/v2.0",
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def says(self, id_token):
        """Have the token endpoint answer with this ID token."""
        token = {"access_token": "a" * 20, "token_type": "Bearer", "expires_in": 3600, "id_token": id_token}
        self.answer = (200, "application/json", json.dumps(token).encode())

    def claims(self, **changes):
        """Return good claims with changes; None takes a claim away."""
        now = int(time.time())
        good = {
            "iss": f"{self.origin}/tenant/v2.0",
            "aud": CLIENT_ID,
            "sub": "pairwise",
            "oid": "o-1",
            "tid": "tenant",
            "nonce": "n-1",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def close(self):
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def provider():
    """Give a provider of the test's own."""
    started = Provider()
    yield started
    started.close()


def client(provider):
    """Return our client of that provider."""
    settings = OidcSettings(
        metadata_url=f"{provider.origin}/.well-known/openid-configuration",
        client_id=CLIENT_ID,
        client_secret=SecretStr("secret-of-the-test"),
        provider_name="Test provider",
    )
    return Oidc(settings, redirect_uri="http://localhost:8501/login/callback", network=Network())


def redeem(provider):
    """Redeem a code and return the claims."""
    return asyncio.run(client(provider).redeem("code-1", nonce="n-1", code_verifier="v" * 43))


def signed(claims, key=KEY, **header):
    """Return an ID token."""
    return jwt.encode({"alg": "RS256", "kid": "k1", **header}, claims, key)


def handmade(header, claims, sign):
    """Return a token in compact form, signed by ``sign(bytes)``, as no honest library would make it."""

    def part(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    content = f"{part(json.dumps({'kid': 'k1', **header}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{content}.{part(sign(content.encode()))}"


def by_rsa(content):
    """Sign with the provider's own key."""
    return KEY.private_key.sign(content, PKCS1v15(), SHA256())


def by_public_key(content):
    """Sign by HMAC with the provider's public key as the secret, the classic confusion."""
    return hmac.new(KEY.as_pem(private=False), content, hashlib.sha256).digest()


def test_a_good_token_is_taken(provider):
    """The claims come back, and the code was redeemed with verifier, redirect address and secret in the body."""
    provider.says(signed(provider.claims()))
    assert redeem(provider)["oid"] == "o-1"
    sent = provider.token_requests[0]
    assert sent["grant_type"] == "authorization_code"
    assert sent["code_verifier"] == "v" * 43
    assert sent["redirect_uri"] == "http://localhost:8501/login/callback"
    assert sent["client_secret"] == "secret-of-the-test"


def test_the_handmade_way_of_signing_works(provider):
    """A handmade token with a good header is taken, so those below are refused for their headers."""
    provider.says(handmade({"alg": "RS256"}, provider.claims(), by_rsa))
    assert redeem(provider)["oid"] == "o-1"


FORGED = {
    "alg none": lambda p: handmade({"alg": "none"}, p.claims(), lambda content: b""),
    "HMAC with the public key": lambda p: handmade({"alg": "HS256"}, p.claims(), by_public_key),
    "another key": lambda p: signed(p.claims(), OTHER_KEY),
    "key in the token": lambda p: signed(p.claims(), OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False)),
    "unknown critical header": lambda p: handmade({"alg": "RS256", "crit": ["exp2"], "exp2": 1}, p.claims(), by_rsa),
    "another issuer": lambda p: signed(p.claims(iss="https://evil.example/v2.0")),
    "another audience": lambda p: signed(p.claims(aud="another-client")),
    "another party": lambda p: signed(p.claims(aud=[CLIENT_ID, "another-client"], azp="another-client")),
    "another nonce": lambda p: signed(p.claims(nonce="n-2")),
    "no nonce": lambda p: signed(p.claims(nonce=None)),
    "expired": lambda p: signed(p.claims(exp=int(time.time()) - 3600)),
    "no expiry": lambda p: signed(p.claims(exp=None)),
    "not yet valid": lambda p: signed(p.claims(nbf=int(time.time()) + 3600)),
    "issued in the future": lambda p: signed(p.claims(iat=int(time.time()) + 3600)),
    "no subject": lambda p: signed(p.claims(sub=None)),
    "not a token": lambda p: "not.a.token",
    "symmetric": lambda p: jwt.encode({"alg": "HS256", "kid": "k1"}, p.claims(), OctKey.import_key("s" * 32)),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_signs_nobody_in(provider, name):
    """Each kind of forgery is refused, and neither message nor log text repeats the token."""
    token = FORGED[name](provider)
    provider.says(token)
    with pytest.raises(SignInRequired) as refusal:
        redeem(provider)
    assert token not in str(refusal.value) + refusal.value.user_message


ANSWERS = {
    "refused": ((400, "application/json", b'{"error":"invalid_grant","error_description":"x"}'), SignInRequired),
    "no ID token": ((200, "application/json", b'{"access_token":"a","token_type":"Bearer"}'), SignInRequired),
    "not JSON": ((200, "text/html", b"<html>maintenance</html>"), SignInRequired),
    "a list": ((200, "application/json", b"[]"), SignInRequired),
    "broken": ((502, "text/html", b"<html>bad gateway</html>"), ServiceUnreachable),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_failing_token_endpoint_is_one_sentence(provider, name):
    """Whatever comes instead of a token becomes an error of ours with the provider's name in its sentence."""
    provider.answer, expected = ANSWERS[name]
    with pytest.raises(expected) as refusal:
        redeem(provider)
    assert "Test provider" in refusal.value.user_message


def test_a_provider_that_is_down_is_named(provider):
    """Nobody listens: the sentence names the provider, and a later try finds it again."""
    ours = client(provider)
    provider.close()
    with pytest.raises(ServiceUnreachable) as refusal:
        asyncio.run(ours.authorize())
    assert refusal.value.user_message.startswith("Test provider does not answer")
