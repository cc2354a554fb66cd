"""The dashboard as an OAuth client of one ServiceNow instance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Client:
    """A client registered at an instance.

    Endpoints: https://www.servicenow.com/docs/ "OAuth authorization code flow".

    Attributes:
        instance_url: ``https://host``, without a path.
        client_id: As in ServiceNow's Application Registry.
        client_secret: None for a public client.
        redirect_uri: Exactly as registered.
    """

    instance_url: str
    client_id: str
    client_secret: SecretStr | None
    redirect_uri: str

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

    def credentials(self) -> dict[str, str]:
        """Return client id and secret as fields of the form body, the one documented way (no HTTP Basic)."""
        fields = {"client_id": self.client_id}
        if self.client_secret is not None:
            fields["client_secret"] = self.client_secret.get_secret_value()
        return fields
