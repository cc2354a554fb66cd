"""Refresh tokens that were refused by an answer that blames the token or the client, and does not say which.

ServiceNow answers a wrong client secret and a dead refresh token alike, so one refusal ends nothing. What tells is the
client itself: any token that it gets with the same secret, for another agent or in a connection test, proves that it is
right. A token that is refused again after such a proof is over; until then every token is kept.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from snlib.clock import Clock
from snlib.oauth.client import OAuthClient


@dataclass(frozen=True, slots=True)
class _Refusal:
    version: int
    proofs: int  # how often the client had been accepted by then
    at: datetime


class Refusals:
    """What this process has seen; another one, or the next one, keeps a token longer at worst. Thread-safe.

    Every method names the client with its secret, of which only a hash is kept; ``version`` is the stored token's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._proofs: dict[str, int] = {}
        self._refused: dict[tuple[str, str], _Refusal] = {}

    def prove(self, client: OAuthClient, agent_key: str) -> None:
        """Note that the client was accepted: a token came for this agent."""
        key = _hashed(client)
        with self._lock:
            self._proofs[key] = self._proofs.get(key, 0) + 1
            self._refused.pop((key, agent_key), None)

    def add(self, client: OAuthClient, agent_key: str, version: int) -> bool:
        """Note a refusal; return whether it proves that the token itself is over."""
        key = _hashed(client)
        with self._lock:
            before, proofs = self._refused.get((key, agent_key)), self._proofs.get(key, 0)
            self._refused[key, agent_key] = _Refusal(version, proofs, self._clock())
        return before is not None and before.version == version and before.proofs < proofs

    def is_fresh(self, client: OAuthClient, agent_key: str, version: int, wait: timedelta) -> bool:
        """Return whether this token was refused less than ``wait`` ago and nothing has been proven since."""
        key = _hashed(client)
        with self._lock:
            found, proofs = self._refused.get((key, agent_key)), self._proofs.get(key, 0)
        same = found is not None and (found.version, found.proofs) == (version, proofs)
        return found is not None and same and self._clock() - found.at < wait


def _hashed(client: OAuthClient) -> str:
    secret = client.client_secret.get_secret_value() if client.client_secret is not None else ""
    return hashlib.sha256(f"{client.connection_key}\n{secret}".encode()).hexdigest()
