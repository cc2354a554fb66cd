"""What every ServiceNow page of the demo needs: a signed-in session, the menu, and forms that are really its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from snlib.demo.core.html import Html, element, join, link, message_page, notice, page
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow import posted, sessions
from snlib.demo.servicenow.identity import Identity, of_user
from snlib.demo.servicenow.posted import Posted
from snlib.demo.servicenow.sessions import Session

OAUTH_ADMINS = frozenset({"admin", "oauth_admin", "mi_admin"})
CORS_ADMINS = frozenset({"admin", "web_service_admin", "cors_rule_admin"})
INCIDENT_PATH = "/incident_list.do"
REGISTRY_PATH = "/oauth_entity_list.do"
CORS_PATH = "/sys_cors_rule_list.do"
TOKENS_PATH = "/oauth_credential_list.do"


@dataclass(frozen=True)
class Visit:
    """One request to a page by a signed-in user."""

    request: Request
    instance: Instance
    session: Session
    identity: Identity

    def has_one_of(self, roles: frozenset[str]) -> bool:
        """Return whether the user holds one of ``roles``."""
        return bool(roles & self.identity.roles)

    def page(self, title: str, body: Html, *, status_code: int = 200) -> HTMLResponse:
        """Return a page of the width of the screen with the menu on top."""
        return page(title, body, header=menu(self), wide=True, status_code=status_code)

    def refused(self) -> HTMLResponse:
        """Return the platform's answer to someone without the role for a page."""
        body = join(
            element("h1", "Access refused"),
            notice("Security constraints prevent access to requested page", kind="error"),
        )
        return self.page("Access refused", body, status_code=403)

    def not_found(self) -> HTMLResponse:
        """Return the platform's answer to a record that is missing or hidden by an access control rule."""
        body = join(
            element("h1", "Record not found"),
            notice("The record does not exist, or security rules keep you from reading it.", kind="error"),
        )
        return self.page("Record not found", body, status_code=404)


def shown(handler: Callable[[Visit], Response]) -> Callable[[Request], Response]:
    """Return an endpoint for a page: single sign-on or the login form come first where nobody is signed in."""

    def answer(request: Request) -> Response:
        instance: Instance = request.app.state.instance
        session = sessions.find_or_sign_on(request, instance)
        if session is None or session.user is None:
            return RedirectResponse(login_url(path_of(request)), status_code=302)
        response = handler(Visit(request, instance, session, of_user(instance, session.user, "session")))
        if request.cookies.get(sessions.SESSION_COOKIE) != session.key:
            sessions.set_cookie(response, session)
        return response

    return answer


def submitted(handler: Callable[[Visit, Posted], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint for a form: it takes a signed-in session and that session's CSRF token."""

    def answer(request: Request, instance: Instance, form: Posted | None) -> Response:
        session = sessions.find(request, instance)
        if session is None or session.user is None:
            return RedirectResponse(login_url(path_of(request)), status_code=303)
        if form is None or not sessions.csrf_matches(session, form["sysparm_ck"]):
            return stale_form()
        return handler(Visit(request, instance, session, of_user(instance, session.user, "session")), form)

    return posted.endpoint(answer)


def stale_form() -> HTMLResponse:
    """Return the answer to a form that is not this session's: another site's, another user's, or too old."""
    return message_page(
        "This form is no longer valid",
        "It belongs to another sign-in or is too old. Nothing was changed. Open the page again.",
        status_code=403,
    )


def path_of(request: Request) -> str:
    """Return the request's path with its query, as a place to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def login_url(back_to: str) -> str:
    """Return the login form's address that leads back to ``back_to``."""
    return "/login.do?" + urlencode({"sysparm_goto_url": back_to})


def menu(visit: Visit) -> Html:
    """Return the small menu: what the user may open, who is signed in, and the way out."""
    entries = [link("Home", "/now/nav/ui/home"), link("Incidents", INCIDENT_PATH)]
    if visit.has_one_of(OAUTH_ADMINS):
        entries.append(link("System OAuth › Application Registry", REGISTRY_PATH))
    if visit.has_one_of(CORS_ADMINS):
        entries.append(link("System Web Services › REST › CORS Rules", CORS_PATH))
    entries.append(link("Manage tokens", TOKENS_PATH))
    name = visit.session.user["name"] if visit.session.user else ""
    who = element("span", element("span", name), link("Log out", "/logout.do"), class_="who")
    return join(element("nav", *entries, aria_label="Menu"), who)
