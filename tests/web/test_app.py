"""Starting and stopping the whole dashboard, as the README's command does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from snlib.web.startup import EXIT_CODE

ROOT = Path(__file__).parents[2]


def command(*arguments, **environ):
    """Start ``streamlit run app.py`` with a clean environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SNLIB_", "STREAMLIT_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *arguments],
        cwd=ROOT,
        env={**kept, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


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
    process = command(f"--server.port={port}", SNLIB_DEMO_ARGUMENTS="--incidents 3")
    address = f"http://localhost:{port}"
    try:
        answer = _first_answer(process, address)
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


def _first_answer(process, address):
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None
        assert time.monotonic() < deadline
        try:
            # Nothing is answered before the start is over, so the first answer is a good one.
            return httpx.get(f"{address}/healthz", timeout=30, trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
