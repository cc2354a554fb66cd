"""The settings of demo mode, made up at each start."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, ValidationError

from snlib.errors import ConfigurationError
from snlib.settings.access import DEFAULT_POLICY, AccessPolicy
from snlib.settings.model import GraphSettings, OidcSettings, Settings
from snlib.settings.rules import origin
from snlib.settings.sources import sentences


def for_demo(
    *,
    public_url: str,
    demo_origin: str,
    tenant_id: str,
    oidc_client_id: str,
    oidc_client_secret: str,
    connector_client_id: str,
    connector_client_secret: str,
    database_path: Path,
    graph_access: Literal["delegated", "application"] = "application",
    directory: Literal["graph", "servicenow"] = "graph",
    access: AccessPolicy = DEFAULT_POLICY,
) -> Settings:
    """Return settings for demo mode: keys of this start only, and no address but the demo instance's.

    ``tenant_id`` and both clients are those that the demo instance was started with; at the demo Entra, sign-in and
    Graph are one application. ``database_path`` is a SQLite file of this start's own.

    Raises:
        ConfigurationError: An address is not on loopback.
    """
    try:
        demo_origin = origin(demo_origin)
        oidc = OidcSettings(
            metadata_url=f"{demo_origin}/{tenant_id}/v2.0/.well-known/openid-configuration",
            client_id=oidc_client_id,
            client_secret=SecretStr(oidc_client_secret),
            provider_name="Demo Entra ID",
        )
        graph = GraphSettings(
            access=graph_access,
            base_url=f"{demo_origin}/v1.0",
            token_url=f"{demo_origin}/{tenant_id}/oauth2/v2.0/token",
            client_id=oidc_client_id,
            client_secret=SecretStr(oidc_client_secret),
        )
        settings = Settings(
            mode="demo",
            public_url=public_url,
            demo_origin=demo_origin,
            demo_connector=(connector_client_id, SecretStr(connector_client_secret)),
            database_url=SecretStr(f"sqlite:///{database_path}"),
            token_keys=(("demo", SecretStr(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))),),
            cookie_secret=SecretStr(secrets.token_urlsafe(48)),
            allowed_instance_hosts=(),
            directory=directory,
            access=access,
            oidc=oidc,
            graph=graph,
        )
    except ValidationError as error:
        raise ConfigurationError(tuple(sentences(error))) from None
    except ValueError as error:
        raise ConfigurationError((f"The demo instance's origin {error}.",)) from None
    remote = [name for name in ("public_url", "demo_origin") if not getattr(settings, name).startswith("http://")]
    if remote:
        raise ConfigurationError(tuple(f"In demo mode {name} must be on this machine." for name in remote))
    return settings
