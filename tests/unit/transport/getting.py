"""One call of the transport against a raw server, with small limits."""

from __future__ import annotations

from typing import Any

from snlib.transport import Answer, Limits, Transport
from tests.unit.transport.raw_server import RawServer

SMALL = Limits(connect_seconds=2, deadline_seconds=5, max_body_bytes=1 << 20, max_error_body_bytes=4096)
QUICK = Limits(connect_seconds=2, deadline_seconds=0.3, max_body_bytes=1 << 20)


def get(server: RawServer, limits: Limits = SMALL, **more: Any) -> Answer:
    """Ask ``server`` for a list."""
    return Transport(limits).send(
        "GET", f"{server.origin}/api/now/table/incident", service="ServiceNow", allowed_origin=server.origin, **more
    )
