"""What every suite shares: a clean environment, demo instances, and the real incident log."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from snlib.demo.server import Running, running

# How long an example takes says how busy the machine is, nothing about the code.
hypothesis.settings.register_profile("anywhere", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("anywhere")

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_LOG = Path(__file__).parents[2] / "shared" / "data" / "incidents_2016-03-07.csv"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings or proxies of the machine it runs on."""
    for name in list(os.environ):
        if name.startswith("SNLIB_") or name.upper() in _PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def demo() -> Iterator[Running]:
    """A demo instance for tests that only read, or that add what nobody else counts; never turn a switch here."""
    with running(seed=7, incidents=400, control=True) as instance:
        yield instance


@contextmanager
def _starting() -> Iterator[Callable[..., Running]]:
    with ExitStack() as stack:

        def start(**arguments: Any) -> Running:
            return stack.enter_context(running(**{"seed": 7, "incidents": 60, "control": True, **arguments}))

        yield start


@pytest.fixture
def start_demo() -> Iterator[Callable[..., Running]]:
    """Start a demo instance of one's own, with the arguments of ``running``; it stops with the test."""
    with _starting() as start:
        yield start


@pytest.fixture(scope="module")
def start_module_demo() -> Iterator[Callable[..., Running]]:
    """Start a demo instance of one file's own, with the arguments of ``running``; it stops with its last test."""
    with _starting() as start:
        yield start


@pytest.fixture
def fresh_demo(start_demo: Callable[..., Running]) -> Running:
    """A demo instance of one's own, for tests that change switches, faults, the clock or data."""
    return start_demo()


@pytest.fixture
def incident_log() -> Path:
    """The real incident log; it is not in the repository, so a newcomer's run skips what needs it."""
    if not _LOG.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the incident log {_LOG.name} is missing and CI=true")
        pytest.skip(f"needs {_LOG.name} in a folder shared/data beside the repository")
    return _LOG
