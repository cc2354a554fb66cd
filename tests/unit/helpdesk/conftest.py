"""The façade over the real demo instance, a database of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from snlib.clock import Clock, utc_now
from snlib.demo.server import Running
from snlib.helpdesk.services import Services
from tests.support import demo_services, restored


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Build services over a demo instance, whose faults, switches and clock are put back afterwards."""
    with ExitStack() as stack:

        def start(demo: Running, clock: Clock = utc_now, **options: Any) -> Services:
            stack.enter_context(restored(demo))
            services = demo_services(demo, tmp_path, clock, **options)
            stack.callback(services.engine.dispose)
            return services

        yield start


@pytest.fixture
def services(demo: Running, serve: Callable[..., Services]) -> Services:
    """Services over the shared demo instance."""
    return serve(demo)
