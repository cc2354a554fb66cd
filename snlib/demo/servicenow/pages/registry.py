"""The Application Registry: where an administrator creates the OAuth application, as the vendor's steps have it.

System OAuth → Application Registry → New → "Create an OAuth API endpoint for external clients".
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.instance import Instance
from snlib.demo.servicenow.oauth import applications
from snlib.demo.servicenow.pages.record_form import NEW, RecordForm
from snlib.demo.servicenow.pages.visit import OAUTH_ADMINS, Visit, shown, submitted
from snlib.demo.servicenow.posted import Posted

_WIZARD_PATH = "/wizard_view.do"
_FORM = RecordForm(
    "oauth_entity",
    defaults=applications.DEFAULTS,
    texts=("name", "redirect_url", "logo_url", "access_token_lifespan", "refresh_token_lifespan", "comments"),
    ticks=("active", "public_client"),
)


def show_list(visit: Visit) -> Response:
    """List the applications."""
    rows = []
    for row in visit.instance.storage.find(_FORM.table):
        kind = "public client" if applications.is_public(row) else "client with a secret"
        cells = [row["name"], row["client_id"], row["active"], kind, f"{row['access_token_lifespan']} s"]
        rows.append((_FORM.at(row["sys_id"]), cells))
    return visit.page(
        "list",
        "Application Registries",
        new_at=_WIZARD_PATH,
        done=visit.done(deleted="The application was deleted."),
        caption="OAuth applications",
        headings=["Name", "Client ID", "Active", "Type", "Access Token Lifespan"],
        rows=rows,
    )


def show_wizard(visit: Visit) -> Response:
    """Ask which kind of application is to be made; the demo knows one."""
    return visit.page("wizard", "What kind of OAuth application?")


def show_form(visit: Visit) -> Response:
    """Show one application, or the form of a new one."""
    sys_id = visit.request.query_params.get("sys_id", "")
    values = _FORM.stored(visit.instance, sys_id)
    return visit.not_found() if values is None else _page(visit, sys_id, values)


def submit_form(visit: Visit, fields: Posted) -> Response:
    """Save, delete (after a question) or show the secret of one application."""
    sys_id, action = fields["sys_id"], fields["sysparm_action"]
    stored = _FORM.stored(visit.instance, sys_id)
    if stored is None:
        return visit.not_found()
    if action == "delete" and sys_id != NEW:
        tokens = len(visit.instance.storage.find("oauth_credential", peer=sys_id))
        heading = f"Delete {stored['name']}?"
        return visit.page("application_delete", "Delete application", heading=heading, sys_id=sys_id, tokens=tokens)
    if action == "delete_confirmed" and sys_id != NEW:
        _delete(visit.instance, sys_id)
        return _FORM.deleted()
    values = _FORM.changed(visit, stored, fields)
    if action == "show_secret":
        return _page(visit, sys_id, values, secret=stored.get("client_secret", ""))
    faults = applications.faults_of(values)
    if faults:
        return _page(visit, sys_id, values, faults, typed_secret=fields["client_secret"])
    return _FORM.saved(_save(visit.instance, sys_id, values, fields["client_secret"].strip()))


def routes() -> list[BaseRoute]:
    """Return the routes of the registry."""
    return [
        Route(_FORM.list_path, shown(show_list, OAUTH_ADMINS), methods=["GET"]),
        Route(_WIZARD_PATH, shown(show_wizard, OAUTH_ADMINS), methods=["GET"]),
        Route(_FORM.path, shown(show_form, OAUTH_ADMINS), methods=["GET"]),
        Route(_FORM.path, submitted(submit_form, OAUTH_ADMINS), methods=["POST"]),
    ]


def _page(
    visit: Visit,
    sys_id: str,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    *,
    secret: str = "",
    typed_secret: str = "",
) -> Response:
    """Return an application's form; ``secret`` is shown in plain text, ``typed_secret`` is not saved yet."""
    return visit.page(
        "application",
        "OAuth application",
        status_code=422 if faults else 200,
        heading="New OAuth application" if sys_id == NEW else values["name"],
        is_new=sys_id == NEW,
        sys_id=sys_id,
        values=values,
        faults=faults or {},
        warnings=applications.warnings_of(values),
        done=visit.done(saved="The application was saved."),
        secret=secret,
        typed_secret=typed_secret,
    )


def _save(instance: Instance, sys_id: str, values: dict[str, str], typed_secret: str) -> str:
    """Store an application and return its sys_id; a blank secret keeps the old one, or generates the first."""
    if typed_secret:
        values["client_secret"] = typed_secret
    if sys_id == NEW:
        return instance.storage.insert(_FORM.table, applications.complete(values, instance))
    if not values["client_secret"] and not applications.is_public(values):
        values["client_secret"] = applications.new_secret()
    instance.storage.update(_FORM.table, sys_id, values)
    return sys_id


def _delete(instance: Instance, sys_id: str) -> None:
    """Delete an application and every token issued to it."""
    with instance.storage.transaction():
        instance.storage.execute("DELETE FROM oauth_credential WHERE peer = ?", (sys_id,))
        instance.storage.delete(_FORM.table, sys_id)
