"""One agent's own access to Microsoft Graph: the OAuth client, and the source of its tokens."""

from __future__ import annotations

from snlib.errors import RefreshRejected
from snlib.oauth.client import GraphOAuthClient, OAuthClient
from snlib.oauth.flow import Flow
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


class AgentToken:
    """A `snlib.graph.TokenSource` over the token store: refreshed before it expires, and once after a refusal.

    Args:
        flow: Refreshes the token.
        client: The Graph application.
        agent_key: The agent whose token it is.
    """

    def __init__(self, flow: Flow, client: OAuthClient, agent_key: str) -> None:
        self._flow = flow
        self._client = client
        self._agent_key = agent_key
        self._refused = ""

    def __repr__(self) -> str:
        return "AgentToken()"

    def access_token(self) -> str:
        """Return a valid access token.

        Raises:
            SignInRequired: The agent has to connect Microsoft Graph, for the first time or again.
            ServiceError: The token could not be renewed at the moment.
            ServiceUnreachable: No answer; the connection is kept.
        """
        if not self._refused:
            return self._flow.access_token(self._client, self._agent_key)
        refused, self._refused = self._refused, ""
        return self._flow.force_refresh(self._client, self._agent_key, rejected=refused)

    def forget(self, token: str) -> None:
        """Remember that the service refused ``token``, so that the next one is new."""
        self._refused = token


class NewToken:
    """A `snlib.graph.TokenSource` of one token that is not stored yet; a refusal is final."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token
        self._refused = False

    def __repr__(self) -> str:
        return "NewToken()"

    def access_token(self) -> str:
        """Return the token.

        Raises:
            SignInRequired: Microsoft Graph refused it.
        """
        if self._refused:
            error = RefreshRejected("Microsoft Graph did not accept the new connection. Connect again.")
            error.service = "Microsoft Graph"
            raise error
        return self._access_token

    def forget(self, token: str) -> None:
        """Remember that the service refused the token."""
        self._refused = True
