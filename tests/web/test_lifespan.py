"""Start and stop inside one process."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from pathlib import Path

import httpx
import pytest

from snlib.helpdesk import runtime
from snlib.web.lifespan import lifespan, send_small_packets_at_once
from snlib.web.site import Site
from snlib.web.startup import EXIT_CODE, Plan


def site_of(demo_arguments):
    """Return the site of a dashboard in demo mode."""
    return Site(Plan(None, "http://localhost:8501", demo_arguments), runtime.services, content_security_policy="")


def test_the_lifespan_brings_everything_up_and_takes_it_down():
    """Inside, the services are installed and the demo instance answers; afterwards it is gone with its database."""
    site = site_of("--incidents 3")

    async def live():
        async with lifespan(site, warm=("json",))(None):
            await site.ready.wait()
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


def test_a_demo_instance_that_fails_fails_the_start(caplog):
    """The error of the demo instance is the dashboard's: it does not serve without it."""
    site = site_of("--no-such-option")

    async def live():
        async with lifespan(site, warm=())(None):
            await site.ready.wait()

    with pytest.raises(SystemExit) as ended:
        asyncio.run(live())
    assert ended.value.code == EXIT_CODE
    assert "--no-such-option" in caplog.text


def test_a_module_that_cannot_be_imported_fails_the_start(caplog):
    """Nothing is served half ready: a mistake of ours ends the process too, with its traceback in the log."""
    site = site_of("--incidents 3")

    async def live():
        async with lifespan(site, warm=("snlib.no_such_module",))(None):
            await site.ready.wait()

    with pytest.raises(SystemExit) as ended:
        asyncio.run(live())
    assert ended.value.code == 1
    assert "ModuleNotFoundError" in caplog.text


def test_the_listener_is_served_at_once():
    """Before the start is over, requests are answered already, on a listener that sends small packets at once."""
    site = site_of("--incidents 3")

    async def live(listener):
        async with lifespan(site, warm=())(None):
            # Nothing was awaited in between, so what runs beside cannot be over.
            assert not site.ready.is_set()
            assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0

    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        asyncio.run(live(listener))


def test_listeners_send_small_packets_at_once():
    """A listener opened as Streamlit opens it has TCP_NODELAY afterwards."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
        assert send_small_packets_at_once() >= 1
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.parametrize("refused", ["getsockopt", "setsockopt"])
def test_a_system_that_refuses_a_socket_option_is_no_obstacle(refused):
    """On macOS SO_ACCEPTCONN is refused, elsewhere TCP_NODELAY may be: both are for speed only."""

    class Refusing(socket.socket):
        pass

    def refuse(*_):
        raise OSError(errno.ENOPROTOOPT, "Protocol not available")

    setattr(Refusing, refused, refuse)
    with Refusing(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        send_small_packets_at_once()
        assert listener.fileno() >= 0
