"""CORS rules: list and form. Which requests a rule lets through is decided in ``cors``.

System Web Services → REST → CORS Rules. Source: the CORS pages of ServiceNow's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.html import Html, element, join, link, notice, table
from snlib.demo.core.html_forms import button, choice_field, form, hidden, text_field, tick_box
from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.servicenow.api.cors import domain_fault
from snlib.demo.servicenow.pages.visit import CORS_ADMINS, CORS_PATH, Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted

FORM_PATH = "/sys_cors_rule.do"
NEW = "-1"
METHODS = ("get", "post", "put", "patch", "delete")
REST_APIS = ("Table API", "Aggregate API", "User API")
TYPED = ("name", "domain", "rest_api", "max_age", "access_control_allow_headers", "exposed_headers")
TICKED = ("active", "access_control_allow_credentials", *METHODS)
DEFAULTS = {"active": "true", "rest_api": REST_APIS[0], "max_age": "0", "get": "true"}


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
    if not visit.has_one_of(CORS_ADMINS):
        return visit.refused()
    rows: list[list[Html | str]] = [
        [
            link(row["name"], f"{FORM_PATH}?sys_id={row['sys_id']}"),
            row["rest_api"],
            row["domain"],
            ", ".join(method.upper() for method in METHODS if row[method] == "true"),
            row["active"],
        ]
        for row in visit.instance.storage.find("sys_cors_rule")
    ]
    body = join(
        element("h1", "CORS Rules"),
        element("p", link("New", f"{FORM_PATH}?sys_id={NEW}", class_="button")),
        notice("The rule was deleted.", kind="success") if "deleted" in visit.request.query_params else None,
        table(["Name", "REST API", "Domain", "Methods", "Active"], rows, caption="CORS rules"),
    )
    return visit.page("CORS Rules", body)


def show_form(visit: Visit) -> Response:
    """Show one rule, or the form of a new one."""
    if not visit.has_one_of(CORS_ADMINS):
        return visit.refused()
    sys_id = visit.request.query_params.get("sys_id", "")
    values = _stored(visit.instance, sys_id)
    if values is None:
        return visit.not_found()
    saved = "saved" in visit.request.query_params
    return visit.page("CORS Rule", _form(visit, sys_id, values, {}, saved=saved))


def submit_form(visit: Visit, fields: Posted) -> Response:
    """Save or delete one rule."""
    if not visit.has_one_of(CORS_ADMINS):
        return visit.refused()
    sys_id, storage = fields["sys_id"], visit.instance.storage
    stored = _stored(visit.instance, sys_id)
    if stored is None:
        return visit.not_found()
    if fields["sysparm_action"] == "delete" and sys_id != NEW:
        storage.delete("sys_cors_rule", sys_id)
        return RedirectResponse(f"{CORS_PATH}?deleted=true", status_code=303)
    ticks = {name: "true" if fields[name] == "true" else "false" for name in TICKED}
    values = {**stored, **{name: fields[name].strip() for name in TYPED}, **ticks}
    values["max_age"] = values["max_age"] or "0"
    faults = faults_of(values)
    if faults:
        return visit.page("CORS Rule", _form(visit, sys_id, values, faults), status_code=422)
    now = to_text(visit.instance.clock.now())
    values |= {"sys_updated_on": now, "sys_updated_by": visit.session.user_name}
    if sys_id == NEW:
        new = {**values, "sys_created_on": now, "sys_created_by": visit.session.user_name}
        sys_id = storage.insert("sys_cors_rule", new)
    else:
        storage.update("sys_cors_rule", sys_id, values)
    return RedirectResponse(f"{FORM_PATH}?sys_id={sys_id}&saved=true", status_code=303)


def routes(_instance: Instance) -> list[BaseRoute]:
    """Return the routes of the CORS rules."""
    return [
        Route(CORS_PATH, shown(show_list), methods=["GET"]),
        Route(FORM_PATH, shown(show_form), methods=["GET"]),
        Route(FORM_PATH, submitted(submit_form), methods=["POST"]),
    ]


def _stored(instance: Instance, sys_id: str) -> dict[str, str] | None:
    return dict(DEFAULTS) if sys_id == NEW else instance.storage.get("sys_cors_rule", sys_id)


def _form(
    visit: Visit, sys_id: str, values: Mapping[str, str], faults: Mapping[str, str], *, saved: bool = False
) -> Html:
    def field(name: str, label: str, hint: str = "") -> Html:
        return text_field(name, label, values.get(name, ""), hint=hint, fault=faults.get(name, ""))

    def tick(name: str, label: str) -> Html:
        return tick_box(name, label, values.get(name) == "true")

    new = sys_id == NEW
    delay = visit.instance.switches.cors_delay_seconds
    fields = element(
        "div",
        field("name", "Name"),
        choice_field("rest_api", "REST API", values.get("rest_api", ""), REST_APIS, fault=faults.get("rest_api", "")),
        field("domain", "Domain", "Such as https://portal.example.com or https://*.example.com."),
        field("max_age", "Max age", "Seconds a browser may keep the answer."),
        field("access_control_allow_headers", "HTTP Headers", "Allowed request headers, separated by commas."),
        field("exposed_headers", "Exposed headers", "Answer headers a script may read, separated by commas."),
        tick("active", "Active"),
        tick("access_control_allow_credentials", "Allow credentials"),
        element(
            "fieldset",
            element("legend", "HTTP methods"),
            *(tick(method, method.upper()) for method in METHODS),
            class_="full",
        ),
        class_="columns",
    )
    buttons = element(
        "div",
        button("Submit" if new else "Update", name="sysparm_action", value="save"),
        None if new else button("Delete", name="sysparm_action", value="delete", kind="danger"),
        link("Back to the list", CORS_PATH),
        class_="buttons",
    )
    return join(
        element("h1", "New CORS rule" if new else values["name"]),
        notice("The rule was saved.", kind="success") if saved else None,
        notice("Nothing was saved: see the fields below.", kind="error") if faults else None,
        notice(f"A changed rule takes effect after {delay} seconds.") if delay else None,
        form(FORM_PATH, visit.session.csrf_token, hidden("sys_id", sys_id), fields, buttons),
    )
