"""Bringing the database to the newest schema."""

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, inspect, text

from snlib.audit import AuditLog, verify
from snlib.database.engine import create_engine, reading, writing
from snlib.database.migrate import _config, claim_mode, upgrade
from snlib.database.tables import metadata
from snlib.database.types import UtcDateTime
from snlib.errors import ConfigurationError
from tests.stores import AUDIT_KEYS, START, sqlite_file

OLD_AUDIT_EVENT = Table(
    "audit_event",
    MetaData(),
    Column("seq", Integer),
    Column("at", UtcDateTime),
    *(Column(n, String) for n in ("agent_key", "agent_name", "action", "target", "outcome", "detail")),
)
"""The access log as the first release had it."""


def test_the_steps_lead_to_the_tables(tmp_path: Path):
    """After all steps an empty database has exactly the tables, columns, types and indexes of the code."""
    with sqlite_file(tmp_path) as engine, reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_second_start_changes_nothing(tmp_path: Path):
    """An upgrade of an upgraded database keeps what is in it."""
    with sqlite_file(tmp_path) as engine:
        claim_mode(engine, "demo")
        upgrade(engine)
        claim_mode(engine, "demo")


def test_replicas_that_start_together_upgrade_once(tmp_path: Path):
    """Four starts at the same moment on an empty file all succeed."""
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    engines = [create_engine(url) for _ in range(4)]
    errors: list[BaseException] = []

    def start(engine) -> None:
        try:
            upgrade(engine)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert "token" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


def test_a_newer_database_is_refused_untouched(tmp_path: Path):
    """A database of a later release stops the start, names both versions, and stays as it is."""
    with sqlite_file(tmp_path) as engine:
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
        with pytest.raises(ConfigurationError, match=r"Database is newer \(v0999\) than this release \(v\d{4}\)\."):
            upgrade(engine)
        with reading(engine) as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0999"


@pytest.mark.parametrize(("made", "used"), [("demo", "production"), ("production", "demo")])
def test_neither_mode_opens_the_others_database(tmp_path: Path, made: str, used: str):
    """Made-up data and real tokens stay in databases of their own."""
    with sqlite_file(tmp_path) as engine:
        claim_mode(engine, made)
        with pytest.raises(ConfigurationError, match=f"made in {made} mode"):
            claim_mode(engine, used)


def test_the_access_log_of_the_first_release_is_chained(tmp_path: Path):
    """Rows of the first release, numbered with gaps, join the chain: one that is deleted later is noticed."""
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with writing(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for seq in (1, 2, 4, 5):
            row = {
                "agent_key": "k",
                "agent_name": "Müller",
                "action": "a",
                "target": "t",
                "outcome": "ok",
                "detail": "",
            }
            connection.execute(insert(OLD_AUDIT_EVENT).values(seq=seq, at=START, **row))
    upgrade(engine)
    assert verify(engine, AUDIT_KEYS).ok
    AuditLog(engine, AUDIT_KEYS).record(None, "a")
    verdict = verify(engine, AUDIT_KEYS)
    assert (verdict.ok, verdict.rows) == (True, 5)
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        connection.execute(text("DELETE FROM audit_event WHERE seq = 2"))
    assert verify(engine, AUDIT_KEYS).first_broken_seq == 4
    engine.dispose()
