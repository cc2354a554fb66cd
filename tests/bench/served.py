"""Starts a Streamlit server as the README does, and measures what its own process uses."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.browser.running import streamlit_run

START_SECONDS = 120.0
POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Served:
    """A running server.

    Attributes:
        url: Its origin, by the name cookies are made for.
        log: The file its output goes to.
        started: `time.perf_counter` when its process was started.
        process: The server's own process; a demo instance beside it is another one and not counted.
    """

    url: str
    log: Path
    started: float
    process: psutil.Process

    def cpu_ms(self) -> float:
        """Return the CPU time used so far by this process alone, user and system, in milliseconds."""
        times = self.process.cpu_times()
        return (times.user + times.system) * 1000

    def rss_mib(self) -> float:
        """Return the resident memory of this process alone, in MiB."""
        return self.process.memory_info().rss / 2**20

    def running_ms(self) -> float:
        """Return the milliseconds since its process was started."""
        return (time.perf_counter() - self.started) * 1000

    def wait_for(self, path: str) -> float:
        """Wait until ``path`` is answered with 200 and return how long that took since the start, in milliseconds.

        Raises:
            RuntimeError: The server ended or served nothing in time; with its output.
        """
        while self.running_ms() < START_SECONDS * 1000 and self.process.status() != psutil.STATUS_ZOMBIE:
            try:
                with urllib.request.urlopen(f"{self.url}{path}", timeout=START_SECONDS) as answer:
                    answer.read()
                return self.running_ms()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(POLL_SECONDS)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(encoding='utf-8')}")


@contextmanager
def serving(script: Path, folder: Path, *, python_options: Sequence[str] = ()) -> Iterator[Served]:
    """Run ``script`` with ``streamlit run`` and the project's own configuration, and stop it afterwards.

    Args:
        script: The script or ASGI application.
        folder: Where its temporary files, its database and its log go.
        python_options: Options of the interpreter, such as ``-X importtime``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with streamlit_run(str(script), folder, python_options=python_options) as (url, log, process):
        yield Served(url, log, started, psutil.Process(process.pid))
