"""The dashboard as an OAuth client: of one ServiceNow instance, or of Microsoft Graph. Endpoints are validated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from pydantic import SecretStr

from snlib.oauth.words import GRAPH, SERVICENOW, Words

GRAPH_PERMISSIONS = (
    "User.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementRBAC.Read.All",
)
"""Delegated permissions, all of them reading only."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client registered at a ServiceNow instance.

    Endpoints: https://www.servicenow.com/docs/ "OAuth authorization code flow".

    Attributes:
        instance_url: ``https://host``, without a path.
        client_secret: None for a public client.
        redirect_uri: Exactly as registered.
    """

    instance_url: str
    client_id: str
    client_secret: SecretStr | None
    redirect_uri: str

    words: ClassVar[Words] = SERVICENOW
    scope: ClassVar[str] = ""
    """None: the older documentation has none and newer instances reject an unknown one."""

    @property
    def connection_key(self) -> str:
        """The key under which an agent's token for this instance and client is kept (SHA-256, hex).

        Changed settings lead to another key, so that a token is never sent to an instance that did not issue it.
        """
        return hashlib.sha256(f"{self.instance_url}\n{self.client_id}".encode()).hexdigest()

    @property
    def authorization_endpoint(self) -> str:
        """Where the agent's browser goes to log in and press Allow."""
        return f"{self.instance_url}/oauth_auth.do"

    @property
    def token_endpoint(self) -> str:
        """Where codes are redeemed and tokens refreshed."""
        return f"{self.instance_url}/oauth_token.do"

    @property
    def revocation_endpoint(self) -> str:
        """Where tokens are revoked."""
        return f"{self.instance_url}/oauth_revoke_token.do"


@dataclass(frozen=True, slots=True)
class GraphOAuthClient:
    """The application that agents let read Microsoft Graph in their name.

    Endpoints: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow.
    Entra has no endpoint that revokes one token: an agent's access ends with the token that is forgotten here.

    Attributes:
        token_endpoint: ``https://login.microsoftonline.com/TENANT/oauth2/v2.0/token``.
        authorization_endpoint: The same with ``authorize``.
        redirect_uri: Exactly as registered, of the platform "Web".
    """

    token_endpoint: str
    authorization_endpoint: str
    client_id: str
    client_secret: SecretStr
    redirect_uri: str
    resource: str = "https://graph.microsoft.com"

    words: ClassVar[Words] = GRAPH
    revocation_endpoint: ClassVar[str] = ""

    @property
    def scope(self) -> str:
        """The permissions with their resource in front; ``offline_access`` brings the refresh token."""
        return " ".join(("offline_access", *(f"{self.resource}/{name}" for name in GRAPH_PERMISSIONS)))

    @property
    def instance_url(self) -> str:
        """The tenant's token endpoint names the connection."""
        return self.token_endpoint

    @property
    def connection_key(self) -> str:
        """The key of an agent's Graph token (SHA-256, hex); other permissions make another connection."""
        return hashlib.sha256(f"graph\n{self.token_endpoint}\n{self.client_id}\n{self.scope}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AppClient:
    """The application that reads Microsoft Graph with its own rights.

    Attributes:
        token_endpoint: The tenant's; nothing else is ever sent to.
        scope: What to ask for; ``.default`` means every permission granted to the application.
    """

    token_endpoint: str
    client_id: str
    client_secret: SecretStr
    scope: str = "https://graph.microsoft.com/.default"

    words: ClassVar[Words] = GRAPH


OAuthClient = Client | GraphOAuthClient
"""A client that agents connect with."""
TokenClient = OAuthClient | AppClient
"""A client of a token endpoint."""
