"""Authorization requests in flight: good once, for ten minutes, for the agent and browser session that began them.

The state is kept as its SHA-256, the code verifier sealed; both are of no use to a reader of the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from snlib.agent import Agent
from snlib.clock import Clock, utc_now
from snlib.database.engine import writing
from snlib.database.tables import authorization_request
from snlib.errors import AuthorizationExpired, InvalidInput, StoreError
from snlib.oauth.client import OAuthClient
from snlib.oauth.request import authorization_url, new_code_verifier
from snlib.vault import Vault

Purpose = Literal["agent", "test", "graph"]
Mode = Literal["popup", "tab"]

GOOD_FOR = timedelta(minutes=10)
MAX_OPEN_PER_AGENT = 5
KEEP = timedelta(days=1)
STATE_BYTES = 32

_PURPOSE = "code_verifier"
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_UNKNOWN = "This connection link is not known, or no longer. Please connect again."
_USED = "This connection link was already used. If you are not connected, please connect again."
_LATE = "Connecting took longer than ten minutes, so the link ran out. Please connect again."
_FOREIGN = "This connection was begun in another browser session or by somebody else. Please connect again."


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that came back and was claimed.

    Attributes:
        agent_key: `Agent.key` of who began it.
        purpose: "agent" to read incidents, "test" for a connection test, "graph" to read Microsoft Graph.
        instance_url: Where the authorization was asked for, and where the code is to be redeemed.
        return_path: Where the agent wants to go, a path of ours.
    """

    agent_key: str
    purpose: Purpose
    test_id: str
    instance_url: str
    client_id: str
    redirect_uri: str
    return_path: str
    mode: Mode
    connector_version: int
    code_verifier: str = field(repr=False)


class AuthorizationRequests:
    """Begins authorization requests and claims them when they come back; raises StoreError as `writing` does."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def begin(
        self,
        client: OAuthClient,
        *,
        agent: Agent,
        purpose: Purpose,
        return_path: str,
        mode: Mode,
        test_id: str = "",
        connector_version: int = 0,
        login_hint: str = "",
    ) -> str:
        """Note a new authorization request and return the address to send the browser to.

        Of more than five open requests of one agent the oldest are dropped.

        Raises:
            InvalidInput: Key ``return_path``: not a path of ours.
        """
        if not _PATH.fullmatch(return_path):
            raise InvalidInput({"return_path": "The address to return to must be a page of the dashboard."})
        state = secrets.token_urlsafe(STATE_BYTES)
        state_hash = _hash(state)
        verifier = new_code_verifier()
        now = self._clock()
        with writing(self._engine) as connection:
            connection.execute(delete(authorization_request).where(authorization_request.c.created_at < now - KEEP))
            connection.execute(
                insert(authorization_request).values(
                    state_hash=state_hash,
                    verifier_sealed=self._vault.seal(_PURPOSE, state_hash, verifier),
                    agent_key=agent.key,
                    session_id=agent.session_id,
                    purpose=purpose,
                    test_id=test_id,
                    instance_url=client.instance_url,
                    client_id=client.client_id,
                    redirect_uri=client.redirect_uri,
                    return_path=return_path,
                    mode=mode,
                    connector_version=connector_version,
                    created_at=now,
                    expires_at=now + GOOD_FOR,
                )
            )
            _drop_oldest(connection, agent.key, keep=state_hash)
        return authorization_url(client, state=state, code_verifier=verifier, login_hint=login_hint)

    def claim(self, state: str, *, agent: Agent) -> Pending:
        """Use up the request that a state belongs to and return it; whatever the outcome, the state is spent.

        Raises:
            AuthorizationExpired: Unknown, already used, too old, or begun by another agent or in another session.
        """
        state_hash = _hash(state)
        row = self._take(state_hash)
        if not _same(row["agent_key"], agent.key) or not _same(row["session_id"], agent.session_id):
            raise AuthorizationExpired(_FOREIGN, log="authorization request of another agent or session")
        if self._clock() >= row["expires_at"]:
            raise AuthorizationExpired(_LATE, log="authorization request too old")
        try:
            verifier = self._vault.open(_PURPOSE, state_hash, row["verifier_sealed"])
        except StoreError as error:
            raise AuthorizationExpired(_UNKNOWN, log=str(error)) from error
        columns = [one.name for one in fields(Pending) if one.name != "code_verifier"]
        return Pending(**{name: row[name] for name in columns}, code_verifier=verifier)

    def _take(self, state_hash: str) -> RowMapping:
        """Mark the row used in one statement, whose row count tells the one winner, and wipe the verifier."""
        this = authorization_request.c.state_hash == state_hash
        unused = authorization_request.c.used_at.is_(None)
        with writing(self._engine) as connection:
            # Read before it is wiped; the conditional update decides who may use what was read.
            row = connection.execute(select(authorization_request).where(this)).mappings().first()
            change = update(authorization_request).where(this & unused)
            won = connection.execute(change.values(used_at=self._clock(), verifier_sealed="")).rowcount == 1
        if row is None:
            raise AuthorizationExpired(_UNKNOWN, log="authorization state unknown")
        if not won:
            raise AuthorizationExpired(_USED, log="authorization state used before")
        return row


def _drop_oldest(connection: Connection, agent_key: str, *, keep: str) -> None:
    table = authorization_request.c
    others = (table.agent_key == agent_key) & table.used_at.is_(None) & (table.state_hash != keep)
    newest = select(table.state_hash).where(others).order_by(table.created_at.desc()).limit(MAX_OPEN_PER_AGENT - 1)
    kept = list(connection.scalars(newest))
    connection.execute(delete(authorization_request).where(others & table.state_hash.not_in(kept)))


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()


def _same(found: str, wanted: str) -> bool:
    return hmac.compare_digest(found.encode("utf-8"), wanted.encode("utf-8"))
