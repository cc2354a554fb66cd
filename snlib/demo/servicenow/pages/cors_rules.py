"""CORS rules: list and form. Which requests a rule lets through is decided in ``api.cors``.

System Web Services → REST → CORS Rules. Source: the CORS pages of ServiceNow's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snlib.demo.servicenow.pages.record_form import NEW, RecordForm
from snlib.demo.servicenow.pages.visit import CORS_ADMINS, Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted
from snlib.demo.servicenow.records.cors_rules import DEFAULTS, METHODS, domain_fault

_FORM = RecordForm(
    "sys_cors_rule",
    defaults=DEFAULTS,
    texts=("name", "domain", "rest_api", "max_age", "access_control_allow_headers", "exposed_headers"),
    ticks=("active", "access_control_allow_credentials", *METHODS),
)
_REST_APIS = ("Table API", "Aggregate API", "User API")


def faults_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return what cannot be used in a CORS rule: field to one clear sentence; empty when all is well."""
    faults: dict[str, str] = {}
    for name, label in (("name", "Name"), ("rest_api", "REST API")):
        if not values.get(name, "").strip():
            faults[name] = f"{label} is mandatory."
    credentials = values.get("access_control_allow_credentials") == "true"
    fault = domain_fault(values.get("domain", ""), allow_credentials=credentials)
    if fault:
        faults["domain"] = f"{fault}."
    max_age = values.get("max_age", "")
    if not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        faults["max_age"] = "Max age must be a whole number of seconds, 0 or more."
    return faults


def show_list(visit: Visit) -> Response:
    """List the rules."""
    return visit.page(
        "list",
        "CORS Rules",
        new_at=_FORM.at(NEW),
        done=visit.done(deleted="The rule was deleted."),
        caption="CORS rules",
        headings=["Name", "REST API", "Domain", "Methods", "Active"],
        rows=[
            (
                _FORM.at(row["sys_id"]),
                [row["name"], row["rest_api"], row["domain"], ", ".join(_allowed(row)), row["active"]],
            )
            for row in visit.instance.storage.find(_FORM.table)
        ],
    )


def show_form(visit: Visit) -> Response:
    """Show one rule, or the form of a new one."""
    sys_id = visit.request.query_params.get("sys_id", "")
    values = _FORM.stored(visit.instance, sys_id)
    return visit.not_found() if values is None else _page(visit, sys_id, values, {})


def submit_form(visit: Visit, fields: Posted) -> Response:
    """Save or delete one rule."""
    sys_id, storage = fields["sys_id"], visit.instance.storage
    stored = _FORM.stored(visit.instance, sys_id)
    if stored is None:
        return visit.not_found()
    if fields["sysparm_action"] == "delete" and sys_id != NEW:
        storage.delete(_FORM.table, sys_id)
        return _FORM.deleted()
    values = _FORM.changed(visit, stored, fields)
    values["max_age"] = values["max_age"] or "0"
    faults = faults_of(values)
    if faults:
        return _page(visit, sys_id, values, faults)
    if sys_id == NEW:
        created = {"sys_created_on": values["sys_updated_on"], "sys_created_by": values["sys_updated_by"]}
        return _FORM.saved(storage.insert(_FORM.table, {**values, **created}))
    storage.update(_FORM.table, sys_id, values)
    return _FORM.saved(sys_id)


def routes() -> list[BaseRoute]:
    """Return the routes of the CORS rules."""
    return [
        Route(_FORM.list_path, shown(show_list, CORS_ADMINS), methods=["GET"]),
        Route(_FORM.path, shown(show_form, CORS_ADMINS), methods=["GET"]),
        Route(_FORM.path, submitted(submit_form, CORS_ADMINS), methods=["POST"]),
    ]


def _allowed(row: Mapping[str, str]) -> list[str]:
    return [method.upper() for method in METHODS if row[method] == "true"]


def _page(visit: Visit, sys_id: str, values: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    return visit.page(
        "cors_rule",
        "CORS Rule",
        status_code=422 if faults else 200,
        heading="New CORS rule" if sys_id == NEW else values["name"],
        is_new=sys_id == NEW,
        sys_id=sys_id,
        values=values,
        faults=faults,
        done=visit.done(saved="The rule was saved."),
        delay=visit.instance.switches.cors_delay_seconds,
        rest_apis=_REST_APIS,
        methods=METHODS,
    )
