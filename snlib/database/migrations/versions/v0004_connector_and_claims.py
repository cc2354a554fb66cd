"""Sessions know the claims that the provider left out; the connector is verified as it is, without a fingerprint."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the claims left out; drop the fingerprint, as saving other settings has always deleted it with the rest."""
    op.add_column("agent_session", sa.Column("overage", sa.JSON(), nullable=False, server_default="[]"))
    op.drop_column("connector", "verified_fingerprint")
