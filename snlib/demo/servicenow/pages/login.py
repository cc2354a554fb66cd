"""Login form and logout of the ServiceNow pages."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core import passwords
from snlib.demo.core.html import page
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow import sessions
from snlib.demo.servicenow.posted import Posted, form_endpoint
from snlib.demo.servicenow.sessions import Session

HOME_PATH = "/now/nav/ui/home"
# One slash, then no slash or backslash: browsers read "//host" and "/\\host" as another host. No blanks or control
# characters: browsers drop tabs and line ends before they look.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def own_path(text: str) -> str:
    """Return ``text`` when it is a path of this instance, else the home page: the login form is no open redirect."""
    return text if _OWN_PATH.fullmatch(text) else HOME_PATH


def show_login(request: Request) -> Response:
    """Show the login form, also to someone who is signed in already ("Not you?")."""
    instance: Instance = request.app.state.instance
    session = sessions.find_or_start_anonymous(request, instance)
    return _login_form(session, own_path(request.query_params.get("sysparm_goto_url", "")))


def submit_login(request: Request, instance: Instance, fields: Posted | None) -> Response:
    """Sign a user in by name and password and lead back to the page that was asked for."""
    session = sessions.find(request, instance)
    back_to = own_path(fields["sysparm_goto_url"] if fields else "")
    if session is None or fields is None or not sessions.csrf_matches(session, fields["sysparm_ck"]):
        fresh = sessions.find_or_start_anonymous(request, instance)
        return _login_form(fresh, back_to, fault="The form was too old. Please log in again.", status_code=403)
    user = passwords.check_password(instance.storage, fields["user_name"].strip(), fields["user_password"])
    if user is None:
        fault = "User name or password invalid, or the user is inactive or locked out."
        return _login_form(session, back_to, user_name=fields["user_name"], fault=fault, status_code=401)
    response = RedirectResponse(back_to, status_code=303)
    sessions.set_cookie(response, sessions.start(instance, user, via="form", replaces=session.key))
    return response


def log_out(request: Request) -> Response:
    """End the session on the server and say so."""
    instance: Instance = request.app.state.instance
    session = sessions.find(request, instance)
    if session is not None:
        sessions.end(instance, session)
    response = page("servicenow/logout.html", "Logout", heading="Logout successful")
    sessions.clear_cookie(response)
    return response


def routes() -> list[BaseRoute]:
    """Return the routes of login and logout."""
    return [
        Route("/login.do", show_login, methods=["GET"]),
        Route("/login.do", form_endpoint(submit_login), methods=["POST"]),
        Route("/logout.do", log_out, methods=["GET", "POST"]),
    ]


def _login_form(
    session: Session, back_to: str, *, user_name: str = "", fault: str = "", status_code: int = 200
) -> Response:
    values = {"session": session, "back_to": back_to, "user_name": user_name, "fault": fault}
    response = page("servicenow/login.html", "Log in", status_code=status_code, **values)
    sessions.set_cookie(response, session)
    return response
