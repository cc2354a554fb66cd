"""The Application Registry: where an administrator creates the OAuth application, as the vendor's steps have it.

System OAuth → Application Registry → New → "Create an OAuth API endpoint for external clients".
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.html import Html, element, join, link, notice, table
from snlib.demo.core.instance import Instance
from snlib.demo.core.timestamps import to_text
from snlib.demo.servicenow.oauth import applications
from snlib.demo.servicenow.pages import cors_rules, manage_tokens, registry_form
from snlib.demo.servicenow.pages.registry_form import FORM_PATH, NEW
from snlib.demo.servicenow.pages.visit import OAUTH_ADMINS, REGISTRY_PATH, Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted

WIZARD_PATH = "/wizard_view.do"
TYPED = ("name", "redirect_url", "logo_url", "access_token_lifespan", "refresh_token_lifespan", "comments")
TICKED = ("active", "public_client")


def show_list(visit: Visit) -> Response:
    """List the applications."""
    if not visit.has_one_of(OAUTH_ADMINS):
        return visit.refused()
    rows: list[list[Html | str]] = [
        [
            link(row["name"], f"{FORM_PATH}?sys_id={row['sys_id']}"),
            row["client_id"],
            row["active"],
            "public client" if applications.is_public(row) else "client with a secret",
            f"{row['access_token_lifespan']} s",
        ]
        for row in visit.instance.storage.find("oauth_entity")
    ]
    body = join(
        element("h1", "Application Registries"),
        element("p", link("New", WIZARD_PATH, class_="button")),
        notice("The application was deleted.", kind="success") if "deleted" in visit.request.query_params else None,
        table(["Name", "Client ID", "Active", "Type", "Access Token Lifespan"], rows, caption="OAuth applications"),
    )
    return visit.page("Application Registries", body)


def show_wizard(visit: Visit) -> Response:
    """Ask which kind of application is to be made; the demo knows one."""
    if not visit.has_one_of(OAUTH_ADMINS):
        return visit.refused()
    choice = link("Create an OAuth API endpoint for external clients", f"{FORM_PATH}?sys_id={NEW}")
    body = join(element("h1", "What kind of OAuth application?"), element("p", choice))
    return visit.page("What kind of OAuth application?", body)


def show_form(visit: Visit) -> Response:
    """Show one application, or the form of a new one."""
    if not visit.has_one_of(OAUTH_ADMINS):
        return visit.refused()
    sys_id = visit.request.query_params.get("sys_id", "")
    values = _stored(visit.instance, sys_id)
    if values is None:
        return visit.not_found()
    saved = "The application was saved." if "saved" in visit.request.query_params else ""
    return visit.page("OAuth application", registry_form.draw(visit, sys_id, values, saved=saved))


def submit_form(visit: Visit, fields: Posted) -> Response:
    """Save, delete (after a question) or show the secret of one application."""
    if not visit.has_one_of(OAUTH_ADMINS):
        return visit.refused()
    sys_id, action = fields["sys_id"], fields["sysparm_action"]
    stored = _stored(visit.instance, sys_id)
    if stored is None:
        return visit.not_found()
    if action == "delete" and sys_id != NEW:
        return visit.page("Delete application", registry_form.ask_to_delete(visit, sys_id, stored))
    if action == "delete_confirmed" and sys_id != NEW:
        _delete(visit.instance, sys_id)
        return RedirectResponse(f"{REGISTRY_PATH}?deleted=true", status_code=303)
    values = {**stored, **_typed(fields)}
    if action == "show_secret":
        return visit.page(
            "OAuth application", registry_form.draw(visit, sys_id, values, secret=stored.get("client_secret", ""))
        )
    faults = applications.faults_of(values)
    if faults:
        body = registry_form.draw(visit, sys_id, values, faults=faults, typed_secret=fields["client_secret"])
        return visit.page("OAuth application", body, status_code=422)
    sys_id = _save(visit, sys_id, values, fields["client_secret"].strip())
    return RedirectResponse(f"{FORM_PATH}?sys_id={sys_id}&saved=true", status_code=303)


def routes(instance: Instance) -> list[BaseRoute]:
    """Return the routes of the registry, the CORS rules and the tokens page."""
    return [
        Route(REGISTRY_PATH, shown(show_list), methods=["GET"]),
        Route(WIZARD_PATH, shown(show_wizard), methods=["GET"]),
        Route(FORM_PATH, shown(show_form), methods=["GET"]),
        Route(FORM_PATH, submitted(submit_form), methods=["POST"]),
        *cors_rules.routes(instance),
        *manage_tokens.routes(instance),
    ]


def _stored(instance: Instance, sys_id: str) -> dict[str, str] | None:
    """Return the record, the defaults of a new one, or ``None`` when there is no such record."""
    if sys_id == NEW:
        return dict(applications.DEFAULTS)
    return instance.storage.get("oauth_entity", sys_id)


def _typed(fields: Posted) -> dict[str, str]:
    """Return what the form may change; client ID and secret are not among it."""
    ticks = {name: "true" if fields[name] == "true" else "false" for name in TICKED}
    return {name: fields[name].strip() for name in TYPED} | ticks


def _save(visit: Visit, sys_id: str, values: dict[str, str], typed_secret: str) -> str:
    """Store an application and return its sys_id; a blank secret keeps the old one, or generates the first."""
    storage = visit.instance.storage
    secret = {"client_secret": typed_secret} if typed_secret else {}
    stamp = {"sys_updated_on": to_text(visit.instance.clock.now()), "sys_updated_by": visit.session.user_name}
    if sys_id == NEW:
        new = applications.complete({**values, **secret, **stamp}, visit.instance)
        return storage.insert("oauth_entity", new)
    if not secret and not values["client_secret"] and not applications.is_public(values):
        secret = {"client_secret": applications.new_secret()}
    storage.update("oauth_entity", sys_id, {**values, **secret, **stamp})
    return sys_id


def _delete(instance: Instance, sys_id: str) -> None:
    """Delete an application and every token issued to it."""
    with instance.storage.transaction():
        for credential in instance.storage.find("oauth_credential", peer=sys_id):
            instance.storage.delete("oauth_credential", credential["sys_id"])
        instance.storage.delete("oauth_entity", sys_id)
