"""The tables, as the newest migration leaves them.

Names and e-mails of people are stored only where a page shows them (sessions, recent people, audit log). Tokens, code
verifiers and client secrets are stored sealed by `snlib.vault`, in columns whose names say so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeEngine

from snlib.database.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_AGENT_KEY = String(512)
_SHA256_HEX = String(64)


def _required(kind: TypeEngine[Any] | type[TypeEngine[Any]], *names: str) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False) for name in names]


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), *_required(Text, "value"))
"""Facts about the database: ``mode`` is "demo" or "production", ``audit.head`` is the end of the access log."""

agent_session = Table(
    "agent_session",
    metadata,
    Column("id", _SHA256_HEX, primary_key=True),
    *_required(Text, "issuer", "tenant_id", "object_id", "name", "email", "username"),
    *_required(JSON, "roles", "wids"),
    Column("overage", JSON, nullable=False, server_default="[]"),
    Column("signed_in_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
)
"""Who is signed in to the dashboard; ``id`` is the SHA-256 of the cookie, never the cookie."""

connector = Table(
    "connector",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("enabled", Boolean, nullable=False),
    *_required(Text, "instance_url", "incident_api_path", "client_id", "client_secret_sealed"),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("toggled_at", UtcDateTime),
    Column("toggled_by", Text, nullable=False),
    Column("verified_at", UtcDateTime),
    *_required(Text, "verified_by", "failure"),
    Column("last_connection_at", UtcDateTime),
)
"""The ServiceNow connector's settings; ``version`` counts saves, for compare-and-swap."""

connector_test = Table(
    "connector_test",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("agent_key", _AGENT_KEY, nullable=False, index=True),
    Column("session_id", _SHA256_HEX, nullable=False),
    Column("candidate", JSON, nullable=False),
    Column("secret_sealed", Text, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)
"""Connection tests: the settings tried, which may be unsaved, and the steps so far."""

authorization_request = Table(
    "authorization_request",
    metadata,
    Column("state_hash", _SHA256_HEX, primary_key=True),
    Column("verifier_sealed", Text, nullable=False),
    Column("agent_key", _AGENT_KEY, nullable=False, index=True),
    Column("session_id", _SHA256_HEX, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("test_id", String(64), nullable=False),
    *_required(Text, "instance_url", "client_id", "redirect_uri", "return_path"),
    Column("mode", String(16), nullable=False),
    Column("connector_version", Integer, nullable=False),
    *_required(UtcDateTime, "created_at", "expires_at"),
    Column("used_at", UtcDateTime),
)
"""Authorization requests in progress; the state is stored only as its SHA-256."""

token = Table(
    "token",
    metadata,
    Column("agent_key", _AGENT_KEY, primary_key=True),
    Column("connection_key", _SHA256_HEX, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("version", Integer, nullable=False),
    *_required(UtcDateTime, "expires_at", "connected_at"),
    Column("connected_as", Text, nullable=False),
    Column("lease_owner", String(64), nullable=False),
    Column("lease_until", UtcDateTime),
    Column("retry_at", UtcDateTime),
    Column("dead", Boolean, nullable=False),
)
"""Each agent's tokens; ``version`` counts refreshes, and a lease keeps two processes from refreshing one at once."""

recent_person = Table(
    "recent_person",
    metadata,
    Column("agent_key", _AGENT_KEY, primary_key=True),
    Column("person_id", String(128), primary_key=True),
    *_required(Text, "name", "username"),
    Column("viewed_at", UtcDateTime, nullable=False),
)
"""The people an agent opened last."""

person_caller = Table(
    "person_caller",
    metadata,
    Column("person_id", String(128), primary_key=True),
    Column("instance_url", String(255), primary_key=True),
    Column("sys_id", String(32), nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
)
"""Which ServiceNow user a person is when several match; ``chosen_by`` is the name of the agent who chose."""

audit_event = Table(
    "audit_event",
    metadata,
    # SQLite numbers rows by itself only where the type is exactly INTEGER.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("agent_key", _AGENT_KEY, nullable=False),
    Column("agent_name", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("target_name", Text, nullable=False, server_default=""),
    Column("remote", Text, nullable=False, server_default=""),
    Column("hash", _SHA256_HEX, nullable=False, server_default=""),
    Column("seal", String(128), nullable=False, server_default=""),
    Index(None, "at"),
    Index(None, "agent_key", "at"),
    Index(None, "target", "at"),
    sqlite_autoincrement=True,
)
"""Who did what to whom, how it ended, and from where; triggers refuse to change or delete rows.

``hash`` chains a row to the one before it and ``seal`` proves who wrote it (`snlib.audit`). The number of the last
row, its hash and a seal over both are in ``meta`` under ``audit.head``, so that missing rows at the end are noticed.
"""
