"""The access log becomes append-only and chained."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from snlib.database.types import UtcDateTime

revision = "0002"
down_revision = "0001"

_ROW = sa.table(
    "audit_event",
    sa.column("seq", sa.Integer),
    sa.column("at", UtcDateTime),
    *(sa.column(name, sa.Text) for name in ("agent_key", "agent_name", "action", "target", "outcome", "detail")),
    sa.column("hash", sa.Text),
)

_ON_SQLITE = (
    "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
    "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event "
    "WHEN NEW.seq <= (SELECT MAX(seq) FROM audit_event) "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
)
_ON_POSTGRESQL = (
    "CREATE FUNCTION audit_event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the access log is append-only'; END $$",
    "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()",
    "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_append_only()",
)


def upgrade() -> None:
    """Add the columns, chain the existing rows, and add triggers that refuse changes."""
    for name, length in (("target_name", None), ("remote", None), ("hash", 64), ("seal", 128)):
        kind = sa.String(length=length) if length else sa.Text()
        op.add_column("audit_event", sa.Column(name, kind, nullable=False, server_default=""))
    op.create_index(op.f("ix_audit_event_target_at"), "audit_event", ["target", "at"], unique=False)
    _chain_existing_rows()
    for statement in _ON_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _ON_SQLITE:
        op.execute(statement)


def _chain_existing_rows() -> None:
    """Give each row of the first release its hash; the seal of the first new row then covers them all.

    The hash is that of `snlib.audit.chain`, written out here because a migration never changes.
    """
    connection = op.get_bind()
    previous = "0" * 64
    for row in connection.execute(sa.select(_ROW).order_by(_ROW.c.seq)).mappings().all():
        fields = [1, row["seq"], row["at"].isoformat(timespec="microseconds"), row["agent_key"], row["agent_name"]]
        fields += [row["action"], row["target"], "", row["outcome"], row["detail"], ""]
        previous = hashlib.sha256(f"{previous}\n{json.dumps(fields)}".encode("ascii")).hexdigest()
        connection.execute(sa.update(_ROW).where(_ROW.c.seq == row["seq"]).values(hash=previous))
