"""Opening the database, and the two ways to use it: `reading` and `writing`.

Both are context managers that give a connection in a transaction and turn every SQLAlchemy error into `StoreError`; no
other module handles SQLAlchemy's exceptions.

Source of the SQLite settings: https://www.sqlite.org/wal.html, https://www.sqlite.org/lang_transaction.html.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.elements import ColumnElement

from snlib.errors import ConfigurationError, StoreError

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another writer."""

# Also who only reads meets these: what they read is written to the access log.
_BUSY = "The dashboard's database is busy, so this was not done."
_FULL = "The disk of the dashboard's server is full, so this was not done."
_CROWDED = "Too many people use the dashboard's database at once, so this was not done."
_GONE = "The dashboard's database cannot be reached, so this was not done."


def create_engine(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://…``; only a missing SQLite file is made yet.

    A SQLite file is created readable and writable by its owner only; SQLite gives its ``-wal`` and ``-shm`` files the
    same rights.

    Raises:
        ConfigurationError: Not the address of a SQLite or PostgreSQL database, or the file cannot be written.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text may hold a password, so neither it nor the library's message is passed on.
        raise ConfigurationError(("SNLIB_DATABASE_URL is not a database URL.",)) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, busy_timeout_ms)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    raise ConfigurationError(("SNLIB_DATABASE_URL must begin with sqlite:/// or postgresql://.",))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection for reading; all reads in one block see the same state on SQLite."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        raise _store_error(error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection for writing; at the end of the block everything is saved, or nothing.

    On SQLite the write lock is taken at the start (``BEGIN IMMEDIATE``): SQLite refuses a transaction that reads first
    and writes later at once, whatever the busy timeout, when another one wrote in between.
    """
    try:
        with engine.connect().execution_options(snlib_writes=True) as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        raise _store_error(error) from error


def upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
    *,
    keys: Sequence[str],
    changes: Mapping[str, Any | ColumnElement[Any]] | None = None,
) -> None:
    """Insert a row, or set ``changes`` (by default every value that is no key) in the one with the same ``keys``."""
    new_values = dict(changes) if changes is not None else {k: v for k, v in values.items() if k not in keys}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(table).values(**values).on_conflict_do_update(index_elements=keys, set_=new_values))


def _sqlite(url: URL, busy_timeout_ms: int) -> Engine:
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        problem = ""
        if not path.parent.is_dir():
            problem = (
                f"the folder that {path.name} should be in does not exist. Make it, for the dashboard's user only."
            )
        elif not os.access(path.parent, os.W_OK):
            # SQLite writes its log beside the file.
            problem = f"the folder of {path.name} cannot be written to. Make the dashboard's user its owner."
        else:
            try:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            except OSError as error:
                problem = f"the file {path.name} cannot be opened for writing ({error.strerror})."
        if problem:
            raise ConfigurationError((f"SNLIB_DATABASE_URL: {problem}",))
    engine = sqlalchemy_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # None: the driver starts no transactions of its own, so that ours can be IMMEDIATE.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={busy_timeout_ms:d}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("snlib_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return sqlalchemy_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_recycle=1_800,  # seconds, as the other two
            pool_timeout=5,
            connect_args={"connect_timeout": 5},
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        problem = "SNLIB_DATABASE_URL names PostgreSQL, whose driver is not installed: install the extra `postgres`."
        raise ConfigurationError((problem,)) from error


def _store_error(error: SQLAlchemyError) -> StoreError:
    """Return an error that says what happened; its text for the log names types, never values."""
    cause = getattr(error, "orig", None)
    text = str(cause or "").lower()
    names = f"({type(error).__name__} {type(cause).__name__ if cause else ''}".rstrip() + ")"
    if isinstance(error, PoolTimeout):
        return StoreError(_CROWDED, log=f"All connections to the database are in use {names}.")
    if "locked" in text or "busy" in text or "read-only transaction" in text:
        return StoreError(_BUSY, log=f"The database is busy: another program holds it {names}.")
    if "disk is full" in text or "no space left" in text or "disk i/o error" in text:
        return StoreError(_FULL, log=f"The disk that holds the database is full: free some space on it {names}.")
    if "not a database" in text or "malformed" in text:
        return StoreError(_GONE, log=f"The database file is damaged, or another kind of file {names}.")
    return StoreError(_GONE, log=f"The database does not answer: is it running, and is its address right? {names}")
