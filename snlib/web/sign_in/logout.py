"""Signing out: here, at the provider, and in every tab of the browser."""

from __future__ import annotations

import logging
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from snlib.errors import ServiceUnreachable, SnlibError
from snlib.helpdesk import sign_in
from snlib.web.edge.fetch_metadata import from_elsewhere
from snlib.web.edge.html import page
from snlib.web.site import Site

_log = logging.getLogger(__name__)

_TELL_TABS = "try { new BroadcastChannel('sn-session').postMessage('signed-out'); } finally { location.replace('/'); }"


class SignOut:
    """The routes ``/logout`` and ``/signed-out``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def logout(self, request: Request) -> Response:
        """End the session on the server and in the browser, then let the provider end its own.

        A link on another site cannot sign anybody out: it leads to a page that asks.
        """
        if from_elsewhere(request):
            return page(
                "Sign out?",
                "Another page asked to sign you out of the dashboard.",
                links={"Sign out": "/logout", "Stay signed in": "/"},
            )
        try:
            await run_in_threadpool(self._end, request)
        except SnlibError as error:
            _log.error("not signed out: %s", error)
            return page(
                "You are still signed in",
                f"{error.user_message} Try again, or close the browser on a shared computer.",
                links={"Try again": "/logout", "Stay signed in": "/"},
                status_code=503,
            )
        response = RedirectResponse(await self._provider_url(), 303, {"Cache-Control": "no-store"})
        self._site.cookies.clear_session(response)
        return response

    def signed_out(self, request: Request) -> Response:
        """Tell the browser's other tabs, which reload and show the sign-in notice, and go home."""
        return page(
            "You are signed out",
            "Your session has ended in every tab.",
            links={"Go to the dashboard": "/"},
            script=_TELL_TABS,
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
