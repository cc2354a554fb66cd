"""The demo Entra's tokens: redeeming codes, claims, refusals, and a full sign-in by Authlib."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import authlib.deprecate
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey

from snlib.demo.entra.tokens import keys
from snlib.demo.seed.cast import MEMBER_WID
from tests.demo.entra_client import REDIRECT_URI, SECRET, EntraClient, answer_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)  # of httpx, in favour of its successor
    from authlib.integrations.starlette_client import OAuth

INTUNE_ADMINISTRATOR = "3a2c62db-5318-420d-8d74-23affee5d9d5"


def published_claims(entra: EntraClient, token: str) -> dict[str, Any]:
    """Return a token's claims, its signature checked with the published keys only."""
    document = requests.get(f"{entra.base}/discovery/v2.0/keys", timeout=10).json()
    return jwt.decode(token, KeySet.import_key_set(document), algorithms=["RS256"]).claims


def refused(answer: requests.Response, status_code: int, error: str, code: int) -> None:
    """Assert Entra's error body."""
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status_code, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= set(body)
    assert "no-store" in answer.headers["Cache-Control"]


def test_code_and_pkce_sign_in(entra):
    """A code with its verifier gives an ID token with Entra's claims for the person who was chosen."""
    answer = entra.redeem(entra.code("ingrid.vogel@example.com"))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3599
    assert "refresh_token" not in body
    claims = published_claims(entra, body["id_token"])
    person = entra.person("ingrid.vogel@example.com")
    assert claims["iss"] == f"{entra.base}/v2.0"
    assert claims["aud"] == entra.client_id
    assert claims["ver"] == "2.0"
    assert claims["tid"] == entra.demo.instance.tenant_id
    assert claims["oid"] == person["id"]
    assert claims["nonce"] == "a nonce"
    assert claims["name"] == "Ingrid Vogel"
    assert claims["preferred_username"] == person["userPrincipalName"]
    assert claims["email"] == "ingrid.vogel@example.com"
    assert claims["wids"] == [INTUNE_ADMINISTRATOR, MEMBER_WID]
    assert "roles" not in claims
    assert claims["acct"] == 0
    assert claims["nbf"] <= time.time() < claims["exp"]


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("hugo.lambert", ["Helpdesk.Agent"]),
        ("lena.okafor", ["Helpdesk.Lead"]),
        ("arthur.blom", ["Auditor"]),
        ("mia.novak", None),
    ],
)
def test_roles_are_there_only_when_assigned(entra, who, roles):
    """App roles come as ``roles``; without any the claim is absent, and wids holds the default user role alone."""
    claims = keys.read(entra.redeem(entra.code(f"{who}@example.com")).json()["id_token"])
    assert claims.get("roles") == roles
    assert claims["wids"] == [MEMBER_WID]


def test_subject_is_pairwise_and_stable(entra, demo):
    """A person has the same subject at every sign-in to an application, and another one at another application."""
    first, second = (keys.read(entra.redeem(entra.code()).json()["id_token"])["sub"] for _ in range(2))
    with EntraClient(demo) as other:
        elsewhere = keys.read(other.redeem(other.code()).json()["id_token"])["sub"]
    assert first == second != elsewhere


def test_claims_follow_the_scopes(entra):
    """Without profile there is neither oid nor name, without email no e-mail, without openid no ID token."""
    claims = keys.read(entra.redeem(entra.code(scope="openid")).json()["id_token"])
    assert not {"oid", "name", "preferred_username", "email"} & set(claims)
    assert "id_token" not in entra.redeem(entra.code(scope="User.Read")).json()


def test_code_works_once_and_takes_its_refresh_token_along(entra):
    """A second use of a code is refused and revokes the refresh token that its first use gave."""
    code = entra.code(scope="openid offline_access")
    refresh_token = entra.redeem(code).json()["refresh_token"]
    refused(entra.redeem(code), 400, "invalid_grant", 54005)
    again = entra.token(grant_type="refresh_token", refresh_token=refresh_token)
    refused(again, 400, "invalid_grant", 9002313)


def test_code_expires(start_demo):
    """A code is refused more than ten minutes later by the instance's clock."""
    with EntraClient(start_demo()) as entra:
        code = entra.code()
        entra.demo.instance.clock.advance(601)
        refused(entra.redeem(code), 400, "invalid_grant", 70008)


def test_wrong_verifier_burns_the_code(entra):
    """A wrong verifier is refused, and the right one afterwards, too."""
    code = entra.code()
    refused(entra.token(code=code, code_verifier="w" * 43), 400, "invalid_grant", 501481)
    refused(entra.redeem(code), 400, "invalid_grant", 54005)


