"""Which rows each client brings where an instance does what real ones do to pages: a cap, hidden rows, no links.

    uv sync --group bench && uv run python -m tests.bench.traps

Every client asks the demo instance for pages of 200. Trap 1 caps pages at 70 rows; trap 2 reads as an agent from whom
rows are hidden after the limit was applied; trap 3 is both, once with the ``Link`` header and once without. Prints
Markdown: rows brought and, of them, distinct ones, beside the rows there are to be read.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import warnings
from collections.abc import Iterator

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from snlib.demo.app import create_app
from snlib.demo.core.instance import Instance
from snlib.demo.server import running
from tests.bench.peers.clients import CLIENTS

INCIDENTS, PAGE_ROWS, CAP_ROWS = 1_000, 200, 70
ADMIN, AGENT = ("admin", "admin"), ("hugo.lambert", "demo")
HIDDEN = "SELECT sys_id FROM sys_user_group WHERE name = 'Security Incident Response'"


class WithoutLinks:
    """The instance behind a front end that takes the ``Link`` header away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer without its links."""

        async def without(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "link" in headers:
                    del headers["link"]
            await send(message)

        await self._app(scope, receive, without)


@contextlib.contextmanager
def without_links(instance: Instance) -> Iterator[str]:
    """Serve the same instance without links, and give the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(WithoutLinks(create_app(instance)), log_level="critical", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def brought(name: str, origin: str, user: tuple[str, str]) -> str:
    """Return how many rows and distinct rows a client brings, or which error it ends with."""
    try:
        frame = CLIENTS[name](origin, user, PAGE_ROWS, labels=True)
    except Exception as error:  # a peer may fail in any way: that is its figure
        return type(error).__name__
    return f"{len(frame):,} / {frame['sys_id'].nunique():,}" if len(frame) else "0 / 0"


def main() -> None:
    """Ask and print the table."""
    warnings.simplefilter("ignore")
    with running(incidents=INCIDENTS) as demo, without_links(demo.instance) as bare:
        hidden = demo.instance.storage.rows(f"SELECT COUNT(*) AS n FROM incident WHERE assignment_group IN ({HIDDEN})")[
            0
        ]["n"]
        traps = (
            ("page cap", demo.origin, ADMIN, CAP_ROWS, INCIDENTS),
            ("hidden rows", demo.origin, AGENT, 0, INCIDENTS - hidden),
            ("both", demo.origin, AGENT, CAP_ROWS, INCIDENTS - hidden),
            ("both, no links", bare, AGENT, CAP_ROWS, INCIDENTS - hidden),
        )
        print(f"| trap | to be read | {' | '.join(CLIENTS)} |\n|---|--:|{'--:|' * len(CLIENTS)}")
        for title, origin, user, cap_rows, readable in traps:
            demo.instance.switches.page_cap_rows = cap_rows
            cells = " | ".join(brought(name, origin, user) for name in CLIENTS)
            print(f"| {title} | {readable:,} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
