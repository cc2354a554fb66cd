"""Incident form and list of the ServiceNow part, behind every address that opens a record."""

from __future__ import annotations

import re

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.html import Html, element, join, link, notice, table
from snlib.demo.core.instance import Instance
from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.acl import access_of
from snlib.demo.servicenow.pages import incident_form, navigator
from snlib.demo.servicenow.pages.visit import INCIDENT_PATH, Visit, shown
from snlib.demo.servicenow.records.display import Presenter
from snlib.demo.servicenow.viewer import viewer_of

FORM_PATH = "/incident.do"
LIST_COLUMNS = ("number", "opened_at", "short_description", "caller_id", "priority", "state", "assignment_group")
PAGE_ROWS = 20
_NUMBER_QUERY = re.compile(r"number=([A-Za-z]{2,8}[0-9]{1,20})")


def show_form(visit: Visit) -> Response:
    """Show the incident named by ``sys_id`` or by ``sysparm_query=number=…``."""
    parameters = visit.request.query_params
    sys_id = parameters.get("sys_id") or parameters.get("sysparm_sys_id", "")
    if sys_id:
        return _incident(visit, visit.instance.storage.get("incident", sys_id))
    by_number = _NUMBER_QUERY.fullmatch(parameters.get("sysparm_query", ""))
    found = visit.instance.storage.find("incident", number=by_number[1].upper()) if by_number else []
    return _incident(visit, found[0] if found else None)


def show_workspace_form(visit: Visit) -> Response:
    """Show the incident at the end of a Service Operations Workspace address."""
    return _incident(visit, visit.instance.storage.get("incident", visit.request.path_params["sys_id"]))


def show_list(visit: Visit) -> Response:
    """List incidents, newest first; rows the user may not read are removed after the page was cut, and counted."""
    storage = visit.instance.storage
    first = _first_row(visit.request.query_params.get("sysparm_first_row", "1"))
    access = access_of(viewer_of(visit.identity, visit.instance), storage)
    presenter = Presenter(storage, access, visit.instance.origin)
    cut = storage.rows(
        "SELECT * FROM incident ORDER BY opened_at DESC, sys_id LIMIT ? OFFSET ?", (PAGE_ROWS + 1, first - 1)
    )
    page_rows = cut[:PAGE_ROWS]
    readable = [row for row in page_rows if access.reads_row("incident", row)]
    removed = len(page_rows) - len(readable)
    columns = [TABLES["incident"].columns[name] for name in LIST_COLUMNS]
    rows: list[list[Html | str]] = []
    for row in readable:
        texts = [presenter.display("incident", column, row) or "" for column in columns]
        rows.append([link(row["number"], f"{FORM_PATH}?sys_id={row['sys_id']}"), *texts[1:]])
    steps = [
        link("Previous page", _page_url(max(1, first - PAGE_ROWS))) if first > 1 else None,
        link("Next page", _page_url(first + PAGE_ROWS)) if len(cut) > PAGE_ROWS else None,
    ]
    body = join(
        element("h1", "Incidents"),
        table([column.label for column in columns], rows, caption=f"Rows {first} to {first + len(page_rows) - 1}")
        if page_rows
        else notice("No records to display"),
        notice(f"Number of rows removed from this list by Security constraints: {removed}") if removed else None,
        element("p", *steps, class_="buttons"),
    )
    return visit.page("Incidents", body)


def routes(instance: Instance) -> list[BaseRoute]:
    """Return the routes of the incident pages, the home page and the frames around them."""
    return [
        *navigator.routes(instance),
        Route(FORM_PATH, shown(show_form), methods=["GET"]),
        Route(INCIDENT_PATH, shown(show_list), methods=["GET"]),
        Route("/now/sow/record/incident/{sys_id}", shown(show_workspace_form), methods=["GET"]),
    ]


def _incident(visit: Visit, row: dict[str, str] | None) -> Response:
    access = access_of(viewer_of(visit.identity, visit.instance), visit.instance.storage)
    if row is None or not access.reads_row("incident", row):
        return visit.not_found()
    presenter = Presenter(visit.instance.storage, access, visit.instance.origin)
    return visit.page(f"Incident {row['number']}", incident_form.draw(presenter, row))


def _first_row(text: str) -> int:
    """Return the number of a list's first row, from 1; what is no such number is 1."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _page_url(first: int) -> str:
    return f"{INCIDENT_PATH}?sysparm_first_row={first}"
