"""What tests of stored things share: a clock that moves when told, agents, and a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from snlib.agent import Agent
from snlib.database.engine import create_engine
from snlib.database.migrate import upgrade
from snlib.vault import Vault

AUDIT_KEYS = [("k1", b"a key of the tests' own, 32 bytes")]
"""The ring that the access log's seals are made with."""
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta, given in its parts."""
        self.now += timedelta(**parts)


def make_agent(name: str = "Hugo Lambert", *, session: str = "1", **changes: object) -> Agent:
    """Return an agent whose object id follows from the name."""
    values: dict[str, object] = {
        "issuer": "https://login.example",
        "tenant_id": "tenant",
        "object_id": f"object of {name}",
        "name": name,
        "email": f"{name}@example.com",
        "username": f"{name}@example.com",
        "roles": frozenset(),
        "wids": frozenset(),
        "session_id": session * 64,
        "signed_in_at": START,
    }
    return Agent(**{**values, **changes})  # type: ignore[arg-type]


def make_vault() -> Vault:
    """Return a vault with a key of its own."""
    return Vault([("k1", Vault.generate_key().encode("ascii"))])


@contextmanager
def sqlite_file(folder: Path, name: str = "dashboard.sqlite3") -> Iterator[Engine]:
    """Give a migrated SQLite database in a file."""
    engine = create_engine(f"sqlite:///{folder / name}")
    upgrade(engine)
    yield engine
    engine.dispose()
