"""Incident form and list of the ServiceNow part, behind every address that opens a record."""

from __future__ import annotations

import re

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.acl import access_of
from snlib.demo.servicenow.pages.visit import Visit, shown
from snlib.demo.servicenow.records.display import Presenter
from snlib.demo.servicenow.viewer import viewer_of

LIST_PATH = "/incident_list.do"
FORM_PATH = "/incident.do"
PAGE_ROWS = 20
_COLUMNS = TABLES["incident"].columns
_LISTED = ("number", "opened_at", "short_description", "caller_id", "priority", "state", "assignment_group")
_SECTIONS = {
    "": (
        *("number", "contact_type", "caller_id", "state", "category", "hold_reason", "subcategory", "impact"),
        *("business_service", "urgency", "service_offering", "priority", "cmdb_ci", "severity", "company"),
        *("assignment_group", "location", "assigned_to", "opened_at", "opened_by", "short_description", "description"),
    ),
    "Notes": ("watch_list", "work_notes_list", "comments", "work_notes"),
    "Related Records": ("parent_incident", "problem_id", "rfc", "caused_by"),
    "Resolution Information": ("close_code", "resolved_by", "resolved_at", "closed_at", "close_notes"),
    "Record": ("sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by", "correlation_id", "sys_id"),
}
"""The stock form: what it shows, by section."""
_LONG = frozenset({"short_description", "description", "comments", "work_notes", "close_notes"})
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
    first = _first_row(visit.request.query_params.get("sysparm_first_row", "1"))
    presenter = _presenter(visit)
    cut = visit.instance.storage.rows(
        "SELECT * FROM incident ORDER BY opened_at DESC, sys_id LIMIT ? OFFSET ?", (PAGE_ROWS + 1, first - 1)
    )
    on_page = cut[:PAGE_ROWS]
    readable = [row for row in on_page if presenter.access.reads_row("incident", row)]
    removed = len(on_page) - len(readable)
    steps = [("Previous page", max(1, first - PAGE_ROWS))] if first > 1 else []
    steps += [("Next page", first + PAGE_ROWS)] if len(cut) > PAGE_ROWS else []
    return visit.page(
        "list",
        "Incidents",
        caption=f"Rows {first} to {first + len(on_page) - 1}",
        headings=[_COLUMNS[name].label for name in _LISTED],
        rows=[
            (f"{FORM_PATH}?sys_id={row['sys_id']}", [_text(presenter, row, name) for name in _LISTED])
            for row in readable
        ],
        remark=f"Number of rows removed from this list by Security constraints: {removed}" if removed else "",
        steps=[(text, f"{LIST_PATH}?sysparm_first_row={row}") for text, row in steps],
    )


def routes() -> list[BaseRoute]:
    """Return the routes of the incident pages."""
    return [
        Route(FORM_PATH, shown(show_form), methods=["GET"]),
        Route(LIST_PATH, shown(show_list), methods=["GET"]),
        Route("/now/sow/record/incident/{sys_id}", shown(show_workspace_form), methods=["GET"]),
    ]


def _presenter(visit: Visit) -> Presenter:
    access = access_of(viewer_of(visit.identity, visit.instance), visit.instance.storage)
    return Presenter(visit.instance.storage, access, visit.instance.origin)


def _incident(visit: Visit, row: dict[str, str] | None) -> Response:
    presenter = _presenter(visit)
    if row is None or not presenter.access.reads_row("incident", row):
        return visit.not_found()
    sections = {
        section: [(_COLUMNS[name].label, _text(presenter, row, name), name in _LONG) for name in names]
        for section, names in _SECTIONS.items()
    }
    return visit.page("incident", f"Incident {row['number']}", sections=sections)


def _text(presenter: Presenter, row: dict[str, str], name: str) -> str:
    return presenter.display("incident", _COLUMNS[name], row) or ""


def _first_row(text: str) -> int:
    """Return the number of a list's first row, from 1; what is no such number is 1."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1
