"""Opening the database, reading and writing."""

import os
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text

from snlib.database.engine import create_engine, reading, upsert, writing
from snlib.database.tables import meta
from snlib.errors import ConfigurationError, StoreError
from tests.stores import sqlite_file


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://user:hunter2@host/name", "file:hunter2", "oracle://hunter2@x"]
)
def test_an_address_of_no_known_database_is_refused(url: str):
    """What is no SQLite or PostgreSQL address is a configuration error, which does not repeat the address."""
    with pytest.raises(ConfigurationError, match="SNLIB_DATABASE_URL") as caught:
        create_engine(url)
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    """A SQLite file in a missing folder is a fault of the configuration, not a later surprise."""
    with pytest.raises(ConfigurationError, match="does not exist"):
        create_engine(f"sqlite:///{tmp_path / 'missing' / 'x.sqlite3'}")


def test_the_settings_of_sqlite(tmp_path: Path):
    """Every connection writes ahead, waits for others, and loses nothing at a power cut."""
    with sqlite_file(tmp_path) as engine, reading(engine) as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX systems")
def test_the_file_is_the_owners_only(tmp_path: Path):
    """Neither the database nor its write-ahead files can be read by other users of the machine."""
    with sqlite_file(tmp_path) as engine, writing(engine) as connection:
        connection.execute(insert(meta).values(key="k", value="v"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


def test_a_failed_block_saves_nothing(tmp_path: Path):
    """An error in the block undoes all of it and passes through."""
    with sqlite_file(tmp_path) as engine:

        def write_and_fail() -> None:
            with writing(engine) as connection:
                connection.execute(insert(meta).values(key="k", value="v"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        with reading(engine) as connection:
            assert connection.execute(select(meta)).all() == []


def test_two_writers_wait_for_each_other(tmp_path: Path):
    """Eight threads that read and then write at once lose no update: the lock is taken before the reading."""
    with sqlite_file(tmp_path) as engine:
        with writing(engine) as connection:
            connection.execute(insert(meta).values(key="n", value="0"))

        def count_up() -> None:
            for _ in range(5):
                with writing(engine) as connection:
                    number = int(connection.scalar(select(meta.c.value)) or 0)
                    connection.execute(meta.update().values(value=str(number + 1)))

        threads = [threading.Thread(target=count_up) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with reading(engine) as connection:
            assert connection.scalar(select(meta.c.value)) == "40"


def test_a_busy_database_is_told_as_such(tmp_path: Path):
    """While another process holds the write lock for too long, saving fails with the sentence for that."""
    with sqlite_file(tmp_path) as engine:
        impatient = create_engine(f"sqlite:///{tmp_path / 'dashboard.sqlite3'}", busy_timeout_ms=1)
        with writing(engine), pytest.raises(StoreError, match="busy") as caught, writing(impatient):
            pytest.fail("both have the write lock")
        impatient.dispose()
    assert caught.value.user_message == "The dashboard's database is busy, so this was not done."


def test_a_broken_database_says_nothing_of_its_content(tmp_path: Path):
    """A file that is no database ends in our own error, without statement or values."""
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"this is no database " * 100)
    engine = create_engine(f"sqlite:///{path}")
    with pytest.raises(StoreError) as caught, writing(engine) as connection:
        connection.execute(insert(meta).values(key="k", value="hunter2"))
    assert "cannot be reached" in caught.value.user_message
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"
    engine.dispose()


def test_upsert_inserts_and_then_changes(tmp_path: Path):
    """The same call makes the row and later changes it."""
    with sqlite_file(tmp_path) as engine, writing(engine) as connection:
        upsert(connection, meta, {"key": "k", "value": "1"}, keys=["key"])
        upsert(connection, meta, {"key": "k", "value": "2"}, keys=["key"])
        upsert(connection, meta, {"key": "k", "value": "3"}, keys=["key"], changes={"value": meta.c.value + "!"})
        assert connection.execute(select(meta.c.value)).scalars().all() == ["2!"]


@pytest.mark.parametrize(
    ("path", "writable", "said"),
    [
        ("nowhere/d.sqlite3", True, "the folder that d.sqlite3 should be in does not exist. Make it"),
        ("d.sqlite3", False, "the folder of d.sqlite3 cannot be written to. Make"),
        ("", True, "cannot be opened for writing (Is a directory)"),
    ],
)
def test_a_file_that_cannot_be_kept_is_told(tmp_path, monkeypatch, path, writable, said):
    """Each is one sentence that names the setting and what to do, never the whole path."""
    if not writable:  # whoever runs the tests may be allowed everything
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ConfigurationError) as caught:
        create_engine(f"sqlite:///{tmp_path / path}")
    (problem,) = caught.value.problems
    assert problem.startswith("SNLIB_DATABASE_URL: ")
    assert said in problem
    assert str(tmp_path.parent) not in problem


def test_a_full_disk_is_told(tmp_path):
    """A database that cannot grow any more says so to whoever saves, and in the log with what to do."""

    def save_much(engine: Engine) -> None:
        with writing(engine) as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(meta.insert().values(key="large", value="x" * 100_000))

    with sqlite_file(tmp_path) as engine, pytest.raises(StoreError) as caught:
        save_much(engine)
    assert "disk of the dashboard's server is full" in caught.value.user_message
    assert str(caught.value).startswith("The disk that holds the database is full: free some space on it")
