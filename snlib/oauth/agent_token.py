"""One agent's access token for one service, as requests need it."""

from __future__ import annotations

from collections.abc import Callable

from snlib.oauth.client import OAuthClient
from snlib.oauth.flow import Flow


class AgentToken:
    """A `snlib.transport.TokenSource` over the token store: refreshed as the token ends, or when it is refused.

    Args:
        flow: Refreshes.
        client: Of the service.
        agent_key: Whose token.
        check: Asked before each token; raises when nothing may be sent now.
    """

    def __init__(
        self, flow: Flow, client: OAuthClient, agent_key: str, check: Callable[[], object] = lambda: None
    ) -> None:
        self._flow = flow
        self._client = client
        self._agent_key = agent_key
        self._check = check

    def __repr__(self) -> str:
        return "AgentToken()"

    def access_token(self) -> str:
        """Return a good access token; raises as `snlib.oauth.flow.Flow.access_token`, and what ``check`` raises."""
        self._check()
        return self._flow.access_token(self._client, self._agent_key)

    def renewed(self, refused: str) -> str:
        """Return an access token other than ``refused``; raises as `access_token`."""
        self._check()
        return self._flow.force_refresh(self._client, self._agent_key, rejected=refused)
