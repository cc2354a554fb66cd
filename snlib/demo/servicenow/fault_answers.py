"""What the ordered faults look like on the wire (ServiceNow docs, KB0564204, KB0778443, recorded answers)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from snlib.demo.core.faults import Fault
from snlib.demo.servicenow.errors import ApiError, no_record, not_authenticated, not_authorized

CANCELLED = "Transaction cancelled: maximum execution time exceeded"
HIBERNATING = (
    "<!DOCTYPE html><html lang='en'><head><title>Instance Hibernating page</title></head><body>"
    "<h1>Your instance is hibernating</h1><p>Sign in to the <a href='https://developer.servicenow.com/dev.do#!/home?wu=true'>"
    "developer site</a> to wake it.</p></body></html>"
)


def _refusal(error: ApiError) -> Response:
    return JSONResponse(error.body(), error.status, error.headers)


def plain_page(status: int, title: str) -> Response:
    """Return a page that the front end answers with, not the API: a title and nothing else."""
    return HTMLResponse(
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>", status
    )


def hibernating() -> Response:
    """Return the page that a sleeping developer instance shows under every address: 200 and HTML."""
    return HTMLResponse(HIBERNATING)


def _rate_limited(now: datetime) -> Response:
    # A rule's window is a whole hour of the clock, not a sliding one.
    reset = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    headers = {
        "Retry-After": str(max(1, int((reset - now).total_seconds()))),
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Reset": str(int(reset.timestamp())),
        "X-RateLimit-Rule": "3b7d1e9a4f2c4c1d9f5a6b8c7d0e1f23",
    }
    detail = "Rate limit of 100 requests per hour for Table API exceeded"
    return _refusal(ApiError(429, "Rate limit exceeded", detail, headers))


_ANSWERS: dict[str, Callable[[Fault, datetime], Response]] = {
    "202": lambda fault, now: Response(status_code=202),
    "401": lambda fault, now: _refusal(not_authenticated()),
    "403": lambda fault, now: _refusal(not_authorized()),
    "404": lambda fault, now: _refusal(no_record()),
    "429": lambda fault, now: _refusal(ApiError(429, "Too many requests")),
    "429_headers": lambda fault, now: _rate_limited(now),
    "500_html": lambda fault, now: plain_page(500, "Internal Server Error"),
    "502": lambda fault, now: plain_page(502, "Bad Gateway"),
    "hibernating": lambda fault, now: hibernating(),
    "redirect": lambda fault, now: RedirectResponse(fault.location, 302),
    "not_json": lambda fault, now: Response('{"result": [}', media_type="application/json;charset=UTF-8"),
}


def answer(fault: Fault, now: datetime) -> Response | None:
    """Return the whole answer of a fault that needs none of the real one, or None."""
    make = _ANSWERS.get(fault.kind)
    return make(fault, now) if make else None


def truncate(body: bytes, *, malformed: bool) -> bytes:
    """Cut a list answer as a cancelled transaction leaves it: half of the rows and an error beside them.

    Args:
        body: The real answer; one that is no list of records counts as an empty list.
        malformed: Leave broken JSON, with an empty string glued behind the last record, as some releases do.
    """
    try:
        rows = json.loads(body)["result"]
    except (ValueError, KeyError, TypeError):
        rows = []
    rows = rows[: (len(rows) + 1) // 2] if isinstance(rows, list) else []
    detail = (
        f"{CANCELLED} Check logs for error trace or enable glide.rest.debug property to verify REST request processing"
    )
    error = ApiError(500, CANCELLED, detail).body()
    if malformed:
        records = ",".join(json.dumps(row) for row in rows)
        return f'{{"result":[{records}""{json.dumps(error)[1:-1]}'.encode()
    return json.dumps({"result": rows, **error}).encode()
