"""The dashboard as an OAuth client."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from snlib.oauth.client import Client

CLIENT = Client(
    "https://acme.service-now.com",
    "0123456789abcdef",
    SecretStr("hunter2"),
    "https://x.example.com/servicenow/callback",
)


def test_the_endpoints_are_the_instances():
    """All three addresses are put together from the validated origin."""
    assert CLIENT.authorization_endpoint == "https://acme.service-now.com/oauth_auth.do"
    assert CLIENT.token_endpoint == "https://acme.service-now.com/oauth_token.do"
    assert CLIENT.revocation_endpoint == "https://acme.service-now.com/oauth_revoke_token.do"


def test_the_secret_is_not_in_the_repr():
    """A client can be shown."""
    assert "hunter2" not in repr(CLIENT)


@pytest.mark.parametrize("changes", [{"instance_url": "https://other.service-now.com"}, {"client_id": "fedcba98"}])
def test_another_instance_or_client_is_another_connection(changes: dict[str, str]):
    """A token is kept for the instance and client it was issued for; a new secret keeps it."""
    assert replace(CLIENT, **changes).connection_key != CLIENT.connection_key
    assert replace(CLIENT, client_secret=None).connection_key == CLIENT.connection_key
