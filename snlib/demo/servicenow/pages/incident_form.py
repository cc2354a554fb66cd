"""How one incident looks on its form: labels and display values, in the sections of the stock form, read-only."""

from __future__ import annotations

from collections.abc import Mapping

from snlib.demo.core.html import Html, element, join, link
from snlib.demo.core.html_forms import shown_value
from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.pages.visit import INCIDENT_PATH
from snlib.demo.servicenow.records.display import Presenter

TOP = (
    "number",
    "contact_type",
    "caller_id",
    "state",
    "category",
    "hold_reason",
    "subcategory",
    "impact",
    "business_service",
    "urgency",
    "service_offering",
    "priority",
    "cmdb_ci",
    "severity",
    "company",
    "assignment_group",
    "location",
    "assigned_to",
    "opened_at",
    "opened_by",
)
TEXTS = ("short_description", "description")
SECTIONS = {
    "Notes": ("watch_list", "work_notes_list", "comments", "work_notes"),
    "Related Records": ("parent_incident", "problem_id", "rfc", "caused_by"),
    "Resolution Information": ("close_code", "resolved_by", "resolved_at", "closed_at", "close_notes"),
    "Record": ("sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by", "correlation_id", "sys_id"),
}
LONG = frozenset({"short_description", "description", "comments", "work_notes", "close_notes"})


def draw(presenter: Presenter, row: Mapping[str, str]) -> Html:
    """Return the form of one incident.

    Args:
        presenter: Shows values as the signed-in user sees them.
        row: The stored record.
    """
    title = f"Incident {row['number']}"
    sections = [
        join(
            element("h2", name),
            element("div", *(_field(presenter, row, column) for column in columns), class_="columns"),
        )
        for name, columns in SECTIONS.items()
    ]
    return join(
        element("h1", title),
        element("div", *(_field(presenter, row, column) for column in (*TOP, *TEXTS)), class_="columns"),
        *sections,
        element("p", link("Back to the list", INCIDENT_PATH)),
    )


def _field(presenter: Presenter, row: Mapping[str, str], name: str) -> Html:
    column = TABLES["incident"].columns[name]
    text = presenter.display("incident", column, row) or ""
    return shown_value(column.label, text, full=name in LONG)
