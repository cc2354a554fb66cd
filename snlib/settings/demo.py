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

GraphAccess = Literal["delegated", "application"]


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
    graph_access: GraphAccess = "application",
    directory: Literal["graph", "servicenow"] = "graph",
    access: AccessPolicy = DEFAULT_POLICY,
) -> Settings:
    """Return settings for demo mode: keys of this start only, and no address but the demo instance's.

    Args:
        public_url: The dashboard's own address, on loopback.
        demo_origin: The demo instance's origin, such as ``http://127.0.0.1:8600``.
        tenant_id: The demo Entra tenant's GUID.
        oidc_client_id: Client that the demo Entra was started with; also reads users from the demo Graph.
        oidc_client_secret: Its secret.
        connector_client_id: OAuth application that the demo ServiceNow was started with.
        connector_client_secret: Its secret.
        database_path: A SQLite file of this start's own.
        graph_access: With whose rights the demo Graph is read.
        directory: Where people are looked up.
        access: Who may do what.

    Raises:
        ConfigurationError: An address is not on loopback.
    """
    try:
        demo_origin = origin(demo_origin)
        oidc, graph = _entra(demo_origin, tenant_id, oidc_client_id, SecretStr(oidc_client_secret), graph_access)
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


def _entra(
    demo_origin: str, tenant_id: str, client_id: str, client_secret: SecretStr, graph_access: GraphAccess
) -> tuple[OidcSettings, GraphSettings]:
    """Return the settings of sign-in and of Graph: at the demo Entra both are one application."""
    oidc = OidcSettings(
        metadata_url=f"{demo_origin}/{tenant_id}/v2.0/.well-known/openid-configuration",
        client_id=client_id,
        client_secret=client_secret,
        provider_name="Demo Entra ID",
    )
    graph = GraphSettings(
        access=graph_access,
        base_url=f"{demo_origin}/v1.0",
        token_url=f"{demo_origin}/{tenant_id}/oauth2/v2.0/token",
        client_id=client_id,
        client_secret=client_secret,
    )
    return oidc, graph
