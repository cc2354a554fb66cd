"""First tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from snlib.database.types import UtcDateTime

revision = "0001"
down_revision = None


def _required(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables of the first release."""
    _sessions_and_log()
    _authorization()
    _connector()
    _others()


def _sessions_and_log() -> None:
    op.create_table(
        "agent_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        *_required(sa.Text(), "issuer", "tenant_id", "object_id", "name", "email", "username"),
        *_required(sa.JSON(), "roles", "wids"),
        *_required(UtcDateTime(), "signed_in_at", "last_seen_at"),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_last_seen_at"), "agent_session", ["last_seen_at"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("agent_key", sa.String(length=512), nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_event_agent_key_at"), "audit_event", ["agent_key", "at"], unique=False)
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)


def _authorization() -> None:
    op.create_table(
        "authorization_request",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("verifier_sealed", sa.Text(), nullable=False),
        sa.Column("agent_key", sa.String(length=512), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("test_id", sa.String(length=64), nullable=False),
        *_required(sa.Text(), "instance_url", "client_id", "redirect_uri", "return_path"),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("connector_version", sa.Integer(), nullable=False),
        *_required(UtcDateTime(), "created_at", "expires_at"),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_authorization_request")),
    )
    op.create_index(op.f("ix_authorization_request_agent_key"), "authorization_request", ["agent_key"], unique=False)
    op.create_table(
        "token",
        sa.Column("agent_key", sa.String(length=512), nullable=False),
        sa.Column("connection_key", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_required(UtcDateTime(), "expires_at", "connected_at"),
        sa.Column("connected_as", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agent_key", "connection_key", name=op.f("pk_token")),
    )


def _connector() -> None:
    op.create_table(
        "connector",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        *_required(sa.Text(), "instance_url", "incident_api_path", "client_id", "client_secret_sealed"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("toggled_at", UtcDateTime(), nullable=True),
        sa.Column("toggled_by", sa.Text(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        *_required(sa.Text(), "verified_by", "verified_fingerprint", "failure"),
        sa.Column("last_connection_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector")),
    )
    op.create_table(
        "connector_test",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("agent_key", sa.String(length=512), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("candidate", sa.JSON(), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_test")),
    )
    op.create_index(op.f("ix_connector_test_agent_key"), "connector_test", ["agent_key"], unique=False)


def _others() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "recent_person",
        sa.Column("agent_key", sa.String(length=512), nullable=False),
        sa.Column("person_id", sa.String(length=128), nullable=False),
        *_required(sa.Text(), "name", "username"),
        sa.Column("viewed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agent_key", "person_id", name=op.f("pk_recent_person")),
    )
