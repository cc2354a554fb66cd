"""Sign-out: end the Entra session and send the browser to a registered address."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from snlib.demo.core.instance import Instance, OidcClient
from snlib.demo.entra import apps, memory, pages
from snlib.demo.entra.authorize import SESSION_COOKIE
from snlib.demo.entra.failures import NO_STORE
from snlib.demo.entra.parameters import Parameters
from snlib.demo.entra.tokens import keys


def sign_out(request: Request, instance: Instance, parameters: Parameters) -> Response:
    """Answer ``GET`` or ``POST /{tenant}/oauth2/v2.0/logout``: the session ends whatever the parameters are.

    The browser goes to ``post_logout_redirect_uri`` when that is registered (for the application that ``client_id`` or
    ``id_token_hint`` names, else for any), with ``state``; otherwise a page says that one is signed out.
    """
    memory.end_session(instance, request.cookies.get(SESSION_COOKIE, ""))
    target = parameters.get("post_logout_redirect_uri", "")
    answer: Response
    if target and any(target in apps.post_logout_uris(app) for app in _apps_meant(instance, parameters)):
        answer = RedirectResponse(_with_state(target, parameters.get("state", "")), status_code=302, headers=NO_STORE)
    else:
        answer = pages.signed_out_page()
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _apps_meant(instance: Instance, parameters: Parameters) -> list[OidcClient]:
    client_id = parameters.get("client_id", "")
    if not client_id and "id_token_hint" in parameters:
        client_id = str((keys.read(parameters["id_token_hint"]) or {}).get("aud", "unreadable hint"))
    if not client_id:
        return apps.all_apps(instance)
    app = apps.find_app(instance, client_id)
    return [app] if app else []


def _with_state(target: str, state: str) -> str:
    if not state:
        return target
    return target + ("&" if urlsplit(target).query else "?") + urlencode({"state": state})
