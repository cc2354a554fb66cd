"""Start and stop inside one process."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import httpx
import pytest

from snlib.errors import ConfigurationError
from snlib.helpdesk import runtime
from snlib.web.lifespan import lifespan, send_small_packets_at_once
from snlib.web.startup import Plan


def test_the_lifespan_brings_everything_up_and_takes_it_down():
    """Inside, the services are installed and the demo instance answers; afterwards it is gone with its database."""
    plan = Plan(None, "http://localhost:8501", "--incidents 3")

    async def live():
        async with lifespan(plan, warm=("json",))(None):
            services = runtime.services()
            assert services.settings.public_url == "http://localhost:8501"
            assert gc.get_freeze_count() > 0
            database = Path(services.settings.database_url.get_secret_value().removeprefix("sqlite:///"))
            assert database.is_file()
            return services.settings.demo_origin, database

    try:
        origin, database = asyncio.run(live())
    finally:
        gc.unfreeze()
    assert not database.parent.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{origin}/demo/health", trust_env=False)


def test_a_demo_instance_that_fails_fails_the_start():
    """The error of the demo instance is the dashboard's: it does not serve without it."""

    async def live():
        async with lifespan(Plan(None, "http://localhost:8501", "--no-such-option"), warm=())(None):
            pytest.fail("started without its demo instance")

    with pytest.raises(ConfigurationError, match="--no-such-option"):
        asyncio.run(live())


def test_listeners_send_small_packets_at_once():
    """A listener opened as Streamlit opens it has TCP_NODELAY afterwards."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
        assert send_small_packets_at_once() >= 1
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
