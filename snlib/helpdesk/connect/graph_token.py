"""One agent's own access to Microsoft Graph: the OAuth client, and the source of its tokens."""

from __future__ import annotations

from snlib.errors import RefreshRejected
from snlib.oauth.client import GraphOAuthClient
from snlib.settings import GraphSettings


def graph_oauth_client(settings: GraphSettings, public_url: str) -> GraphOAuthClient:
    """Return the application that reads Microsoft Graph on behalf of agents."""
    return GraphOAuthClient(
        token_endpoint=settings.token_url,
        authorization_endpoint=settings.authorization_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        redirect_uri=f"{public_url}/graph/callback",
        resource=settings.resource,
    )


class NewToken:
    """A `snlib.transport.TokenSource` of one token that is not kept yet; a refusal ends it."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def __repr__(self) -> str:
        return "NewToken()"

    def access_token(self) -> str:
        """Return the token."""
        return self._access_token

    def renewed(self, refused: str) -> str:
        """Raise, because there is no other.

        Raises:
            RefreshRejected: Always.
        """
        sentence = "Microsoft Graph did not accept the new connection. Connect again."
        raise RefreshRejected(sentence, service="Microsoft Graph")
