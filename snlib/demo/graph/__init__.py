"""The demo Microsoft Graph: ``/v1.0/users`` and what belongs to a single user, over the demo's directory.

Queries are parsed and evaluated here, by rules documented for Graph; what is refused there is refused here with the
same status and code, so that a client finds out early which header or option it forgot.
"""

from __future__ import annotations

from snlib.demo.graph.routing import routes

__all__ = ["routes"]
