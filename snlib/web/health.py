"""Whether this process can serve: asked by a load balancer, so it says nothing about the installation."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from snlib.errors import SnlibError
from snlib.web.site import Site

_log = logging.getLogger(__name__)

_NOBODY = "0" * 64


class Health:
    """The route ``/healthz``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def healthz(self, request: Request) -> Response:
        """Answer 200 once the process has started and while the database answers, else 503."""
        if not self._site.ready.is_set():
            return _answer("starting", 503)
        try:
            self._site.services.sessions.find_by_id(_NOBODY, touch=False)
        except SnlibError as error:
            _log.error("not healthy: %s", error)
            return _answer("unavailable", 503)
        return _answer("ok", 200)


def _answer(status: str, status_code: int) -> Response:
    return JSONResponse({"status": status}, status_code, {"Cache-Control": "no-store"})
