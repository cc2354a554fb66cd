"""The settings of demo mode."""

from pathlib import Path

import pytest

from snlib.errors import ConfigurationError
from snlib.settings import Settings, for_demo
from snlib.vault import Vault

ORIGIN = "http://127.0.0.1:8600"
TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"


def demo(**changes: str) -> Settings:
    """Return demo settings with changes."""
    values = {
        "public_url": "http://localhost:8501",
        "demo_origin": ORIGIN,
        "tenant_id": TENANT,
        "oidc_client_id": "oidc",
        "oidc_client_secret": "oidc-secret",
        "connector_client_id": "0123456789abcdef",
        "connector_client_secret": "connector-secret",
    }
    return for_demo(**{**values, **changes}, database_path=Path("demo.sqlite3"))


def test_every_address_is_the_demo_instances():
    """In demo mode nothing leads anywhere but to the demo instance."""
    settings = demo()
    assert settings.mode == "demo"
    assert settings.allowed_instance_hosts == ()
    assert settings.oidc.metadata_url == f"{ORIGIN}/{TENANT}/v2.0/.well-known/openid-configuration"
    assert settings.graph is not None
    assert settings.graph.base_url == f"{ORIGIN}/v1.0"
    assert settings.graph.token_url.startswith(ORIGIN)


def test_keys_are_of_this_start_only():
    """Two starts share neither encryption key nor cookie secret, and the keys work."""
    first, second = demo(), demo()
    assert first.vault_keys() != second.vault_keys()
    assert first.cookie_secret != second.cookie_secret
    assert Vault(first.vault_keys()).seal("p", "o", "s")


@pytest.mark.parametrize(
    "changes",
    [
        {"public_url": "https://helpdesk.example.com"},
        {"public_url": "http://helpdesk.example.com"},
        {"demo_origin": "https://acme.service-now.com"},
        {"demo_origin": "http://acme.service-now.com"},
        {"demo_origin": "nonsense"},
    ],
)
def test_demo_mode_stays_on_this_machine(changes: dict[str, str]):
    """A dashboard or a demo instance elsewhere makes demo mode impossible."""
    with pytest.raises(ConfigurationError):
        demo(**changes)
