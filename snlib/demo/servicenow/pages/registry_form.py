"""How one OAuth application looks in the Application Registry."""

from __future__ import annotations

from collections.abc import Mapping

from snlib.demo.core.html import Html, element, join, link, notice
from snlib.demo.core.html_forms import button, form, hidden, shown_value, text_area, text_field, tick_box
from snlib.demo.servicenow.oauth import applications
from snlib.demo.servicenow.pages.visit import REGISTRY_PATH, Visit

FORM_PATH = "/oauth_entity.do"
NEW = "-1"
"""The sys_id that stands for a record not yet saved."""


def draw(
    visit: Visit,
    sys_id: str,
    values: Mapping[str, str],
    *,
    faults: Mapping[str, str] | None = None,
    saved: str = "",
    secret: str = "",
    typed_secret: str = "",
) -> Html:
    """Return the form of an application.

    Args:
        visit: The request.
        sys_id: The record's, or ``NEW``.
        values: What the fields hold.
        faults: Why it was not saved, by field.
        saved: What to say after saving.
        secret: The client secret, when it is to be shown in plain text.
        typed_secret: A secret typed and not yet saved.
    """
    faults = faults or {}
    new = sys_id == NEW
    buttons = element(
        "div",
        button("Submit" if new else "Update", name="sysparm_action", value="save"),
        None if new else button("Show client secret", name="sysparm_action", value="show_secret", kind="second"),
        None if new else button("Delete", name="sysparm_action", value="delete", kind="danger"),
        link("Back to the list", REGISTRY_PATH),
        class_="buttons",
    )
    return join(
        element("h1", "New OAuth application" if new else values["name"]),
        notice(saved, kind="success") if saved else None,
        notice("Nothing was saved: see the fields below.", kind="error") if faults else None,
        *(notice(text, kind="warning") for text in applications.warnings_of(values)),
        form(
            FORM_PATH,
            visit.session.csrf_token,
            hidden("sys_id", sys_id),
            element(
                "div", _credentials(values, faults, new, secret, typed_secret), _rest(values, faults), class_="columns"
            ),
            buttons,
        ),
    )


def ask_to_delete(visit: Visit, sys_id: str, values: Mapping[str, str]) -> Html:
    """Return the question that comes before an application is deleted."""
    credentials = visit.instance.storage.find("oauth_credential", peer=sys_id)
    return join(
        element("h1", f"Delete {values['name']}?"),
        element("p", f"Tokens that end at once: {len(credentials)}. Whoever uses it must be connected again."),
        form(
            FORM_PATH,
            visit.session.csrf_token,
            hidden("sys_id", sys_id),
            element(
                "div",
                button("Delete", name="sysparm_action", value="delete_confirmed", kind="danger"),
                link("Keep it", f"{FORM_PATH}?sys_id={sys_id}"),
                class_="buttons",
            ),
        ),
    )


def _field(values: Mapping[str, str], faults: Mapping[str, str], name: str, label: str, hint: str = "") -> Html:
    required = name == "name"
    return text_field(name, label, values.get(name, ""), hint=hint, fault=faults.get(name, ""), required=required)


def _credentials(
    values: Mapping[str, str], faults: Mapping[str, str], new: bool, secret: str, typed_secret: str
) -> Html:
    keep = "Leave blank to have one generated." if new else "Leave blank to keep the present one."
    generated = "Generated when the application is saved." if new else ""
    return join(
        _field(values, faults, "name", "Name"),
        text_field("client_id", "Client ID", values.get("client_id", ""), read_only=True, hint=generated),
        text_field(
            "client_secret", "Client Secret", typed_secret, kind="password", hint=keep, autocomplete="new-password"
        ),
        shown_value("Client Secret in plain text", secret) if secret else None,
    )


def _rest(values: Mapping[str, str], faults: Mapping[str, str]) -> Html:
    return join(
        text_area(
            "redirect_url",
            "Redirect URL",
            values.get("redirect_url", ""),
            hint="Absolute URLs, separated by commas.",
            fault=faults.get("redirect_url", ""),
            rows=2,
        ),
        _field(values, faults, "logo_url", "Logo URL", "Shown on the consent page."),
        _field(values, faults, "refresh_token_lifespan", "Refresh Token Lifespan", "Seconds; 8640000 are 100 days."),
        _field(values, faults, "access_token_lifespan", "Access Token Lifespan", "Seconds; 900 are 15 minutes."),
        tick_box("active", "Active", values["active"] == "true"),
        tick_box(
            "public_client",
            "This is a public client",
            values["public_client"] == "true",
            hint="No secret is used; PKCE is required.",
        ),
        text_area("comments", "Comments", values.get("comments", "")),
    )
