"""The settings as frozen models; each field's description is its line in ``docs/settings.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo

from snlib.settings.access import AccessPolicy
from snlib.settings.rules import (
    certificate_file,
    client_id,
    database_address,
    graph_address,
    host_patterns,
    key_ring,
    metadata_address,
    origin,
    own_column,
    plain_text,
    proxy_address,
    service_address,
)

PREFIX = "SNLIB_"
"""Every environment variable of ours begins so."""

_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

Text = Annotated[str, AfterValidator(plain_text)]
ClientId = Annotated[str, AfterValidator(client_id)]
ServiceUrl = Annotated[str, AfterValidator(service_address)]


class OidcSettings(BaseModel):
    """The OpenID Connect provider that agents sign in with."""

    model_config = _CONFIG

    metadata_url: Annotated[str, AfterValidator(metadata_address)] = Field(
        description="Address of the provider's OpenID Connect discovery document. For Microsoft Entra it names your "
        "own tenant by its GUID: https://login.microsoftonline.com/TENANT-GUID/v2.0/.well-known/openid-configuration."
    )
    client_id: ClientId = Field(description="Application (client) id of the dashboard's app registration.")
    client_secret: SecretStr = Field(description="Client secret of the app registration.")
    provider_name: Text = Field(
        default="Microsoft Entra ID", description="The provider's name, as the sign-in button shows it."
    )


class GraphSettings(BaseModel):
    """Microsoft Graph, where people, devices and groups are found: with each agent's own rights, or the application's.

    Delegated permissions, and application permissions of the same names: User.Read.All, GroupMember.Read.All,
    Organization.Read.All, DeviceManagementManagedDevices.Read.All, DeviceManagementConfiguration.Read.All; delegated
    only: DeviceManagementRBAC.Read.All, offline_access.
    """

    model_config = _CONFIG

    access: Literal["delegated", "application"] = Field(
        default="delegated",
        description="delegated: each agent connects Microsoft Graph once and reads with their own rights (redirect URI "
        "of the application: PUBLIC_URL/graph/callback). application: everybody reads with the application's rights.",
    )
    base_url: Annotated[str, AfterValidator(graph_address)] = Field(
        default="https://graph.microsoft.com/v1.0", description="Microsoft Graph of your cloud, with its version."
    )
    token_url: ServiceUrl = Field(
        description="Token endpoint of your tenant: https://login.microsoftonline.com/TENANT-GUID/oauth2/v2.0/token."
    )
    client_id: ClientId = Field(description="Application (client) id that may read users.")
    client_secret: SecretStr = Field(description="Its client secret.")

    @model_validator(mode="after")
    def _has_authorization_endpoint(self) -> Self:
        if self.access == "delegated" and not self.token_url.endswith("/token"):
            raise ValueError("SNLIB_GRAPH_TOKEN_URL must end with /token, as Microsoft Entra's does.")
        return self

    @property
    def authorization_url(self) -> str:
        """Where agents' browsers go in delegated access: beside the token endpoint, as at Microsoft Entra."""
        return f"{self.token_url.removesuffix('/token')}/authorize"

    @property
    def resource(self) -> str:
        """Microsoft Graph of this cloud, as it comes before the names of its permissions."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


class Settings(BaseModel):
    """Everything that is configured from outside; the first three fields are set by `for_demo` only.

    Attributes:
        demo_origin: The demo instance's origin in demo mode, else empty.
        demo_connector: Client id and secret that the demo instance was started with, in demo mode.
    """

    model_config = _CONFIG

    mode: Literal["demo", "production"] = "production"
    demo_origin: str = ""
    demo_connector: tuple[str, SecretStr] | None = None
    public_url: Annotated[str, AfterValidator(origin)] = Field(
        description="Where agents' browsers reach the dashboard, without a path: https://helpdesk.example.com."
    )
    database_url: Annotated[SecretStr, AfterValidator(database_address)] = Field(
        default=SecretStr("sqlite:///snlib.sqlite3"),
        description="Database: sqlite:///PATH for one server, postgresql://USER:PASSWORD@HOST/NAME for several.",
    )
    token_keys: Annotated[tuple[tuple[str, SecretStr], ...], BeforeValidator(key_ring)] = Field(
        description="Encryption keys as ID:KEY, separated by commas; the first one encrypts, all decrypt. A KEY is 32 "
        "random bytes in URL-safe base64; all replicas have the same."
    )
    cookie_secret: SecretStr = Field(
        description="At least 32 random characters that sign short-lived cookies of the sign-in; all replicas have the "
        "same.",
    )
    allowed_instance_hosts: Annotated[tuple[str, ...], BeforeValidator(host_patterns)] = Field(
        default=("*.service-now.com",),
        description="Hosts that the connector may be pointed at, separated by commas; *. stands for one label.",
    )
    proxy: Annotated[SecretStr, AfterValidator(proxy_address)] = Field(
        default=SecretStr(""),
        description="Outgoing proxy for ServiceNow, Microsoft Graph and the sign-in provider alike: "
        "http://USER:PASSWORD@HOST:PORT, user and password only where it asks for them. Not set: HTTPS_PROXY of the "
        "environment. Hosts in NO_PROXY, and this machine, are asked directly.",
    )
    ca_bundle: Annotated[str, AfterValidator(certificate_file)] = Field(
        default="",
        description="A file (PEM) with certificates of your own authority, such as your network's TLS inspection, "
        "trusted beside the public ones by all three. Not set: REQUESTS_CA_BUNDLE, else SSL_CERT_FILE, of the "
        "environment.",
    )
    session_absolute_hours: float = Field(default=12, gt=0, le=24, description="Hours until an agent signs in again.")
    session_idle_minutes: float = Field(
        default=60, gt=0, le=1440, description="Minutes without a click until an agent signs in again."
    )
    directory: Literal["graph", "servicenow"] = Field(
        default="graph",
        description="Where people are looked up: graph (Microsoft Graph), or servicenow (table sys_user, with each "
        "agent's own rights; agents authenticate with ServiceNow first).",
    )
    caller_column: Annotated[str, AfterValidator(own_column)] = Field(
        default="",
        description="A column of your own in ServiceNow's table sys_user that holds user principal names, such as "
        "u_user_principal_name: compared first when a person's ServiceNow user is looked for.",
    )
    licence_check: bool = Field(
        default=False,
        description="Whether the prerequisites ask Microsoft Graph for an Intune Suite or Remote Help licence, which "
        "Intune's own connector needs and this dashboard does not.",
    )
    max_incident_rows: int = Field(
        default=10_000,
        ge=500,
        le=50_000,
        description="Incidents of one person that are loaded at most, the newest first. The first 500 show at once.",
    )
    oidc: OidcSettings
    graph: GraphSettings | None = None
    access: AccessPolicy = AccessPolicy()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        # With the application's own token everybody would be given what the application may.
        if self.access.intune_permissions and (self.graph is None or self.graph.access != "delegated"):
            raise ValueError("SNLIB_ACCESS_INTUNE_PERMISSIONS needs SNLIB_GRAPH_ACCESS to be delegated.")
        graph = self.graph
        addresses = {
            "SNLIB_OIDC_METADATA_URL": self.oidc.metadata_url,
            "SNLIB_GRAPH_BASE_URL": graph.base_url if graph else "",
            "SNLIB_GRAPH_TOKEN_URL": graph.token_url if graph else "",
        }
        for name, address in addresses.items():
            if self.public_url.startswith("https:") and address.startswith("http:"):
                raise ValueError(f"{name} must begin with https://, as SNLIB_PUBLIC_URL does.")
        return self

    def vault_keys(self) -> list[tuple[str, bytes]]:
        """Return the key ring as `snlib.vault.Vault` takes it."""
        return [(key_id, key.get_secret_value().encode("ascii")) for key_id, key in self.token_keys]


_SECTIONS: dict[str, type[BaseModel]] = {"oidc": OidcSettings, "graph": GraphSettings, "access": AccessPolicy}


def environment_names() -> dict[str, tuple[str, ...]]:
    """Return each environment variable with the path of its field, in the order of ``docs/settings.md``."""
    return {PREFIX + "_".join(path).upper(): path for path, _field in fields()}


def fields() -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Yield the path and field of every setting that can be given from outside."""
    for name, field in Settings.model_fields.items():
        if name in _SECTIONS:
            yield from (((name, inner), one) for inner, one in _SECTIONS[name].model_fields.items())
        elif field.description:
            yield (name,), field
