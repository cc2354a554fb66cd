"""A desk for tests of the OAuth flow: one agent, one client, and the flow over an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from snlib.agent import Agent
from snlib.clock import utc_now
from snlib.oauth.client import Client
from snlib.oauth.flow import Flow
from snlib.oauth.pending import AuthorizationRequests, Pending
from snlib.oauth.tokens import Token, TokenStore
from snlib.transport import Transport
from snlib.vault import Vault
from tests.stores import HandClock, make_agent, make_vault, sqlite_file
from tests.support import CLIENT_ID, CLIENT_SECRET, PUBLIC_URL, walk_consent

HUGO, LENA = make_agent("Hugo"), make_agent("Lena")
REDIRECT_URI = f"{PUBLIC_URL}/servicenow/callback"


@dataclass
class Desk:
    """One agent's OAuth parts over a database of their own."""

    flow: Flow
    tokens: TokenStore
    requests: AuthorizationRequests
    client: Client
    clock: HandClock
    vault: Vault
    agent: Agent = HUGO

    def stored(self) -> Token:
        """Return the token that is kept."""
        found = self.tokens.find(self.agent.key, self.client.connection_key)
        assert found is not None
        assert found.token is not None
        return found.token

    def connect(self, user_name: str = "hugo.lambert", press: str = "Allow") -> tuple[Pending, dict[str, str]]:
        """Walk through login and consent, and claim what comes back."""
        url = self.requests.begin(self.client, agent=self.agent, purpose="agent", return_path="/", mode="popup")
        answer = dict(walk_consent(url, user_name, press=press))
        return self.requests.claim(answer["state"], agent=self.agent), answer

    def access_token(self) -> str:
        """Return an access token as a call would get it."""
        return self.flow.access_token(self.client, self.agent.key)


def make_desk(folder: Path, origin: str) -> Iterator[Desk]:
    """Make the parts for an instance at ``origin``."""
    clock, vault = HandClock(utc_now()), make_vault()
    with sqlite_file(folder) as engine:
        tokens = TokenStore(engine, vault, clock)
        yield Desk(
            flow=Flow(Transport(), tokens, clock, sleep=lambda _: None),
            tokens=tokens,
            requests=AuthorizationRequests(engine, vault, clock),
            client=Client(origin, CLIENT_ID, SecretStr(CLIENT_SECRET), REDIRECT_URI),
            clock=clock,
            vault=vault,
        )
