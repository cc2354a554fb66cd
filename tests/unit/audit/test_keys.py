"""The key ring is compared with the database before anything is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from snlib.audit import AuditLog, check_keys, verify
from snlib.connector.store import ConnectorStore
from snlib.database.engine import create_engine, writing
from snlib.database.migrate import upgrade
from snlib.errors import ConfigurationError
from snlib.helpdesk.services import build
from snlib.settings import Settings
from snlib.vault import Vault
from tests.stores import HandClock, make_agent, sqlite_file
from tests.unit.connector.test_store import WITH_SECRET
from tests.unit.web.conftest import demo_settings

RIGHT, WRONG, NEW = ([(name, Vault.generate_key().encode())] for name in ("k1", "k1", "k2"))


def dump(path: Path) -> list[str]:
    """Return all that a database holds."""
    with closing(sqlite3.connect(path)) as store:
        return list(store.iterdump())


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A database with three lines in its access log."""
    with sqlite_file(tmp_path, "sealed.sqlite3") as engine:
        log = AuditLog(engine, RIGHT)
        for number in range(3):
            log.record(None, f"action.{number}")
    return tmp_path / "sealed.sqlite3"


def settings_with(keys: list[tuple[str, bytes]], path: Path) -> Settings:
    """Return settings with this ring over this database."""
    ring = tuple((key_id, SecretStr(key.decode())) for key_id, key in keys)
    database = SecretStr(f"sqlite:///{path}")
    return demo_settings(path.parent).model_copy(update={"token_keys": ring, "database_url": database})


@pytest.mark.parametrize(
    ("keys", "said"),
    [(WRONG, "is not what the database was sealed with"), (NEW, "lacks the key 'k1'")],
)
def test_a_wrong_key_writes_nothing(sealed: Path, keys: list[tuple[str, bytes]], said: str) -> None:
    """One start with another key, under the same ID or another, is refused by name; the log stays whole."""
    before = dump(sealed)
    with pytest.raises(ConfigurationError) as caught:
        build(settings_with(keys, sealed))
    (problem,) = caught.value.problems
    assert problem.startswith("SNLIB_TOKEN_KEYS ")
    assert said in problem
    assert dump(sealed) == before
    engine = create_engine(f"sqlite:///{sealed}")
    assert verify(engine, RIGHT).ok
    engine.dispose()


@pytest.mark.parametrize("keys", [RIGHT, NEW + RIGHT, RIGHT + NEW])
def test_a_ring_with_the_right_key_starts(sealed: Path, keys: list[tuple[str, bytes]]) -> None:
    """In front or behind, the right key is enough; and a new one may stay alone once it sealed a line."""
    services = build(settings_with(keys, sealed))
    services.audit.record(None, "person.view")
    services.engine.dispose()
    last = build(settings_with(keys[:1], sealed))
    assert verify(last.engine, keys[:1]).ok
    last.engine.dispose()


def test_a_stored_secret_is_a_proof_too(tmp_path: Path) -> None:
    """Before any line was written, the connector's secret tells whose keys these are."""
    with sqlite_file(tmp_path) as engine:
        ConnectorStore(engine, Vault(RIGHT), HandClock()).save(WITH_SECRET, make_agent(), expected_version=0)
        check_keys(engine, RIGHT)
        with pytest.raises(ConfigurationError):
            check_keys(engine, WRONG)


def test_an_empty_database_fits_every_ring(tmp_path: Path) -> None:
    """Neither a file without tables nor a fresh schema speaks against a key."""
    engine = create_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    check_keys(engine, WRONG)
    upgrade(engine)
    check_keys(engine, NEW)
    engine.dispose()


def test_tampering_does_not_stop_the_start(sealed: Path) -> None:
    """A forged head beside rows that hold is left to the check of the log: the dashboard starts with its key."""
    engine = create_engine(f"sqlite:///{sealed}")
    with writing(engine) as connection:
        connection.execute(text("UPDATE meta SET value = replace(value, '3', '4') WHERE key = 'audit.head'"))
    check_keys(engine, RIGHT)
    assert not verify(engine, RIGHT).ok
    engine.dispose()
