"""The authorization endpoint: check the request, show the picker, send the browser back with a code."""

from __future__ import annotations

import secrets
import string
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from snlib.demo.core.instance import Instance
from snlib.demo.entra import apps, memory, pages, people
from snlib.demo.entra.failures import (
    NO_STORE,
    EntraError,
    disabled_account,
    foreign_choice,
    malformed,
    missing_parameter,
)
from snlib.demo.entra.memory import AuthorizationRequest
from snlib.demo.entra.parameters import Parameters
from snlib.demo.entra.tokens.grants import unknown_app
from snlib.demo.entra.tokens.scopes import read_delegated

SESSION_COOKIE = "ESTSAUTH"
BROWSER_COOKIE = "esctx"
"""Ties a picker to the browser that it was shown to."""

_BASE64URL = frozenset(string.ascii_letters + string.digits + "-_")


def authorize(request: Request, instance: Instance, parameters: Parameters) -> Response:
    """Answer ``GET /{tenant}/oauth2/v2.0/authorize``.

    A request whose application or redirect URI is wrong gets a page; every later fault goes back to the application.
    """
    redirect_uri = _check_redirect_uri(instance, parameters)
    response_mode = "fragment" if parameters.get("response_mode") == "fragment" else "query"
    try:
        asked = _check_request(instance, parameters, redirect_uri, response_mode)
        person = _person_without_asking(instance, request, parameters)
    except EntraError as failure:
        return send_back(
            redirect_uri, response_mode, _failure_parameters(instance, failure, parameters.get("state", ""))
        )
    if person is not None:
        return _send_code(instance, asked, person)
    return _show_picker(instance, request, asked)


def choose_account(request: Request, instance: Instance, form: Parameters) -> Response:
    """Answer ``POST /{tenant}/login``: the person chosen on the picker, or Cancel."""
    choice = _open_choice(instance, request, form)
    if not secrets.compare_digest(choice.canary.encode(), form.get("canary", "").encode()):
        raise foreign_choice()
    person = None if "cancel" in form else _chosen_person(instance, form)
    if not memory.close_choice(instance, form["request"]):
        raise foreign_choice()
    if person is None:
        cancelled = EntraError(65004, "access_denied", "User declined to sign in or to consent to access the app.")
        parameters = _failure_parameters(instance, cancelled, choice.request.state)
        return send_back(choice.request.redirect_uri, choice.request.response_mode, parameters)
    answer = _send_code(instance, choice.request, person)
    session = memory.start_session(instance, person["id"], replaces=request.cookies.get(SESSION_COOKIE, ""))
    answer.set_cookie(SESSION_COOKIE, session, path="/", httponly=True, samesite="lax")
    return answer


def choose_other_account(request: Request, instance: Instance, parameters: Parameters) -> Response:
    """Answer ``GET /{tenant}/login/other``: the directory's other people, searched with ``q``."""
    choice = _open_choice(instance, request, parameters)
    return pages.other_accounts_page(instance, parameters["request"], choice, parameters.get("q", "")[:100])


def choose_again(request: Request, instance: Instance, parameters: Parameters) -> Response:
    """Answer ``GET /{tenant}/login``: the picker once more, from "Use another account" back."""
    choice = _open_choice(instance, request, parameters)
    signed_in = _session_person_id(instance, request)
    return pages.picker_page(instance, parameters["request"], choice, signed_in=signed_in)


def send_back(redirect_uri: str, response_mode: str, parameters: Parameters) -> Response:
    """Send the browser to the application with ``parameters`` in the query or the fragment."""
    encoded = urlencode(parameters)
    separator = "#" if response_mode == "fragment" else "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(redirect_uri + separator + encoded, status_code=302, headers=NO_STORE)


def _check_redirect_uri(instance: Instance, parameters: Parameters) -> str:
    if "client_id" not in parameters:
        raise missing_parameter("client_id")
    app = apps.find_app(instance, parameters["client_id"])
    if app is None:
        raise unknown_app(instance, parameters["client_id"])
    redirect_uri = parameters.get("redirect_uri", "")
    if not redirect_uri:
        raise EntraError(900971, "invalid_request", "No reply address provided.")
    if redirect_uri not in apps.redirect_uris(app):
        raise EntraError(
            50011,
            "invalid_request",
            f"The redirect URI '{redirect_uri[:300]}' specified in the request does not match the redirect URIs "
            f"configured for the application '{app.client_id}'. Make sure the redirect URI sent in the request "
            "matches one added to your application in the Azure portal.",
        )
    return redirect_uri


