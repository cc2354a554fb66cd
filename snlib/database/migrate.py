"""Upgrading the database to the newest schema at every start; there are no downgrades.

The migrations are Alembic's, in ``migrations/versions``. Without an answer of the database, both functions raise
StoreError.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select, text

from snlib.database import tables
from snlib.database.engine import writing
from snlib.errors import ConfigurationError

_ADVISORY_LOCK = 7_305_281
"""Any fixed number: replicas that start together upgrade one after the other on PostgreSQL."""


def upgrade(engine: Engine) -> None:
    """Upgrade the schema to this release's version, or create it in an empty database; safe to call at every start.

    Raises:
        ConfigurationError: The database is from a newer release.
    """
    config = _config()
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        scripts = ScriptDirectory.from_config(config)
        present = MigrationContext.configure(connection).get_current_revision()
        if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
            newest = scripts.get_current_head()
            raise ConfigurationError((f"Database is newer (v{present}) than this release (v{newest}).",))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def claim_mode(engine: Engine, mode: str) -> None:
    """Save that this database is for ``mode`` ("demo" or "production"), or check that it is.

    Neither mode opens the other's database, so made-up data and real tokens stay apart.

    Raises:
        ConfigurationError: The database belongs to the other mode.
    """
    with writing(engine) as connection:
        found = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "mode"))
        if found is None:
            connection.execute(insert(tables.meta).values(key="mode", value=mode))
        elif found != mode:
            raise ConfigurationError((f"The database was made in {found} mode and cannot be used in {mode} mode.",))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config
