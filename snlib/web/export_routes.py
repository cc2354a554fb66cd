"""Files to download: only with a session, only from our own pages, never kept by a cache."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from snlib.audit import AuditFilter
from snlib.errors import InvalidInput, PermissionDenied, SnlibError
from snlib.helpdesk import access_log
from snlib.web.edge.fetch_metadata import from_elsewhere
from snlib.web.edge.html import page
from snlib.web.site import Site

_log = logging.getLogger(__name__)

MAX_CHARACTERS = 600
BACK = {"Back to the access log": "/access_log"}


class ExportRoutes:
    """The routes below ``/export``; they block, so Starlette gives them a thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def access_log(self, request: Request) -> Response:
        """Answer with the lines of the access log that meet the query's filter, as CSV or XLSX."""
        if from_elsewhere(request):
            return page(
                "Not exported", "An export has to be started from the dashboard itself.", links=BACK, status_code=403
            )
        try:
            desk = self._site.desk(request)
            if desk is None:
                return page(
                    "You are signed out",
                    "Sign in to the dashboard first, then export.",
                    links={"Sign in": "/login?next=%2Faccess_log"},
                    status_code=401,
                )
            kind: access_log.Kind = "xlsx" if request.query_params.get("format") == "xlsx" else "csv"
            file = access_log.export(desk, _filter(request), kind)
        except SnlibError as error:
            return _failed(error)
        return Response(
            file.content,
            media_type=file.media_type,
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{file.name}"',
                # Should a browser show the file all the same, nothing in it may run.
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )


def _filter(request: Request) -> AuditFilter:
    params = request.query_params
    if len(params.multi_items()) != len(params) or any(len(value) > MAX_CHARACTERS for value in params.values()):
        raise InvalidInput({"filter": "These filters cannot be read, so nothing was exported."})
    return AuditFilter(
        agent=params.get("agent", ""),
        person=params.get("person", ""),
        action=params.get("action", ""),
        outcome=params.get("outcome", ""),
        since=_moment(params.get("since", "")),
        until=_moment(params.get("until", "")),
    )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min  # noqa: DTZ901  (naive, so refused below)
    if found.tzinfo is None:
        raise InvalidInput({"filter": "The time of the filter cannot be read, so nothing was exported."})
    return found


def _failed(error: SnlibError) -> Response:
    reference = secrets.token_hex(4)
    _log.warning("not exported [%s]: %s", reference, error)
    status_code = 403 if isinstance(error, PermissionDenied) else 400 if isinstance(error, InvalidInput) else 503
    return page("Not exported", error.user_message, links=BACK, status_code=status_code, reference=reference)
