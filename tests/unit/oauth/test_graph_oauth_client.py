"""The dashboard as a client of Microsoft Entra, for Microsoft Graph: addresses, scopes, and Entra's refusals."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from snlib import errors
from snlib.oauth.answers import read_token
from snlib.oauth.client import GraphOAuthClient
from snlib.oauth.request import authorization_url
from snlib.oauth.words import GRAPH
from tests.token_endpoint import json_reply

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TENANT = "https://login.microsoftonline.com/5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001/oauth2/v2.0"
CLIENT = GraphOAuthClient(
    token_endpoint=f"{TENANT}/token",
    authorization_endpoint=f"{TENANT}/authorize",
    client_id="client",
    client_secret=SecretStr("hunter2"),
    redirect_uri="https://helpdesk.example.com/graph/callback",
)


def test_the_authorization_request():
    """The scope is read-only, with the resource in front, and the agent's account is proposed; no secret."""
    url = authorization_url(CLIENT, state="s", code_verifier="c" * 64, login_hint="anna@example.com")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{TENANT}/authorize?")
    assert query["scope"] == CLIENT.scope
    assert query["login_hint"] == "anna@example.com"
    assert all(
        scope == "offline_access" or scope.startswith("https://graph.microsoft.com/") for scope in CLIENT.scope.split()
    )
    assert "Write" not in CLIENT.scope
    assert "hunter2" not in url + repr(CLIENT)
    assert "login_hint" not in authorization_url(CLIENT, state="s", code_verifier="c" * 64)


def test_nothing_is_revoked():
    """Entra has no endpoint that revokes one token."""
    assert CLIENT.revocation_endpoint == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"token_endpoint": "https://login.microsoftonline.us/x/token"},
        {"client_id": "other"},
        {"resource": "https://graph.microsoft.us"},
    ],
)
def test_another_tenant_client_or_permission_is_another_connection(changes: dict[str, str]):
    """A token is kept for what it was issued for; a new secret keeps it."""
    assert replace(CLIENT, **changes).connection_key != CLIENT.connection_key
    assert replace(CLIENT, client_secret=SecretStr("new")).connection_key == CLIENT.connection_key


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_grant", errors.RefreshRejected),
        ("interaction_required", errors.SignInRequired),
        ("consent_required", errors.SignInRequired),
        ("invalid_client", errors.RequestRejected),
        ("unauthorized_client", errors.RequestRejected),
        ("invalid_scope", errors.RequestRejected),
        ("temporarily_unavailable", errors.ServiceFailure),
        ("server_error", errors.ServiceFailure),
    ],
)
def test_what_entra_refuses_while_refreshing(code: str, kind: type[errors.SnlibError]):
    """Only a refusal of the token ends the connection; a wrong client or a bad moment keeps it."""
    status, headers, body = json_reply(400, {"error": code, "error_description": "AADSTS70008: secret words"})
    with pytest.raises(kind) as caught:
        read_token(status, headers, body, grant="refresh", asked_at=NOW, words=GRAPH)
    assert type(caught.value) is kind
    assert "Microsoft Graph" in caught.value.user_message
    assert "ServiceNow" not in caught.value.user_message
    assert "secret words" not in str(caught.value) + caught.value.user_message
    assert caught.value.service == "Microsoft Graph"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, {"error": "invalid_grant"}), (400, {"error": "invalid_client"}), (500, {}), (429, {}), (200, {}), (302, {})],
)
def test_no_sentence_speaks_of_servicenow(status: int, body: dict[str, str]):
    """While connecting Microsoft Graph every refusal names Microsoft, never the other service."""
    with pytest.raises(errors.SnlibError) as caught:
        read_token(*json_reply(status, body), grant="redeem", asked_at=NOW, words=GRAPH)
    assert "Microsoft" in caught.value.user_message
    assert "ServiceNow" not in caught.value.user_message


@pytest.mark.parametrize("code", ["invalid_grant", "interaction_required", "access_denied"])
@pytest.mark.parametrize("number", ["AADSTS53003", "AADSTS53000", "AADSTS50076", "AADSTS50079", "AADSTS50158"])
def test_a_policy_is_told_and_ends_nothing(code: str, number: str):
    """Conditional Access that stops a refresh asks for the act that helps, and the token stays."""
    reply = json_reply(400, {"error": code, "error_description": f"{number}: secret words"})
    with pytest.raises(errors.SignInRequired) as caught:
        read_token(*reply, grant="refresh", asked_at=NOW, words=GRAPH)
    assert type(caught.value) is errors.SignInRequired
    assert "Conditional Access" in caught.value.user_message
    assert "Connect Microsoft Graph again" in caught.value.user_message
    assert number in str(caught.value)
    assert "secret words" not in str(caught.value)


PAGE = (403, {"Content-Type": "text/html"}, b"<html><title>Forbidden</title></html>")
APPLICATION = [
    (
        json_reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215: x"}),
        "client",
        "client ID, secret",
    ),
    (json_reply(400, {"error": "unauthorized_client", "error_description": "AADSTS700016: x"}), "client", "client ID"),
    (
        json_reply(400, {"error": "invalid_grant", "error_description": "AADSTS53003: x"}),
        "policy",
        "Conditional Access",
    ),
    (json_reply(400, {"error": "invalid_request", "error_description": "AADSTS90014: x"}), "unknown", "sign-in log"),
    (json_reply(403, {}), "unknown", "sign-in log"),
    (PAGE, "network", "firewall or a proxy"),
    ((401, {}, PAGE[2]), "network", "firewall or a proxy"),
    ((407, {}, b""), "network", "firewall or a proxy"),
]


@pytest.mark.parametrize(("reply", "kind", "words"), APPLICATION)
def test_why_the_application_got_no_token(reply: tuple[int, dict[str, str], bytes], kind: str, words: str):
    """A wrong secret, a policy, a proxy's page and no reason are four sentences."""
    with pytest.raises(errors.AccessRefused) as caught:
        read_token(*reply, grant="application", asked_at=NOW, words=GRAPH)
    assert caught.value.kind == kind
    assert words in caught.value.user_message
    assert ("secret" in caught.value.user_message) is (kind == "client")
