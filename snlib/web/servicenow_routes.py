"""The two ends of the OAuth round trip to ServiceNow: where it begins, and where ServiceNow sends the browser back."""

from __future__ import annotations

import logging
import re
import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from snlib.errors import SnlibError
from snlib.helpdesk import connections
from snlib.oauth.pending import Mode, Purpose
from snlib.web.fetch_metadata import from_elsewhere
from snlib.web.html import page, script_literal
from snlib.web.safe_return import safe_return
from snlib.web.site import Site

_log = logging.getLogger(__name__)

MAX_PARAMETERS = 12
MAX_CHARACTERS = 4096

# The popup must stay in the browsing context group of the window that opened it, or it may not close itself.
_SAME_GROUP = {"Cross-Origin-Opener-Policy": "unsafe-none"}
_NO_STORE = {"Cache-Control": "no-store", **_SAME_GROUP}
_TEST_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")


class ServiceNowRoutes:
    """The routes ``/servicenow/connect`` and ``/servicenow/callback``; they block, so Starlette gives them a thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def connect(self, request: Request) -> Response:
        """Send the agent's browser to ServiceNow's authorization page."""
        params = request.query_params
        mode: Mode = "popup" if params.get("mode") == "popup" else "tab"
        purpose: Purpose = "test" if params.get("purpose") == "test" else "agent"
        return_path = safe_return(params.get("return"))
        if from_elsewhere(request):
            return page(
                "Not connected",
                "Connecting to ServiceNow has to be started from the dashboard itself.",
                links={"Go to the dashboard": return_path},
                status_code=403,
            )
        test_id = params.get("test", "")
        try:
            agent = self._site.agent(request)
            if agent is None:
                return _sign_in_first(return_path)
            url = connections.begin(
                self._site.services,
                agent,
                purpose=purpose,
                return_path=return_path,
                mode=mode,
                test_id=test_id if _TEST_ID.fullmatch(test_id) else "",
            )
        except SnlibError as error:
            return _failed(error.user_message, mode=mode, return_path=return_path, log=str(error))
        return RedirectResponse(url, 303, _NO_STORE)

    def callback(self, request: Request) -> Response:
        """Take ServiceNow's answer, then close the popup or go back to the agent's page."""
        params = request.query_params.multi_items()
        names = [name for name, _ in params]
        if (
            len(set(names)) != len(names)
            or len(names) > MAX_PARAMETERS
            or any(len(v) > MAX_CHARACTERS for _, v in params)
        ):
            return page(
                "Not connected",
                "This is not an answer that ServiceNow gives, so nothing was connected. Please try again.",
                links={"Go to the dashboard": "/"},
                status_code=400,
                headers=_SAME_GROUP,
            )
        try:
            agent = self._site.agent(request)
        except SnlibError as error:
            return _failed(error.user_message, mode="tab", return_path="/", log=str(error))
        if agent is None:
            return _sign_in_first("/")
        outcome = connections.complete(self._site.services, agent, params)
        return_path = safe_return(outcome.return_path)
        if not outcome.ok:
            return _failed(outcome.message, mode=outcome.mode, return_path=return_path, log="")
        if outcome.mode == "popup":
            return _close_popup("Connected to ServiceNow", outcome.message, ok=True, return_path=return_path)
        return RedirectResponse(return_path, 303, _NO_STORE)


def _close_popup(title: str, message: str, *, ok: bool, return_path: str, reference: str = "") -> HTMLResponse:
    """Tell the waiting page how it ended and close; the text stays readable where a browser refuses to close."""
    outcome = script_literal({"ok": ok, "message": message})
    return page(
        title,
        f"{message} You can close this window.",
        links={"Go to the dashboard": return_path},
        reference=reference,
        script=f"try {{ new BroadcastChannel('sn-oauth').postMessage({outcome}); }} finally {{ window.close(); }}",
        headers=_SAME_GROUP,
    )


def _failed(message: str, *, mode: str, return_path: str, log: str) -> HTMLResponse:
    reference = secrets.token_hex(4)
    _log.warning("not connected to ServiceNow [%s]: %s", reference, log or message)
    if mode == "popup":
        return _close_popup("Not connected", message, ok=False, return_path=return_path, reference=reference)
    return page(
        "Not connected to ServiceNow",
        message,
        links={"Back to the dashboard": return_path},
        status_code=403,
        reference=reference,
        headers=_SAME_GROUP,
    )


def _sign_in_first(return_path: str) -> HTMLResponse:
    return page(
        "You are signed out",
        "Sign in to the dashboard first, then connect to ServiceNow.",
        links={"Sign in": f"/login?next={quote(return_path, safe='')}"},
        status_code=401,
        headers=_SAME_GROUP,
    )
