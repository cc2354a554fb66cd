"""The demo instance's SQLite database: one table per ServiceNow table, every column a text that may be empty."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from snlib.demo.core.schema import OWN_TABLES, TABLES

_INDEXES = {
    "incident": ("caller_id", "number", "opened_at", "assignment_group", "state"),
    "sys_user": ("user_name", "email"),
    "sys_user_grmember": ("user", "group"),
    "sys_user_has_role": ("user",),
    "sys_journal_field": ("element_id",),
    "oauth_credential": ("token",),
    "entra_user": ("id", "userPrincipalName", "service_now_user"),
    "demo_password": ("user",),
    "managed_device": ("id", "userId", "serialNumber"),
    "entra_group": ("id",),
    "entra_membership": ("member",),
    "entra_photo": ("person_id",),
    "license_assignment": ("person_id", "skuId"),
    "cmdb_ci_computer": ("serial_number", "assigned_to"),
}


def quoted(name: str) -> str:
    """Return a column's or table's name quoted for SQL (``order``, ``group`` and ``get`` are key words)."""
    return '"' + name.replace('"', '""') + '"'


class Storage:
    """The tables of one demo instance.

    It knows no business rules: what is inserted is stored. One connection serves every thread under a re-entrant lock.

    Args:
        path: A file to keep the data in; ``None`` keeps it in memory.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._tables = {name: tuple(table.columns) for name, table in TABLES.items()} | OWN_TABLES
        self._connection = sqlite3.connect(str(path or ":memory:"), check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        # The demo's data can be made again from its seed: speed matters more than surviving a power cut.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.create_function("casefold", 1, lambda text: str(text).casefold(), deterministic=True)
        self._create()

    def _create(self) -> None:
        for name, columns in self._tables.items():
            fields = ", ".join(
                f"{quoted(column)} TEXT NOT NULL DEFAULT ''" + (" PRIMARY KEY" if column == "sys_id" else "")
                for column in columns
            )
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS {quoted(name)} ({fields})")
            for column in _INDEXES.get(name, ()):
                index = quoted(f"{name}__{column}")
                self._connection.execute(f"CREATE INDEX IF NOT EXISTS {index} ON {quoted(name)} ({quoted(column)})")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and make what happens inside one unit: all of it is kept, or on an exception none."""
        with self._lock:
            begin, keep, drop = (
                (f"SAVEPOINT level_{self._depth}", f"RELEASE level_{self._depth}", f"ROLLBACK TO level_{self._depth}")
                if self._depth
                else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
            )
            self._connection.execute(begin)
            self._depth += 1
            try:
                yield
            except BaseException:
                self._connection.execute(drop)
                raise
            else:
                self._connection.execute(keep)
            finally:
                self._depth -= 1

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, str]]:
        """Return what a SELECT finds, one dict a row. The SQL function ``casefold`` folds case for every script."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, params)]

    def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Run a statement; return how many rows it touched."""
        with self._lock:
            return self._connection.execute(sql, params).rowcount

    def get(self, table: str, sys_id: str) -> dict[str, str] | None:
        """Return one record by its sys_id, or None."""
        found = self.find(table, sys_id=sys_id)
        return found[0] if found else None

    def find(self, table: str, **equals: str) -> list[dict[str, str]]:
        """Return the records whose columns equal the given values exactly (case matters), in insertion order."""
        tests = " AND ".join(f"{self._column(table, name)} = ?" for name in equals) or "1 = 1"
        sql = f"SELECT * FROM {self._table(table)} WHERE {tests} ORDER BY rowid"
        return self.rows(sql, tuple(equals.values()))

    def insert(self, table: str, values: Mapping[str, str]) -> str:
        """Insert one record and return its sys_id, which is made up when ``values`` has none."""
        row = {**values, "sys_id": values.get("sys_id") or uuid.uuid4().hex}
        self.insert_many(table, [row])
        return row["sys_id"]

    def insert_many(self, table: str, rows: Iterable[Mapping[str, str]]) -> int:
        """Insert records, each with a sys_id of its own; return how many. Columns left out are empty.

        Raises:
            KeyError: The table, or a column named by the first row, is unknown.
            sqlite3.IntegrityError: A sys_id is taken.
        """
        rows = list(rows)
        if not rows:
            return 0
        names = sorted({name for row in rows for name in row})
        fields = ", ".join(self._column(table, name) for name in names)
        sql = f"INSERT INTO {self._table(table)} ({fields}) VALUES ({', '.join('?' * len(names))})"
        with self.transaction():
            self._connection.executemany(sql, [[row.get(name, "") for name in names] for row in rows])
        return len(rows)

    def update(self, table: str, sys_id: str, values: Mapping[str, str]) -> bool:
        """Change columns of one record; return whether it exists."""
        fields = ", ".join(f"{self._column(table, name)} = ?" for name in values)
        sql = f"UPDATE {self._table(table)} SET {fields} WHERE sys_id = ?"
        return self.execute(sql, (*values.values(), sys_id)) == 1

    def delete(self, table: str, sys_id: str) -> bool:
        """Delete one record; return whether it existed."""
        return self.execute(f"DELETE FROM {self._table(table)} WHERE sys_id = ?", (sys_id,)) == 1

    def clear(self) -> None:
        """Empty every table."""
        with self.transaction():
            for name in self._tables:
                self._connection.execute(f"DELETE FROM {quoted(name)}")

    def close(self) -> None:
        """Close the database; nothing may be asked of it afterwards."""
        with self._lock:
            self._connection.close()

    def _table(self, name: str) -> str:
        if name not in self._tables:
            raise KeyError(name)
        return quoted(name)

    def _column(self, table: str, name: str) -> str:
        if name not in self._tables[table]:
            raise KeyError(name)
        return quoted(name)
