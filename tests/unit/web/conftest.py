"""A site over a real database in a temporary folder, without a server."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from snlib.audit import AuditLog
from snlib.clock import Clock, utc_now
from snlib.database.engine import create_engine
from snlib.database.migrate import upgrade
from snlib.sessions import Sessions
from snlib.settings import OidcSettings, Settings, for_demo
from snlib.web.site import Site
from snlib.web.startup import Plan

with warnings.catch_warnings():
    # Starlette's test client announces httpx's successor when it is first imported, here.
    warnings.simplefilter("ignore")
    import starlette.testclient  # noqa: F401

POLICY = "default-src 'self'"


@dataclass(frozen=True)
class FewServices:
    """As much of the process's services as sign-in, identity and health use; every part is the real one."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    audit: AuditLog
    clock: Clock


def demo_settings(folder: Path, public_url: str = "http://localhost:8501") -> Settings:
    """Return settings of demo mode, on a demo instance that is not there."""
    return for_demo(
        public_url=public_url,
        demo_origin="http://127.0.0.1:8600",
        tenant_id="5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001",
        oidc_client_id="client-of-the-test",
        oidc_client_secret="secret-of-the-test",
        connector_client_id="0" * 32,
        connector_client_secret="x" * 20,
        database_path=folder / "site.sqlite3",
    )


def production_settings(folder: Path) -> Settings:
    """Return settings of production behind https."""
    return demo_settings(folder).model_copy(
        update={
            "mode": "production",
            "public_url": "https://desk.example.com",
            "demo_origin": "",
            "demo_connector": None,
            "oidc": OidcSettings(
                metadata_url="https://login.microsoftonline.com/5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001/v2.0/"
                ".well-known/openid-configuration",
                client_id="client-of-the-test",
                client_secret="secret-of-the-test",
            ),
        }
    )


def site_for(settings: Settings) -> tuple[Site, FewServices]:
    """Return a ready site with a database of its own."""
    engine = create_engine(settings.database_url.get_secret_value())
    upgrade(engine)
    few = FewServices(settings, engine, Sessions(engine, utc_now), AuditLog(engine, settings.vault_keys()), utc_now)
    plan = Plan(None if settings.mode == "demo" else settings, settings.public_url)
    site = Site(plan, lambda: few, content_security_policy=POLICY)
    site.ready.set()
    return site, few


@pytest.fixture
def demo_site(tmp_path):
    """Give the site of a dashboard in demo mode."""
    site, few = site_for(demo_settings(tmp_path))
    yield site
    few.engine.dispose()


@pytest.fixture
def production_site(tmp_path):
    """Give the site of a dashboard in production."""
    site, few = site_for(production_settings(tmp_path))
    yield site
    few.engine.dispose()


@pytest.fixture
def hugo():
    """Claims of a signed-in person, as `Sessions.start` takes them."""
    return {
        "issuer": "http://127.0.0.1:8600/t/v2.0",
        "tenant_id": "t",
        "object_id": "o-1",
        "name": "Hugo Lambert",
        "email": "hugo.lambert@example.com",
        "username": "hugo.lambert@example.com",
        "roles": ["Helpdesk.Agent"],
    }
