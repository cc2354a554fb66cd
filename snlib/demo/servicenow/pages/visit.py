"""What every ServiceNow page of the demo needs: a signed-in session, and forms that are really its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from snlib.demo.core.html import page
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow import sessions
from snlib.demo.servicenow.identity import Identity, of_user
from snlib.demo.servicenow.posted import Posted, form_endpoint
from snlib.demo.servicenow.sessions import Session

OAUTH_ADMINS = frozenset({"admin", "oauth_admin", "mi_admin"})
CORS_ADMINS = frozenset({"admin", "web_service_admin", "cors_rule_admin"})


@dataclass(frozen=True)
class Visit:
    """One request to a page by a signed-in user."""

    request: Request
    instance: Instance
    session: Session
    identity: Identity

    @property
    def keeps_applications(self) -> bool:
        """Return whether the user may open the Application Registry."""
        return bool(OAUTH_ADMINS & self.identity.roles)

    @property
    def keeps_cors_rules(self) -> bool:
        """Return whether the user may open the CORS rules."""
        return bool(CORS_ADMINS & self.identity.roles)

    def page(self, template: str, title: str, *, status_code: int = 200, **values: object) -> HTMLResponse:
        """Return a page of the width of the screen with the menu on top; ``template`` is one of ``servicenow/``."""
        return page(f"servicenow/{template}.html", title, status_code=status_code, visit=self, **values)

    def done(self, **sentences: str) -> str:
        """Return the sentence of the parameter that the redirect after a form left in the address, or nothing."""
        return next((text for name, text in sentences.items() if name in self.request.query_params), "")

    def not_found(self) -> HTMLResponse:
        """Return the platform's answer to a record that is missing or hidden by an access control rule."""
        text = "The record does not exist, or security rules keep you from reading it."
        return self.page("page", "Record not found", text=text, status_code=404)


def shown(handler: Callable[[Visit], Response], roles: frozenset[str] = frozenset()) -> Callable[[Request], Response]:
    """Return an endpoint for a page: single sign-on or the login form come first where nobody is signed in.

    Args:
        handler: Draws the page.
        roles: The roles of which the user needs one; empty for a page that everybody may open.
    """

    def answer(request: Request) -> Response:
        instance: Instance = request.app.state.instance
        session = sessions.find_or_sign_on(request, instance)
        if session is None or session.user is None:
            return RedirectResponse(login_url(path_of(request)), status_code=302)
        visit = Visit(request, instance, session, of_user(instance, session.user, "session"))
        response = _refused(visit, roles) or handler(visit)
        if request.cookies.get(sessions.SESSION_COOKIE) != session.key:
            sessions.set_cookie(response, session)
        return response

    return answer


def submitted(
    handler: Callable[[Visit, Posted], Response], roles: frozenset[str] = frozenset()
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint for a form: it takes a signed-in session and that session's CSRF token.

    Args:
        handler: Acts on the form.
        roles: The roles of which the user needs one; empty for a form that everybody may send.
    """

    def answer(request: Request, instance: Instance, form: Posted | None) -> Response:
        session = sessions.find(request, instance)
        if session is None or session.user is None:
            return RedirectResponse(login_url(path_of(request)), status_code=303)
        if form is None or not sessions.csrf_matches(session, form["sysparm_ck"]):
            return stale_form()
        visit = Visit(request, instance, session, of_user(instance, session.user, "session"))
        return _refused(visit, roles) or handler(visit, form)

    return form_endpoint(answer)


def _refused(visit: Visit, roles: frozenset[str]) -> HTMLResponse | None:
    """Return the platform's answer to someone without the role for a page."""
    if not roles or roles & visit.identity.roles:
        return None
    text = "Security constraints prevent access to requested page"
    return visit.page("page", "Access refused", text=text, status_code=403)


def message_page(title: str, text: str, *, status_code: int) -> HTMLResponse:
    """Return a page that says one thing: ``title`` as its heading, ``text`` below it."""
    return page("servicenow/page.html", title, text=text, status_code=status_code)


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
