"""Starting and stopping the whole dashboard, as the README's command does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from snlib.web.startup import EXIT_CODE
from tests.bench.sessions import Session
from tests.unit.web.test_startup import PRODUCTION

ROOT = Path(__file__).parents[2]
NO_INCIDENTS = "number,state,caller_id,opened_at,short_description,impact,urgency,priority\n"
SLOW = {
    "pandas", "numpy", "pyarrow", "PIL", "sqlalchemy", "alembic", "authlib", "joserfc", "httpx", "requests",
    "cryptography", "xlsxwriter", "pydantic",
}  # fmt: skip
"""Packages that take tens or hundreds of milliseconds to import."""


def command(*arguments, **environ):
    """Start ``streamlit run app.py`` with a clean environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *arguments],
        cwd=ROOT,
        env=_environ(**environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _environ(**more):
    return {name: value for name, value in os.environ.items() if not name.startswith(("SNLIB_", "STREAMLIT_"))} | more


def free_port():
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_streamlit_finds_the_application():
    """The file is read, not run: the application stands in it where Streamlit looks for it."""
    found = discover_asgi_app(ROOT / "app.py")
    assert found.is_asgi_app
    assert found.import_string == "app:app"


def test_the_file_stays_short():
    """The file that joins everything is no place for code: at most 80 lines."""
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        (["--server.address=0.0.0.0"], {}, "demo mode only runs where nobody else can reach it"),
        (['--server.trustedUserHeaders={"X-Forwarded-User":"session"}'], {}, "server.trustedUserHeaders must be"),
    ],
)
def test_a_dangerous_start_is_refused(arguments, environ, sentence):
    """Exit code 78 and the sentence, no traceback, nothing listening."""
    process = command(f"--server.port={free_port()}", *arguments, **environ)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == EXIT_CODE
    assert sentence in said
    assert "Traceback" not in said


def test_it_starts_in_demo_mode_and_ends_in_order():
    """One command, no configuration: the page answers with our headers; SIGTERM ends it and the demo instance."""
    port = free_port()
    process = command(f"--server.port={port}", SNLIB_DEMO_ARGUMENTS=f"--incidents 3 --port {free_port()}")
    address = f"http://localhost:{port}"
    try:
        answer = _first_good_answer(process, f"{address}/healthz")
        assert answer.headers["x-app-mode"] == "demo"
        page = httpx.get(address, headers={"accept": "text/html"}, trust_env=False)
        assert "script-src 'self' blob: 'sha256-" in page.headers["content-security-policy"]
        login = httpx.get(f"{address}/login", trust_env=False)
        assert login.status_code == 303
        demo = login.headers["location"].split("/", 3)[:3]
        assert httpx.get("/".join(demo) + "/demo/health", trust_env=False).json()["status"] == "ok"
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert "Traceback" not in said
    with pytest.raises(httpx.ConnectError):
        httpx.get("/".join(demo) + "/demo/health", trust_env=False)


def test_the_page_to_sign_in_comes_before_the_demo_instance(tmp_path):
    """While the demo instance waits for its data, the page is drawn and 503 tells load balancers to wait; then 200."""
    data = tmp_path / "incidents.csv"
    os.mkfifo(data)
    port = free_port()
    process = command(f"--server.port={port}", SNLIB_DEMO_ARGUMENTS=f"--incidents 0 --import {data}")
    address = f"http://localhost:{port}"
    try:
        _first_good_answer(process, f"{address}/")
        session = asyncio.run(_first_run(address))
        assert session.drawn["html"] == 2, "the stylesheet and the notice"
        assert not session.exceptions
        health = httpx.get(f"{address}/healthz", trust_env=False)
        assert (health.status_code, health.json()) == (503, {"status": "starting"})
        # Opening it waits for the reader.
        threading.Thread(target=data.write_text, args=(NO_INCIDENTS,), daemon=True).start()
        # Held until the process is ready, then answered.
        assert httpx.get(f"{address}/login", timeout=60, trust_env=False).status_code == 303
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert "Traceback" not in said


def test_a_start_that_is_not_over_can_be_ended(tmp_path):
    """SIGTERM while the demo instance waits for its data ends both in order, without a word about it."""
    data = tmp_path / "incidents.csv"
    os.mkfifo(data)
    port = free_port()
    process = command(f"--server.port={port}", SNLIB_DEMO_ARGUMENTS=f"--import {data}", TMPDIR=str(tmp_path))
    try:
        _first_good_answer(process, f"http://localhost:{port}/")
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert "Traceback" not in said
    assert "does not start" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["incidents.csv"]


@pytest.mark.parametrize(
    ("environ", "exit_code", "sentence"),
    [
        ({"SNLIB_DEMO_ARGUMENTS": "--no-such-option"}, EXIT_CODE, "The demo instance ended with exit code 2."),
        (PRODUCTION, EXIT_CODE, "No directory is configured"),
        (
            {**PRODUCTION, "SNLIB_DIRECTORY": "servicenow", "SNLIB_DATABASE_URL": "sqlite:///{broken}"},
            1,
            "is damaged, or",
        ),
    ],
)
def test_a_start_that_fails_ends_the_process(tmp_path, environ, exit_code, sentence):
    """What comes to light after the server listens ends it all the same: one sentence, no traceback."""
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("This is no database, but long enough to be read as one. " * 20, encoding="utf-8")
    environ = {name: value.format(broken=broken) for name, value in environ.items()}
    process = command(f"--server.port={free_port()}", **environ)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == exit_code
    assert said.count("The dashboard does not start. ") == 1
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.name != "posix", reason="the limit that stands for a full disk is a matter of POSIX systems")
def test_a_full_disk_ends_the_start_in_one_sentence(tmp_path):
    """A database that cannot grow is told, with what to do; exit code 1, no traceback."""
    environ = {
        **PRODUCTION,
        "SNLIB_DIRECTORY": "servicenow",
        "SNLIB_DATABASE_URL": f"sqlite:///{tmp_path / 'd.sqlite3'}",
    }
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)); "
    limited += "sys.argv[0] = 'streamlit'; runpy.run_module('streamlit', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", limited, "run", "app.py", f"--server.port={free_port()}"],
        cwd=ROOT,
        env=_environ(**environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "The dashboard does not start. The disk that holds the database is full: free some space" in done.stderr
    assert "Traceback" not in done.stderr


def test_little_is_imported_before_the_server_listens():
    """The application, and the page to sign in, are imported without what takes long."""
    code = "import sys, app, snlib.ui.entrance; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=_environ(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "snlib" in loaded
    assert not loaded & SLOW


async def _first_run(address):
    async with Session(address) as session:
        await session.rerun()
    return session


def _first_good_answer(process, url):
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None
        assert time.monotonic() < deadline
        try:
            answer = httpx.get(url, timeout=30, trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            return answer
        time.sleep(0.05)
