"""Signing in by the OIDC provider, and signing out: here, at the provider, and in every tab of the browser."""

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
from snlib.web.edge.gate import from_elsewhere
from snlib.web.edge.html import page
from snlib.web.sign_in.safe_return import safe_return
from snlib.web.site import Site

_log = logging.getLogger(__name__)

NO_STORE = {"Cache-Control": "no-store"}
TOO_LATE = (
    "This sign-in took longer than ten minutes, was already used, or was started in another browser. Please try again."
)
_TELL_TABS = "try { new BroadcastChannel('sn-session').postMessage('signed-out'); } finally { location.replace('/'); }"


class SignIn:
    """The routes ``/login``, ``/login/callback``, ``/logout`` and ``/signed-out``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def login(self, request: Request) -> Response:
        """Send the browser to the provider; somebody signed in already goes straight to where they were going."""
        target = safe_return(request.query_params.get("next"))
        try:
            if await run_in_threadpool(self._site.agent, request):
                return RedirectResponse(target, 303, NO_STORE)
            url, kept = await self._site.oidc.authorize()
        except SnlibError as error:
            return self._refused(error, target)
        response = RedirectResponse(url, 303, NO_STORE)
        self._site.cookies.set_sign_in(response, kept["state"], {**kept, "next": target})
        return response

    async def callback(self, request: Request) -> Response:
        """Take the provider's answer: start a session, or say in one sentence why not."""
        params, remote = request.query_params, self._site.remote(request)
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
                remote=remote,
            )
        except SnlibError as error:
            await run_in_threadpool(sign_in.sign_in_failed, self._site.services, error, remote=remote)
            response = self._refused(error, target)
        else:
            response = RedirectResponse(target, 303, NO_STORE)
            self._site.cookies.set_session(response, cookie)
        self._site.cookies.clear_sign_in(response, state)
        return response

    async def logout(self, request: Request) -> Response:
        """End the session on the server and in the browser, then let the provider end its own.

        A link on another site cannot sign anybody out: it leads to a page that asks.
        """
        if from_elsewhere(request):
            links = {"Sign out": "/logout", "Stay signed in": "/"}
            return page("Sign out?", "Another page asked to sign you out of the dashboard.", links=links)
        try:
            await run_in_threadpool(self._end, request)
        except SnlibError as error:
            _log.error("not signed out: %s", error)
            sentence = f"{error.user_message} Try again, or close the browser on a shared computer."
            links = {"Try again": "/logout", "Stay signed in": "/"}
            return page("You are still signed in", sentence, links=links, status_code=503)
        response = RedirectResponse(await self._provider_url(), 303, NO_STORE)
        self._site.cookies.clear_session(response)
        return response

    def signed_out(self, request: Request) -> Response:
        """Tell the browser's other tabs, which reload and show the sign-in notice, and go home."""
        sentence = "Your session has ended in every tab."
        return page("You are signed out", sentence, links={"Go to the dashboard": "/"}, script=_TELL_TABS)

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
        status_code = (
            403 if isinstance(error, SignInRequired) else 502 if isinstance(error, ServiceUnreachable) else 503
        )
        return page(
            "You are not signed in",
            error.user_message,
            links={"Try again": f"/login?next={quote(target, safe='')}", "Home": "/"},
            status_code=status_code,
            reference=reference,
        )

    def _end(self, request: Request) -> None:
        agent = self._site.agent(request)
        if agent is not None:
            sign_in.sign_out(self._site.services, agent, remote=self._site.remote(request))

    async def _provider_url(self) -> str:
        here = f"{self._site.settings.public_url}/signed-out"
        try:
            url = await self._site.oidc.end_session_url(post_logout_redirect_uri=here, state=secrets.token_urlsafe(16))
        except ServiceUnreachable as error:
            _log.warning("signed out here only: %s", error)
            return here
        return url or here
