"""A dashboard as the README starts it, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NO_BROWSER = "no browser found; install one with `playwright install chromium`, or Debian's package `chromium`"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu"]
READY_SECONDS = 90


def launch(playwright: Playwright) -> Browser | None:
    """The first of: Playwright's own browser, an installed Chrome, a system Chromium; None without any."""
    args = [*QUIET, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    if Path(playwright.chromium.executable_path).exists():
        return playwright.chromium.launch(args=args)
    for name in ("google-chrome", "google-chrome-stable", "chrome", "chromium", "chromium-browser"):
        found = shutil.which(name)
        if found:
            return playwright.chromium.launch(executable_path=found, args=args)
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launch(playwright)
        if found is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_BROWSER)
            pytest.skip(NO_BROWSER)
        yield found
        found.close()


@dataclass
class Dashboard:
    """A running dashboard in demo mode, with the demo instance that it started."""

    url: str
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    port = free_port()
    log = tmp_path_factory.mktemp("dashboard") / "server.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SNLIB_", "STREAMLIT_"))}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://localhost:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield Dashboard(url, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the dashboard ended:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if b"ok" in answer.read():
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not answer in {READY_SECONDS} s:\n{log.read_text()}")


@pytest.fixture
def context(browser: Browser, dashboard: Dashboard) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=dashboard.url, viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest, dashboard: Dashboard) -> Iterator[Page]:
    opened = context.new_page()
    yield opened
    if getattr(request.node, "failed", False):
        folder = ROOT / "test-output"
        folder.mkdir(exist_ok=True)
        opened.screenshot(path=folder / f"{request.node.name}.png", full_page=True)
        (folder / f"{request.node.name}.log").write_bytes(dashboard.log.read_bytes()[-20_000:])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True
