"""Files to download: only with a session, only from our own pages, never kept by a cache."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from snlib.audit import AuditFilter
from snlib.errors import InvalidInput, PermissionDenied, SnlibError
from snlib.helpdesk import access_log
from snlib.web.edge.gate import from_elsewhere
from snlib.web.edge.html import page, sign_in_first
from snlib.web.site import Site

_log = logging.getLogger(__name__)

MAX_CHARACTERS = 600
BACK = {"Back to the access log": "/access_log"}


def export_access_log(site: Site, request: Request) -> Response:
    """Answer with the lines of the access log that meet the query's filter, as CSV or XLSX.

    It blocks, so Starlette gives it a thread.
    """
    if from_elsewhere(request):
        sentence = "An export has to be started from the dashboard itself."
        return page("Not exported", sentence, links=BACK, status_code=403)
    try:
        desk = site.desk(request)
        if desk is None:
            return sign_in_first("export", next_path="/access_log")
        kind: access_log.Kind = "xlsx" if request.query_params.get("format") == "xlsx" else "csv"
        file = access_log.export(desk, _filter(request), kind)
    except SnlibError as error:
        reference = secrets.token_hex(4)
        _log.warning("not exported [%s]: %s", reference, error)
        status_code = 403 if isinstance(error, PermissionDenied) else 400 if isinstance(error, InvalidInput) else 503
        return page("Not exported", error.user_message, links=BACK, status_code=status_code, reference=reference)
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
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found
    raise InvalidInput({"filter": "The time of the filter cannot be read, so nothing was exported."})
