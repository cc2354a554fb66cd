"""Signing in: to the OIDC provider and back, and then to where the agent wanted to go."""

from __future__ import annotations

import hmac
import logging
import secrets
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from snlib.errors import ServiceUnreachable, SignInRequired, SnlibError
from snlib.helpdesk import sign_in
from snlib.web.edge.html import page
from snlib.web.sign_in.safe_return import safe_return
from snlib.web.site import Site

_log = logging.getLogger(__name__)

NO_STORE = {"Cache-Control": "no-store"}
TOO_LATE = (
    "This sign-in took longer than ten minutes, was already used, or was started in another browser. Please try again."
)


class SignIn:
    """The routes ``/login`` and ``/login/callback``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def login(self, request: Request) -> Response:
        """Send the browser to the provider; somebody signed in already goes straight to where they were going."""
        target = safe_return(request.query_params.get("next"))
        try:
            if await run_in_threadpool(self._site.agent, request):
                return RedirectResponse(target, 303, NO_STORE)
            authorization = await self._site.oidc.authorize()
        except SnlibError as error:
            return self._refused(error, target)
        response = RedirectResponse(authorization.url, 303, NO_STORE)
        self._site.cookies.set_sign_in(
            response,
            authorization.state,
            {
                "state": authorization.state,
                "nonce": authorization.nonce,
                "verifier": authorization.code_verifier,
                "next": target,
            },
        )
        return response

    async def callback(self, request: Request) -> Response:
        """Take the provider's answer: start a session, or say in one sentence why not."""
        params = request.query_params
        state = params.get("state", "")
        kept = self._site.cookies.sign_in(request, state)
        target = safe_return(str(kept["next"])) if kept else "/"
        try:
            if kept is None or len(params.multi_items()) != len(params):
                raise SignInRequired(TOO_LATE, log="sign-in with an unknown state or repeated parameters")
            if not hmac.compare_digest(str(kept["state"]), state):
                raise SignInRequired(TOO_LATE, log="sign-in with a state of another sign-in")
            if "error" in params:
                raise self._denied(params["error"])
            claims = await self._site.oidc.redeem(
                params.get("code", ""), nonce=str(kept["nonce"]), code_verifier=str(kept["verifier"])
            )
            cookie = await run_in_threadpool(
                sign_in.sign_in,
                self._site.services,
                claims,
                previous_cookie=self._site.session_cookie(request),
                remote=self._site.remote(request),
            )
        except SnlibError as error:
            await run_in_threadpool(
                sign_in.sign_in_failed, self._site.services, error, remote=self._site.remote(request)
            )
            response = self._refused(error, target)
        else:
            response = RedirectResponse(target, 303, NO_STORE)
            self._site.cookies.set_session(response, cookie)
        self._site.cookies.clear_sign_in(response, state)
        return response

    def _denied(self, error: str) -> SignInRequired:
        provider = self._site.oidc.provider_name
        if error == "access_denied":
            return SignInRequired(f"{provider} did not sign you in: the sign-in was cancelled.", log="access_denied")
        if error in ("server_error", "temporarily_unavailable"):
            return SignInRequired(f"{provider} cannot sign anybody in right now. Please try again later.", log=error)
        # The provider's own words are not repeated: anybody can put text into this address.
        return SignInRequired(
            f"{provider} refused the sign-in. Please try again; if it happens again, tell your administrator.",
            log="the provider refused the authorization request",
        )

    def _refused(self, error: SnlibError, target: str) -> Response:
        reference = secrets.token_hex(4)
        _log.warning("sign-in refused [%s]: %s", reference, error)
        if isinstance(error, SignInRequired):
            status_code = 403
        else:
            status_code = 502 if isinstance(error, ServiceUnreachable) else 503
        return page(
            "You are not signed in",
            error.user_message,
            links={"Try again": f"/login?next={quote(target, safe='')}", "Home": "/"},
            status_code=status_code,
            reference=reference,
        )
