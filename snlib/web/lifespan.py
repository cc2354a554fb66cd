"""Start and stop: warm imports, the demo instance, the services; and the reverse."""

from __future__ import annotations

import gc
import importlib
import logging
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from snlib.errors import ConfigurationError, SnlibError
from snlib.helpdesk import runtime, services
from snlib.settings import Settings, for_demo
from snlib.web.demo_process import TENANT_ID, DemoProcess, Registration
from snlib.web.startup import Plan

_log = logging.getLogger(__name__)

Lifespan = Callable[[Any], Any]


def lifespan(plan: Plan, *, warm: Sequence[str]) -> Lifespan:
    """Return the lifespan of the ASGI application.

    Args:
        plan: How to run.
        warm: Modules imported before the first visitor comes, who would wait for them otherwise.
    """

    @asynccontextmanager
    async def run(_app: object) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                await run_in_threadpool(_import, warm)
                settings = plan.settings or await _start_demo(plan, stack)
                built = await run_in_threadpool(services.build, settings)
            except SnlibError as error:
                _say_it_once(" ".join(error.problems) if isinstance(error, ConfigurationError) else str(error))
                raise
            stack.callback(built.engine.dispose)
            runtime.install(built)
            if settings.mode == "demo":
                _log.warning("DEMO MODE on %s: made-up data, reachable from this machine only", settings.public_url)
            send_small_packets_at_once()
            # What is loaded by now stays for good: the collector need not look at it again after each rerun.
            gc.collect()
            gc.freeze()
            yield

    return run


def send_small_packets_at_once() -> int:
    """Set TCP_NODELAY on this process's listeners and return how many there are; accepted connections inherit it.

    ``streamlit run`` opens its listener with protocol 0, and asyncio sets the option for IPPROTO_TCP only: without it
    the last frames of every rerun wait 40 ms.
    """
    listeners = [
        candidate
        for candidate in gc.get_objects()
        if isinstance(candidate, socket.socket)
        and candidate.fileno() >= 0
        and candidate.type == socket.SOCK_STREAM
        and candidate.family in (socket.AF_INET, socket.AF_INET6)
        and candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    ]
    for listener in listeners:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(listeners)


async def _start_demo(plan: Plan, stack: AsyncExitStack) -> Settings:
    registration = Registration(plan.public_url)
    demo = await run_in_threadpool(DemoProcess.start, registration, arguments=plan.demo_arguments)
    stack.push_async_callback(run_in_threadpool, demo.stop)
    folder = Path(tempfile.mkdtemp(prefix="snlib-demo-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return for_demo(
        public_url=plan.public_url,
        demo_origin=demo.origin,
        tenant_id=TENANT_ID,
        oidc_client_id=registration.oidc_client_id,
        oidc_client_secret=registration.oidc_client_secret,
        connector_client_id=registration.connector_client_id,
        connector_client_secret=registration.connector_client_secret,
        database_path=folder / "demo.sqlite3",
    )


def _import(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)


def _say_it_once(sentence: str) -> None:
    """Have the server log the sentence where it would log a traceback: the person starting it needs the cause."""
    logger = logging.getLogger("uvicorn.error")

    def replace(record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str) and record.msg.startswith("Traceback"):
            record.msg, record.args = sentence.replace("%", "%%"), ()
            logger.removeFilter(replace)
        return True

    logger.addFilter(replace)
