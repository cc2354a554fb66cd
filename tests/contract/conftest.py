"""Every database that can hold the dashboard's tables: a SQLite file, and PostgreSQL where its server is installed.

Suites over both are one xdist group, so that one worker starts one server for all of them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from snlib.database.engine import create_engine
from snlib.database.migrate import upgrade

POSTGRES = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server of the test's own in a temporary folder and give the URL of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="snlib-pg-"))
    # PostgreSQL refuses to run as root.
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)

    def run(command: str, *arguments: str) -> None:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [POSTGRES / command, *arguments],
            check=True,
            user=owner,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "dashboard", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://dashboard@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the server's URL with a place for the database's name, or skip with the reason."""
    if not (POSTGRES / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed ({POSTGRES}); on Debian: apt-get install postgresql-15")
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Return a function that opens one and the same empty, migrated database anew, as replicas do."""
    engines: list[Engine] = []
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'dashboard.sqlite3'}"
    else:
        template = request.getfixturevalue("postgres_url")
        name = f"test_{secrets.token_hex(8)}"
        server = create_engine(template.format(name="postgres"))
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        url = template.format(name=name)

    def open_one() -> Engine:
        engines.append(create_engine(url))
        return engines[-1]

    upgrade(open_one())
    yield open_one
    for engine in engines:
        engine.dispose()
