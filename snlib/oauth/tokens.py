"""Agents' ServiceNow tokens in the database: sealed, versioned, refreshed by one holder of a lease at a time.

The order is oauth2-proxy's: look, take a lease, look again, refresh, save if nobody else did. The lease is a pair of
columns taken by one conditional UPDATE whose row count tells the winner. It is no transaction held open over the
network, which would block every other writer on SQLite, and it runs out by itself if its holder dies.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, select, update

from snlib.clock import Clock, utc_now
from snlib.database.engine import reading, upsert, writing
from snlib.database.tables import token as token_table
from snlib.errors import StoreError
from snlib.vault import Vault

LEASE = timedelta(seconds=15)
"""How long one refresh may take; longer than the deadline of a call to the token endpoint."""
_PURPOSE = "token"
_FREE: dict[str, Any] = {"lease_owner": "", "lease_until": None}


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with what came along.

    Attributes:
        refresh_token: Secret; None when ServiceNow gave none (public clients).
        expires_at: Aware UTC, by our clock.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    lifetime_seconds: int
    scope: str = ""

    def __repr__(self) -> str:
        refreshable = self.refresh_token is not None
        return f"Token(access_token present, refresh_token={refreshable}, expires_at={self.expires_at.isoformat()})"


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as kept, with what concerns its keeping.

    Attributes:
        token: The token; None when what is stored cannot be opened any more.
        version: Goes up by one at each save and refresh, from a random beginning.
        retry_at: Not to be refreshed before, after a refresh without an answer; aware UTC.
    """

    token: Token | None
    version: int
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenOutline:
    """Since when an agent has a token (aware UTC), and whom the service takes them for; nothing secret."""

    connected_at: datetime
    connected_as: str


class TokenStore:
    """Keeps one token for each agent and connection.

    Every method raises StoreError when the database does not answer; nothing is saved then.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def save(self, agent_key: str, connection_key: str, token: Token, *, connected_as: str = "") -> None:
        """Keep a newly redeemed token in place of any earlier one."""
        values = {
            "sealed": self._seal(agent_key, connection_key, token),
            "expires_at": token.expires_at,
            "connected_at": self._clock(),
            "connected_as": connected_as,
            "retry_at": None,
            "dead": False,
            **_FREE,
        }
        # Random, so that a refresh of a token that was dropped meanwhile cannot take this row for that one.
        row = {"agent_key": agent_key, "connection_key": connection_key, "version": secrets.randbelow(2**30), **values}
        keys = ("agent_key", "connection_key")
        with writing(self._engine) as connection:
            # The version goes on, so that a refresh of the earlier token that is under way cannot overwrite this one.
            changes = {**values, "version": token_table.c.version + 1}
            upsert(connection, token_table, row, keys=keys, changes=changes)

    def find(self, agent_key: str, connection_key: str) -> StoredToken | None:
        """Return the agent's token, None when there is none or it is known to be dead."""
        with reading(self._engine) as connection:
            query = select(token_table).where(_row(agent_key, connection_key) & token_table.c.dead.is_(False))
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        try:
            token = self._open(agent_key, connection_key, row["sealed"])
        except StoreError:
            # Damaged, moved from another row, or of a lost key: this agent connects again, nobody else is touched.
            token = None
        return StoredToken(token, row["version"], row["retry_at"])

    def outlines(self, connection: Connection, agent_key: str) -> dict[str, TokenOutline]:
        """Return what is known of the agent's tokens, none opened, by connection key; dead ones are left out."""
        columns = token_table.c
        query = select(columns.connection_key, columns.connected_at, columns.connected_as)
        alive = (columns.agent_key == agent_key) & columns.dead.is_(False)
        return {key: TokenOutline(since, name) for key, since, name in connection.execute(query.where(alive))}

    def take_lease(self, agent_key: str, connection_key: str, version: int) -> str:
        """Take the right to refresh ``version``; return the lease's name, empty when somebody else has it.

        It is also refused when the token is no longer at ``version``: then there is something newer to read.
        """
        now = self._clock()
        owner = secrets.token_hex(16)
        table = token_table.c
        is_free = table.lease_until.is_(None) | (table.lease_until <= now)
        this = _row(agent_key, connection_key) & (table.version == version) & table.dead.is_(False) & is_free
        return owner if self._update(this, lease_owner=owner, lease_until=now + LEASE) else ""

    def replace(self, agent_key: str, connection_key: str, token: Token, *, version: int) -> bool:
        """Keep a refreshed token if it is still at ``version``; return whether it did. Frees the lease."""
        return self._update(
            _row(agent_key, connection_key) & (token_table.c.version == version) & token_table.c.dead.is_(False),
            sealed=self._seal(agent_key, connection_key, token),
            expires_at=token.expires_at,
            version=version + 1,
            retry_at=None,
            **_FREE,
        )

    def release(self, agent_key: str, connection_key: str, owner: str, *, retry_at: datetime | None = None) -> None:
        """Give a lease back without a new token, not to be tried again before ``retry_at``."""
        this = _row(agent_key, connection_key) & (token_table.c.lease_owner == owner)
        self._update(this, retry_at=retry_at, **_FREE)

    def mark_dead(self, agent_key: str, connection_key: str, *, version: int) -> bool:
        """Mark the token as dead if it is still at ``version``, and wipe it; return whether it did."""
        this = _row(agent_key, connection_key) & (token_table.c.version == version)
        return self._update(this, dead=True, sealed="", version=version + 1, **_FREE)

    def drop(self, agent_key: str, connection_key: str) -> None:
        """Forget the agent's token."""
        with writing(self._engine) as connection:
            connection.execute(delete(token_table).where(_row(agent_key, connection_key)))

    def drop_old(self, holder_prefix: str, *, before: datetime) -> None:
        """Forget the tokens whose holder's key begins so and that were got before a moment (aware UTC)."""
        old = token_table.c.agent_key.startswith(holder_prefix, autoescape=True) & (token_table.c.connected_at < before)
        with writing(self._engine) as connection:
            connection.execute(delete(token_table).where(old))

    def _update(self, where: ColumnElement[bool], **values: Any) -> bool:
        with writing(self._engine) as connection:
            return connection.execute(update(token_table).where(where).values(**values)).rowcount == 1

    def _seal(self, agent_key: str, connection_key: str, token: Token) -> str:
        secret = {**asdict(token), "expires_at": token.expires_at.isoformat()}
        return self._vault.seal(_PURPOSE, _owner(agent_key, connection_key), json.dumps(secret))

    def _open(self, agent_key: str, connection_key: str, sealed: str) -> Token:
        secret = json.loads(self._vault.open(_PURPOSE, _owner(agent_key, connection_key), sealed))
        return Token(**{**secret, "expires_at": datetime.fromisoformat(secret["expires_at"])})


def _row(agent_key: str, connection_key: str) -> ColumnElement[bool]:
    return (token_table.c.agent_key == agent_key) & (token_table.c.connection_key == connection_key)


def _owner(agent_key: str, connection_key: str) -> str:
    return f"{agent_key}\n{connection_key}"
