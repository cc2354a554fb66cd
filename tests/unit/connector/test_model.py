"""The connector's settings."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from snlib.connector.model import ConnectionStatus, ConnectorDraft, ConnectorSettings, validate
from snlib.errors import InvalidInput
from tests.stores import START

HOSTS = ("*.service-now.com",)
DRAFT = ConnectorDraft(
    enabled=True,
    host="acme.service-now.com",
    incident_api_url="api/now/v2/table/incident",
    client_id="0123456789abcdef",
    client_secret="hunter2",
)
SAVED = ConnectorSettings(
    enabled=True,
    instance_url="https://acme.service-now.com",
    incident_api_path="/api/now/table/incident",
    client_id="0123456789abcdef",
    version=1,
)


def test_a_good_draft():
    """The checked settings are clean, complete, and show no secret."""
    valid = validate(DRAFT, allowed_hosts=HOSTS)
    assert (valid.instance_url, valid.incident_api_path, valid.client_id, valid.table, valid.version_path) == (
        "https://acme.service-now.com",
        "/api/now/v2/table/incident",
        "0123456789abcdef",
        "incident",
        "v2",
    )
    assert valid.client_secret is not None
    assert valid.client_secret.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(valid) + repr(DRAFT)


@pytest.mark.parametrize("secret", [None, "", SecretStr("")])
def test_no_secret_typed(secret: SecretStr | str | None):
    """A blank secret, in whatever form the widget gives it, means: keep the saved one."""
    assert validate(replace(DRAFT, client_secret=secret), allowed_hosts=HOSTS).client_secret is None


def test_every_faulty_field_is_told_at_once():
    """One sentence a field, all in one go, and none of them shows the secret."""
    draft = ConnectorDraft(True, "http://x", "/api/now/table/..", "with space", "hunter2 hunter2")
    with pytest.raises(InvalidInput) as caught:
        validate(draft, allowed_hosts=HOSTS)
    assert list(caught.value.fields) == ["host", "incident_api_url", "client_id", "client_secret"]
    assert "hunter2" not in f"{caught.value!r} {caught.value.user_message}"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"instance_url": ""}, ConnectionStatus.NOT_CONFIGURED),
        ({"client_id": ""}, ConnectionStatus.NOT_CONFIGURED),
        ({}, ConnectionStatus.NOT_VERIFIED),
        ({"verified_at": START}, ConnectionStatus.VERIFIED),
        ({"verified_at": START, "failure": "why"}, ConnectionStatus.FAILED),
        ({"verified_at": START, "enabled": False}, ConnectionStatus.DISABLED),
    ],
)
def test_how_the_connector_stands(changes: dict[str, object], status: ConnectionStatus):
    """The status follows from what is saved."""
    assert replace(SAVED, **changes).status is status


def test_nothing_saved_is_not_configured():
    """Before the first save there is a status too."""
    assert ConnectorSettings().status is ConnectionStatus.NOT_CONFIGURED


@pytest.mark.parametrize("name", ["instance_url", "incident_api_path", "client_id"])
def test_what_a_test_proves_beside_the_secret(name: str):
    """Another host, path or client is another thing to verify; the toggle is not."""
    assert replace(SAVED, **{name: "other"}).asks != SAVED.asks
    assert replace(SAVED, enabled=False).asks == SAVED.asks
    same = validate(replace(DRAFT, incident_api_url="/api/now/table/incident"), allowed_hosts=HOSTS)
    assert same.asks == SAVED.asks
