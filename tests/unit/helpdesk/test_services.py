"""What one process needs, built once; and where the pages find it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from snlib.connector.model import ConnectionStatus
from snlib.demo.server import Running
from snlib.errors import ConfigurationError
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services, build
from tests.support import CLIENT_ID, CLIENT_SECRET, PUBLIC_URL, desk_of, verify


def test_the_redirect_url(services: Services):
    """There is one redirect URL, made of the public address."""
    assert services.redirect_uri == f"{PUBLIC_URL}/servicenow/callback"


def test_demo_mode_fills_the_connector_in(demo: Running, serve: Callable[..., Services]):
    """In demo mode the connector holds the demo's application, switched on and not verified."""
    services = serve(demo, verified=False)
    saved = services.connector.load()
    assert (saved.instance_url, saved.client_id, saved.enabled) == (demo.origin, CLIENT_ID, True)
    assert saved.status is ConnectionStatus.NOT_VERIFIED
    assert services.connector.secret().get_secret_value() == CLIENT_SECRET


def test_a_restart_changes_nothing(services: Services):
    """Building again over the same database keeps what was saved and verified."""
    verify(desk_of(services, "intune-administrator"))
    again = build(services.settings, services.clock)
    assert again.connector.load() == services.connector.load()
    again.engine.dispose()


def test_production_starts_unconfigured(services: Services, tmp_path: Path):
    """Without a demo application nothing is filled in."""
    database = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    settings = services.settings.model_copy(
        update={"demo_connector": None, "database_url": type(services.settings.database_url)(database)}
    )
    other = build(settings)
    assert other.connector.load().status is ConnectionStatus.NOT_CONFIGURED
    other.engine.dispose()


def test_without_a_directory(services: Services):
    """Without a directory the process does not start, and says which variables are missing."""
    with pytest.raises(ConfigurationError) as caught:
        build(services.settings.model_copy(update={"graph": None}))
    assert "SNLIB_GRAPH_" in caught.value.problems[0]


def test_nothing_secret_in_the_text(services: Services):
    """Neither services nor settings print a secret."""
    for text in (repr(services), str(services.settings)):
        assert CLIENT_SECRET not in text
        assert all(key not in text for key in _secrets(services))


def _secrets(services: Services) -> list[str]:
    return [secret.decode("ascii") for _, secret in services.settings.vault_keys()]


def test_the_last_installed_counts(services: Services, monkeypatch: pytest.MonkeyPatch):
    """The process's services are those installed last; before that there are none, with a sentence on how to start."""
    monkeypatch.setattr(runtime, "_installed", [])
    with pytest.raises(ConfigurationError, match=r"streamlit run app\.py"):
        runtime.services()
    runtime.install(services)
    assert runtime.services() is services
