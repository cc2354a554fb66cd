"""Start and stop: the server listens at once; the demo instance, the slow imports and the services come beside it.

Who is signed in, or about to sign in, waits for that (`snlib.web.site.Site.ready`); the page to sign in does not.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snlib.errors import ConfigurationError, SnlibError
from snlib.helpdesk import runtime
from snlib.web.demo_process import TENANT_ID, DemoProcess, Registration
from snlib.web.site import Site
from snlib.web.startup import EXIT_CODE, Plan

if TYPE_CHECKING:
    from snlib.helpdesk.services import Services
    from snlib.settings import Settings

_log = logging.getLogger(__name__)


def lifespan(site: Site, *, warm: Sequence[str]) -> Callable[[Any], Any]:
    """Return the lifespan of the ASGI application.

    A start that fails ends the process: one sentence in the log, and `startup.EXIT_CODE` where the configuration is
    the cause, else 1. ``warm`` are modules to import meanwhile; whoever signs in first would wait for them otherwise.
    """

    async def start(stack: ExitStack) -> None:
        try:
            services = await asyncio.to_thread(_start, site.plan, warm, stack)
        except ConfigurationError as error:
            _log.error("The dashboard does not start. %s", " ".join(error.problems))
            raise SystemExit(EXIT_CODE) from None
        except SnlibError as error:
            _log.error("The dashboard does not start. %s", error)
            raise SystemExit(1) from None
        except OSError as error:
            # A full disk, or a folder that may not be written to: the system's own words say what is missing.
            _log.error("The dashboard does not start. %s: %s", error.filename or "The system", error.strerror or error)
            raise SystemExit(1) from None
        except Exception:
            _log.exception("The dashboard does not start.")
            raise SystemExit(1) from None
        runtime.install(services)
        site.ready.set()

    @asynccontextmanager
    async def run(_app: object) -> AsyncIterator[None]:
        send_small_packets_at_once()
        with ExitStack() as stack:
            starting = asyncio.create_task(start(stack))
            try:
                yield
            except asyncio.CancelledError:
                # `SystemExit` in a task ends the event loop, which cancels all others: no fault of theirs to report.
                if not (starting.done() and starting.exception()):
                    raise
            finally:
                starting.cancel()

    return run


def send_small_packets_at_once() -> int:
    """Set TCP_NODELAY on this process's TCP sockets and return how many took it; accepted connections inherit it.

    ``streamlit run`` opens its listener with protocol 0, and asyncio sets the option for IPPROTO_TCP only: without it
    the last frames of every rerun wait 40 ms. It is for speed only: what a system refuses is left as it is.
    """
    done = 0
    for candidate in gc.get_objects():
        # Of the type, not the object: to look at a dead weak reference would raise.
        if issubclass(type(candidate), socket.socket) and candidate.type == socket.SOCK_STREAM:
            # Which sockets listen is not asked: macOS does not tell.
            with suppress(OSError):  # of another family, or closed
                candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                done += 1
    return done


def _start(plan: Plan, warm: Sequence[str], stack: ExitStack) -> Services:
    """Do all that is left to do, in a thread, and return the services; what has to end with them goes on the stack."""
    if plan.settings is not None:
        _import(warm)
        settings = plan.settings
    else:
        registration = Registration(plan.public_url)
        # First: it starts on another core meanwhile.
        demo = DemoProcess.start(registration, arguments=plan.demo_arguments)
        stack.callback(demo.stop)
        _import(warm)
        settings = _demo_settings(registration, demo.origin(), stack)
        _log.warning("DEMO MODE on %s: made-up data, reachable from this machine only", settings.public_url)
    from snlib.helpdesk import services

    built = services.build(settings)
    stack.callback(built.engine.dispose)
    # What is loaded by now stays for good: the collector need not look at it again after each rerun.
    gc.collect()
    gc.freeze()
    return built


def _import(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)


def _demo_settings(registration: Registration, demo_origin: str, stack: ExitStack) -> Settings:
    from snlib.settings import for_demo

    folder = Path(tempfile.mkdtemp(prefix="snlib-demo-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return for_demo(
        public_url=registration.public_url,
        demo_origin=demo_origin,
        tenant_id=TENANT_ID,
        oidc_client_id=registration.oidc_client_id,
        oidc_client_secret=registration.oidc_client_secret,
        connector_client_id=registration.connector_client_id,
        connector_client_secret=registration.connector_client_secret,
        database_path=folder / "demo.sqlite3",
    )
