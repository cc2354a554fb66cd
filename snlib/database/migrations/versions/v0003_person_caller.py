"""The agents' choices of which ServiceNow user a person is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from snlib.database.types import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of the choices."""
    op.create_table(
        "person_caller",
        sa.Column("person_id", sa.String(length=128), nullable=False),
        sa.Column("instance_url", sa.String(length=255), nullable=False),
        sa.Column("sys_id", sa.String(length=32), nullable=False),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "instance_url", name=op.f("pk_person_caller")),
    )
