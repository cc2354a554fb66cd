"""Running a demo instance inside this process: in a thread for tests, in the foreground for the command."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn

from snlib.demo.app import create_app
from snlib.demo.core.instance import DEFAULT_AS_OF, Instance, OAuthClient, OidcClient, Setup
from snlib.demo.core.storage import Storage
from snlib.demo.core.switches import Switches
from snlib.demo.filling import fill, is_filled, register
from snlib.demo.seed.incident_log.importer import ImportReport

HOST = "127.0.0.1"
USUAL_PORT = 8600
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Running:
    """A demo instance that answers.

    Attributes:
        origin: Its address, such as ``http://127.0.0.1:49152``.
        instance: What it works on, for tests in the same process.
    """

    origin: str
    instance: Instance


def listen(port: int | None) -> socket.socket:
    """Return a socket that listens on the loopback address only.

    Port 0 takes a free one; None takes `USUAL_PORT`, or a free one when that is taken.

    Raises:
        OSError: The port is taken.
    """
    if port is None:
        try:
            return listen(USUAL_PORT)
        except OSError:
            return listen(0)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows the option would let two programs take one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def build_instance(
    origin: str, setup: Setup, *, control: bool, database: Path | None = None, switches: Switches | None = None
) -> tuple[Instance, ImportReport | None, bool]:
    """Make an instance and fill it, unless its database file has been filled before.

    Returns:
        The instance, what became of an imported log, and whether it was filled now.
    """
    storage = Storage(database)
    instance = Instance(storage=storage, origin=origin, setup=setup, control=control)
    if switches is not None:
        instance.switches = switches
    if is_filled(storage):
        register(instance)
        return instance, None, False
    try:
        return instance, fill(instance), True
    except BaseException:
        storage.close()
        raise


class Server(uvicorn.Server):
    """A server that tells when it answers.

    Args:
        instance: What it serves.
        when_ready: Called once, as soon as requests are answered.
    """

    def __init__(self, instance: Instance, when_ready: Callable[[], None]) -> None:
        # No access log: it would print authorization codes. No lifespan: there is nothing to start.
        super().__init__(
            uvicorn.Config(
                create_app(instance),
                log_level="critical",
                access_log=False,
                lifespan="off",
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=3,
            )
        )
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, then say so."""
        await super().startup(sockets)
        self._when_ready()


@contextmanager
def running(
    port: int = 0,
    *,
    seed: int = 7,
    incidents: int = 5000,
    import_path: Path | None = None,
    client: OAuthClient | None = None,
    oidc: OidcClient | None = None,
    control: bool = True,
    switches: Switches | None = None,
    as_of: datetime | None = None,
) -> Iterator[Running]:
    """Run a demo instance in a thread for the length of a ``with`` block.

    Raises:
        ImportFailed: The log cannot be loaded.
        OSError: The port is taken.
        TimeoutError: It did not start in time.
    """
    listener = listen(port)
    origin = f"http://{HOST}:{listener.getsockname()[1]}"
    setup = Setup(seed, incidents, as_of or DEFAULT_AS_OF, import_path, client, oidc)
    try:
        instance, *_ = build_instance(origin, setup, control=control, switches=switches)
    except BaseException:
        listener.close()
        raise
    ready = threading.Event()
    server = Server(instance, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo-instance", daemon=True)
    thread.start()
    try:
        if not ready.wait(_START_SECONDS):
            raise TimeoutError("the demo instance did not start")
        yield Running(origin, instance)
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS)
        listener.close()
        instance.storage.close()
