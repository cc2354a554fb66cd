"""Runs the migrations on the connection of `snlib.database.migrate.upgrade`, inside its transaction."""

from __future__ import annotations

from alembic import context

from snlib.database import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    # Our own BEGIN IMMEDIATE makes SQLite roll table changes back like any other.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