def test_verifier_and_challenge_go_together(entra):
    """A challenge without a verifier is refused, so is a verifier without a challenge; neither at all is allowed."""
    refused(entra.token(code=entra.code()), 400, "invalid_grant", 50148)
    without = {"code_challenge": None, "code_challenge_method": None}
    refused(entra.redeem(entra.code(**without)), 400, "invalid_grant", 50148)
    assert entra.token(code=entra.code(**without)).status_code == 200


def test_code_of_another_application_is_refused_and_stays_good(entra, demo):
    """An application cannot redeem another one's code, nor use it up."""
    code = entra.code()
    with EntraClient(demo) as thief:
        refused(thief.token(code=code, code_verifier=entra.verifier), 400, "invalid_grant", 700005)
    assert entra.redeem(code).status_code == 200


def test_redirect_uri_must_be_repeated(entra):
    """The token request has to name the redirect URI of the authorization request."""
    refused(entra.redeem(entra.code(), redirect_uri="http://localhost:1/"), 400, "invalid_grant", 500112)


@pytest.mark.parametrize(
    ("changes", "status_code", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "unknown"}, 400, "unauthorized_client", 700016),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"code": "unknown"}, 400, "invalid_grant", 70000),
        ({"code": None}, 400, "invalid_request", 900144),
        ({"redirect_uri": None}, 400, "invalid_request", 900144),
    ],
)
def test_token_refusals(entra, changes, status_code, error, code):
    """Each fault of a token request has Entra's status, error and number."""
    refused(entra.token(**{"code": "unknown", **changes}), status_code, error, code)


def test_secret_in_the_basic_header(entra):
    """``client_secret_basic`` works; both ways at once are refused."""
    url = f"{entra.base}/oauth2/v2.0/token"
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code_verifier": entra.verifier}
    login = (entra.client_id, SECRET)
    answer = requests.post(url, data=form | {"code": entra.code()}, auth=login, timeout=10)
    assert answer.status_code == 200
    both = requests.post(url, data=form | {"code": "x", "client_secret": SECRET}, auth=login, timeout=10)
    refused(both, 400, "invalid_request", 9002313)


def test_body_of_another_type_has_no_parameters(entra):
    """JSON, a repeated parameter, broken encoding and a huge body are refused as what they are."""
    url = f"{entra.base}/oauth2/v2.0/token"
    refused(requests.post(url, json={"grant_type": "client_credentials"}, timeout=10), 400, "invalid_request", 900144)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"grant_type=a&grant_type=b", b"grant_type=%ff", b"\xff\xfe"):
        refused(requests.post(url, data=body, headers=form, timeout=10), 400, "invalid_request", 9002313)
    assert requests.post(url, data=b"a" * 70_000, headers=form, timeout=10).status_code == 413


def test_refresh_gives_new_tokens(entra):
    """A refresh token gives new tokens within its scopes; more scopes are refused with AADSTS65001."""
    first = entra.redeem(entra.code(scope="openid profile offline_access User.Read")).json()
    assert first["scope"] == "openid profile User.Read"
    again = entra.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.status_code == 200
    assert keys.read(again.json()["id_token"])["oid"] == entra.person("hugo.lambert@example.com")["id"]
    more = entra.token(grant_type="refresh_token", refresh_token=first["refresh_token"], scope="openid User.Read.All")
    refused(more, 400, "invalid_grant", 65001)


def test_disabled_meanwhile(start_demo):
    """Whoever is disabled between choice and redemption, or before a refresh, gets no tokens."""
    with EntraClient(start_demo()) as entra:
        person = entra.person("hugo.lambert@example.com")
        refresh_token = entra.redeem(entra.code(scope="openid offline_access")).json()["refresh_token"]
        code = entra.code()
        entra.demo.instance.storage.update("entra_user", person["sys_id"], {"accountEnabled": "false"})
        refused(entra.redeem(code), 400, "invalid_grant", 50057)
        again = entra.token(grant_type="refresh_token", refresh_token=refresh_token)
        refused(again, 400, "invalid_grant", 50057)


def test_client_credentials(entra):
    """An application gets a token of its own for Graph, with its permissions as roles and without a person."""
    claims = published_claims(entra, entra.app_token())
    assert claims["aud"] == "https://graph.microsoft.com"
    assert set(claims["roles"]) == {
        "User.Read.All",
        "DeviceManagementManagedDevices.Read.All",
        "GroupMember.Read.All",
        "Organization.Read.All",
        "DeviceManagementConfiguration.Read.All",
    }
    assert claims["idtyp"] == "app"
    assert "scp" not in claims
    assert keys.read(entra.app_token(f"{entra.demo.origin}/.default"))["aud"] == entra.demo.origin


@pytest.mark.parametrize(
    ("scope", "error", "code"),
    [
        (None, "invalid_request", 900144),
        ("User.Read.All", "invalid_scope", 1002012),
        ("https://graph.microsoft.com/User.Read.All", "invalid_scope", 1002012),
        ("https://other.example/.default", "invalid_resource", 500011),
    ],
)
def test_client_credentials_scope(entra, scope, error, code):
    """Only ``{resource}/.default`` of a known resource is granted to an application."""
    refused(entra.token(grant_type="client_credentials", scope=scope), 400, error, code)


