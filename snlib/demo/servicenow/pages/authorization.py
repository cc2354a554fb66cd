"""ServiceNow as OAuth 2.0 authorization server: consent page, token endpoint, revocation."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from snlib.demo.core.html import page
from snlib.demo.core.instance import Instance
from snlib.demo.servicenow import sessions
from snlib.demo.servicenow.oauth import codes, grants, requested, tokens
from snlib.demo.servicenow.oauth.requested import AuthorizationRequest, Refusal
from snlib.demo.servicenow.pages.visit import login_url, message_page, stale_form
from snlib.demo.servicenow.posted import Posted, form_endpoint
from snlib.demo.servicenow.sessions import Session

NEVER_CACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
FAILURE = {"error_description": "access_denied", "error": "server_error"}
"""The one answer to nearly every failure; the true cause is in the instance's system log only."""


def ask_consent(request: Request) -> Response:
    """Show the consent page, after the login form where nobody is signed in. It asks each time."""
    instance: Instance = request.app.state.instance
    asked = requested.read(instance, request.query_params.multi_items())
    if isinstance(asked, Refusal):
        return _refuse(asked)
    session = sessions.find_or_sign_on(request, instance)
    if session is None or session.user is None:
        return RedirectResponse(login_url(asked.path), status_code=302)
    response = _consent_page(asked, session)
    sessions.set_cookie(response, session)
    return response


def decide(request: Request, instance: Instance, fields: Posted | None) -> Response:
    """Send the user back to the application: with a code after Allow, with ``access_denied`` after Deny."""
    session = sessions.find(request, instance)
    if fields is None or session is None or session.user is None:
        return stale_form()
    if not sessions.csrf_matches(session, fields["sysparm_ck"]):
        return stale_form()
    asked = requested.read(instance, fields.pairs)
    if isinstance(asked, Refusal):
        return _refuse(asked)
    if fields["decision"] != "allow":
        return RedirectResponse(asked.redirect(error="access_denied"), status_code=302, headers=NEVER_CACHED)
    code = codes.issue(
        instance,
        asked.client,
        session.user,
        redirect_uri=asked.parameters["redirect_uri"],
        code_challenge=asked.parameters.get("code_challenge", ""),
        scope=asked.parameters.get("scope", ""),
    )
    return RedirectResponse(asked.redirect(code=code), status_code=302, headers=NEVER_CACHED)


def give_token(request: Request, instance: Instance, fields: Posted | None) -> Response:
    """Answer a token request; parameters in the query string are not looked at."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    basic = credentials.strip() if scheme.lower() == "basic" else ""
    grant = grants.answer(instance, fields, basic) if fields else None
    if grant is None:
        return JSONResponse(FAILURE, status_code=401, headers=NEVER_CACHED)
    answer: dict[str, str | int] = {"access_token": grant.access_token}
    if grant.refresh_token:
        answer["refresh_token"] = grant.refresh_token
    answer |= {"scope": tokens.SCOPE, "token_type": "Bearer", "expires_in": grant.expires_in_seconds}
    return JSONResponse(answer, headers=NEVER_CACHED)


def revoke_token(request: Request, instance: Instance, fields: Posted | None) -> Response:
    """End the token given in the query or the body; it needs no authentication, and an unknown token is no error."""
    token = (fields["token"] if fields else "") or request.query_params.get("token", "")
    tokens.revoke(instance, token)
    return JSONResponse({}, headers=NEVER_CACHED)


def routes() -> list[BaseRoute]:
    """Return the routes of the authorization server."""
    return [
        Route("/oauth_auth.do", ask_consent, methods=["GET"]),
        Route("/oauth_auth.do", form_endpoint(decide), methods=["POST"]),
        Route("/oauth_token.do", form_endpoint(give_token), methods=["POST"]),
        Route("/oauth_revoke_token.do", form_endpoint(revoke_token), methods=["GET", "POST"]),
    ]


def _refuse(refusal: Refusal) -> Response:
    return message_page(refusal.title, refusal.text, status_code=400)


def _consent_page(asked: AuthorizationRequest, session: Session) -> Response:
    return page(
        "servicenow/consent.html",
        f"Allow {asked.client['name']}",
        heading=f"{asked.client['name']} would like to connect to your ServiceNow account",
        asked=asked,
        session=session,
        login_url=login_url(asked.path),
    )
