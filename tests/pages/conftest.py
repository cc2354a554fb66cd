"""Pages over the real demo instance: separate services for each test, and tabs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from snlib.clock import Clock, utc_now
from snlib.demo.server import Running
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from tests.support import demo_services, restored


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Install services over a demo instance as the process's own; nothing cached is left of the test before."""
    with ExitStack() as stack:

        def start(demo: Running, clock: Clock = utc_now, **options: Any) -> Services:
            stack.enter_context(restored(demo))
            services = demo_services(demo, tmp_path, clock, **options)
            stack.callback(services.engine.dispose)
            runtime.install(services)
            st.cache_data.clear()
            return services

        yield start


@pytest.fixture
def unverified(demo: Running, serve: Callable[..., Services]) -> Services:
    """As `services`, with a connector that nobody has tested yet."""
    return serve(demo, verified=False)


@pytest.fixture
def services(demo: Running, serve: Callable[..., Services]) -> Services:
    """The test's own services over the shared demo instance, whose faults and switches are reset afterwards."""
    return serve(demo)