def test_one_resource_per_request(entra):
    """Scopes of two resources in one request are refused."""
    scope = f"openid https://graph.microsoft.com/User.Read {entra.demo.origin}/User.Read"
    assert "AADSTS28000" in answer_of(entra.authorize(scope=scope))["error_description"]


def test_user_info(entra):
    """Userinfo answers with the ID token's subject; without a delegated openid token it answers 401."""
    body = entra.redeem(entra.code()).json()
    url = f"{entra.demo.origin}/oidc/userinfo"
    found = requests.get(url, headers={"Authorization": f"Bearer {body['access_token']}"}, timeout=10).json()
    assert found["sub"] == keys.read(body["id_token"])["sub"]
    assert found["email"] == "hugo.lambert@example.com"
    for token in (entra.app_token(), body["id_token"], "nothing"):
        assert requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code == 401


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_authlib_requests_client(entra, method):
    """Authlib's requests client signs in with S256 and either way of client authentication."""
    with OAuth2Session(
        entra.client_id,
        SECRET,
        scope="openid profile",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    ) as client:
        url, state = client.create_authorization_url(
            f"{entra.base}/oauth2/v2.0/authorize", code_verifier=entra.verifier, prompt="login"
        )
        picker = entra.browser.get(url, timeout=10)
        back = entra.choose(picker, person=entra.person("lena.okafor@example.com")["id"]).headers["Location"]
        token = client.fetch_token(
            f"{entra.base}/oauth2/v2.0/token", authorization_response=back, state=state, code_verifier=entra.verifier
        )
    assert keys.read(token["id_token"])["roles"] == ["Helpdesk.Lead"]


def authlib_reads(entra: EntraClient, id_token: str) -> dict[str, Any]:
    """Let Authlib's OIDC client, as the dashboard uses it, find the keys by discovery and validate an ID token."""
    client = OAuth().register(
        "demo",
        client_id=entra.client_id,
        client_secret=SECRET,
        server_metadata_url=f"{entra.base}/v2.0/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "trust_env": False},
    )
    return dict(asyncio.run(client.parse_id_token({"id_token": id_token}, nonce="a nonce")))


def test_authlib_validates_the_id_token(entra):
    """Authlib accepts the ID token by discovery and JWKS and reads the same person from it."""
    claims = authlib_reads(entra, entra.redeem(entra.code()).json()["id_token"])
    assert claims["oid"] == entra.person("hugo.lambert@example.com")["id"]


STRANGER = RSAKey.generate_key(2048, auto_kid=True)


def signed(claims: dict[str, Any], key: Any = None, **header: Any) -> str:
    """Return claims as a JWT under the published key's name, by whatever key and algorithm."""
    key = key or keys.signing_key()
    algorithm = header.pop("alg", "RS256")
    return jwt.encode({"alg": algorithm, "kid": keys.signing_key().kid, **header}, claims, key, algorithms=[algorithm])


def unsigned(claims: dict[str, Any]) -> str:
    """Return claims as a JWT of the algorithm none."""
    header = {"alg": "none", "kid": keys.signing_key().kid}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join(parts) + "."


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "none": lambda claims: unsigned(claims),
    "hmac with the public key": lambda claims: signed(
        claims, OctKey.import_key(keys.signing_key().as_der(private=False).hex()), alg="HS256"
    ),
    "stranger's key": lambda claims: signed(claims, STRANGER),
    "stranger's key, own kid": lambda claims: signed(claims, STRANGER, kid=STRANGER.kid),
    "stranger's key in the header": lambda claims: signed(claims, STRANGER, jwk=STRANGER.as_dict(private=False)),
    "issuer": lambda claims: signed(claims | {"iss": "https://evil.example/v2.0"}),
    "audience": lambda claims: signed(claims | {"aud": "another application"}),
    "nonce": lambda claims: signed(claims | {"nonce": "another"}),
    "no nonce": lambda claims: signed({name: value for name, value in claims.items() if name != "nonce"}),
    "expired": lambda claims: signed(claims | {"exp": int(time.time()) - 3600}),
    "not yet": lambda claims: signed(claims | {"nbf": int(time.time()) + 3600}),
    "tampered": lambda claims: signed(claims)[:-8] + "AAAAAAAA",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_authlib_refuses_forged_id_tokens(entra, forgery):
    """Authlib refuses every forgery of an ID token that it would accept unforged."""
    claims = keys.read(entra.redeem(entra.code()).json()["id_token"])
    assert authlib_reads(entra, signed(claims))["oid"] == claims["oid"]
    forged = FORGERIES[forgery](claims)
    with pytest.raises(JoseError):
        authlib_reads(entra, forged)