def _check_request(
    instance: Instance, parameters: Parameters, redirect_uri: str, response_mode: str
) -> AuthorizationRequest:
    response_type = parameters.get("response_type", "")
    if not response_type:
        raise missing_parameter("response_type")
    if response_type != "code":
        raise EntraError(
            700054,
            "unsupported_response_type",
            f"response_type '{response_type[:64]}' is not enabled for the application.",
        )
    if parameters.get("response_mode", "query") not in {"query", "fragment"}:
        raise malformed("The response_mode is not supported.")
    read_delegated(parameters.get("scope", ""), instance.origin)
    return AuthorizationRequest(
        client_id=parameters["client_id"],
        redirect_uri=redirect_uri,
        scopes=tuple(parameters["scope"].split()),
        state=parameters.get("state", ""),
        nonce=parameters.get("nonce", ""),
        code_challenge=_check_challenge(parameters),
        response_mode=response_mode,
        login_hint=parameters.get("login_hint", ""),
    )


def _check_challenge(parameters: Parameters) -> str:
    challenge = parameters.get("code_challenge", "")
    method = parameters.get("code_challenge_method", "")
    if not challenge and not method:
        return ""
    if not challenge:
        raise malformed("A code_challenge_method was sent without a code_challenge.")
    # Without a method RFC 7636 means "plain", which puts the verifier itself into the address.
    if method != "S256":
        raise malformed("The code_challenge_method must be S256.")
    if len(challenge) != 43 or not set(challenge) <= _BASE64URL:
        raise EntraError(501491, "invalid_request", "Invalid size of Code_Challenge parameter.")
    return challenge


def _person_without_asking(instance: Instance, request: Request, parameters: Parameters) -> dict[str, str] | None:
    """Return the person of the browser's session where single sign-on answers, ``None`` where the picker asks.

    Raises:
        EntraError: ``prompt=none`` and nobody is signed in.
    """
    prompt = parameters.get("prompt", "")
    if prompt in {"login", "select_account", "consent"}:
        return None
    person = people.find_person(instance, _session_person_id(instance, request))
    if person is not None and people.is_enabled(person):
        return person
    if prompt == "none":
        raise EntraError(50058, "login_required", "A silent sign-in request was sent but no user is signed in.")
    return None


def _open_choice(instance: Instance, request: Request, parameters: Parameters) -> memory.PendingChoice:
    """Return the picker that the parameters name.

    Raises:
        EntraError: It is not open in this browser.
    """
    choice = memory.find_choice(instance, parameters.get("request", ""), request.cookies.get(BROWSER_COOKIE, ""))
    if choice is None:
        raise foreign_choice()
    return choice


def _chosen_person(instance: Instance, form: Parameters) -> dict[str, str]:
    person = people.find_person(instance, form.get("person", ""))
    if person is None:
        raise EntraError(50034, "invalid_request", "The user account does not exist in the directory.")
    if not people.is_enabled(person):
        raise disabled_account()
    return person


def _session_person_id(instance: Instance, request: Request) -> str:
    cookie = request.cookies.get(SESSION_COOKIE, "")
    with instance.lock:
        return instance.entra_sessions.get(cookie, "") if cookie else ""


def _show_picker(instance: Instance, request: Request, asked: AuthorizationRequest) -> Response:
    browser = request.cookies.get(BROWSER_COOKIE, "") or secrets.token_urlsafe(32)
    choice_id, choice = memory.open_choice(instance, asked, browser)
    answer = pages.picker_page(instance, choice_id, choice, signed_in=_session_person_id(instance, request))
    answer.set_cookie(BROWSER_COOKIE, browser, path="/", httponly=True, samesite="lax")
    return answer


def _send_code(instance: Instance, asked: AuthorizationRequest, person: dict[str, str]) -> Response:
    parameters = {"code": memory.issue_code(instance, asked, person["id"])}
    if asked.state:
        parameters["state"] = asked.state
    return send_back(asked.redirect_uri, asked.response_mode, parameters)


def _failure_parameters(instance: Instance, failure: EntraError, state: str) -> Parameters:
    parameters = {"error": failure.error, "error_description": failure.description(instance.clock.now())}
    if state:
        parameters["state"] = state
    return parameters
