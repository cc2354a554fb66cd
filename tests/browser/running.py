"""Starts what a browser test needs: a dashboard as the README starts it, and a real browser."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, Error, Playwright

ROOT = Path(__file__).resolve().parents[2]
NO_BROWSER = (
    "no browser found; install one with `uv run playwright install chromium`, or Debian's package: "
    "`apt-get install chromium`"
)
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SYSTEM = ("google-chrome", "google-chrome-stable", "chrome", "chromium", "chromium-browser")
READY_SECONDS = 90
_DEMO = re.compile(r"demo instance ready on (\S+)")
_FORGOTTEN = ("token", "recent_person", "person_caller", "connector_test", "authorization_request")


def launch(playwright: Playwright) -> Browser | None:
    """Return the first of: Playwright's own browser, an installed Chrome, a system Chromium; None without any."""
    choices: list[dict[str, str]] = [{}, {"channel": "chrome"}]
    choices += [{"executable_path": found} for name in SYSTEM if (found := which(name))]
    for choice in choices:
        try:
            return playwright.chromium.launch(args=QUIET, **choice)
        except Error as error:
            if "doesn't exist" not in error.message and "is not found" not in error.message:
                raise
    return None


@dataclass
class Dashboard:
    """A running dashboard in demo mode, with the demo instance that it started."""

    url: str
    log: Path
    database: Path
    _connector: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def demo_origin(self) -> str:
        """The demo instance's origin, from the server's log."""
        found = _DEMO.search(self.log.read_text(encoding="utf-8"))
        assert found, "the log does not name the demo instance"
        return found[1]

    def connector(self) -> dict[str, object]:
        """Return the connector as it is stored."""
        with closing(sqlite3.connect(self.database, timeout=10)) as store:
            store.row_factory = sqlite3.Row
            return dict(store.execute("SELECT * FROM connector").fetchone())

    def start_afresh(self, *, verified: bool = True) -> None:
        """Reset the dashboard's database to its start: nobody connected or opened; the connector is ``verified``."""
        with closing(sqlite3.connect(self.database, timeout=10)) as store:
            if not self._connector:
                self._connector = store.execute("SELECT * FROM connector").fetchall()
            for table in (*_FORGOTTEN, "connector"):
                store.execute(f"DELETE FROM {table}")
            for row in self._connector:
                store.execute(f"INSERT INTO connector VALUES ({','.join('?' * len(row))})", row)
            if verified:
                store.execute("UPDATE connector SET verified_at = updated_at, verified_by = 'Demo set-up'")
            store.commit()


def free_port(preferred: int = 0) -> int:
    """Return a port of loopback that nobody listens on: the preferred one if it is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return free_port()
        return int(probe.getsockname()[1])


@contextmanager
def streamlit_run(
    script: str, folder: Path, *, port: int = 0, python_options: Sequence[str] = ()
) -> Iterator[tuple[str, Path, subprocess.Popen[bytes]]]:
    """Run ``script`` with ``streamlit run`` and the project's configuration; give address, log and process; stop it."""
    port = free_port(port)
    log = folder / "server.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SNLIB_", "STREAMLIT_"))}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *python_options, "-m", "streamlit", "run", script, "--server.port", str(port)],
            cwd=ROOT,
            env={**env, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://localhost:{port}", log, process
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def running_dashboard(folder: Path, port: int = 0) -> Iterator[Dashboard]:
    """Start the dashboard as the README does, its files and log in ``folder``; on ``port``, if free; stop it after.

    Its connector is verified, as after the README's second step.
    """
    with streamlit_run("app.py", folder, port=port) as (url, log, process):
        wait_until_ready(f"{url}/healthz", process, log)
        dashboard = dashboard_of(url, log)
        dashboard.start_afresh()
        yield dashboard


def dashboard_of(url: str, log: Path) -> Dashboard:
    """Return a dashboard that runs, with the database of its demo mode, which is in a folder beside its log."""
    return Dashboard(url, log, next(log.parent.glob("snlib-demo-*/demo.sqlite3")))


def wait_until_ready(health: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the address ``health`` of a started server answers ok; its log is in the failure."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if b"ok" in answer.read():
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
