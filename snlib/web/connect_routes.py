"""The two ends of an OAuth round trip: where it begins, and where the service sends the browser back."""

from __future__ import annotations

import logging
import re
import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from snlib.errors import SnlibError
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.oauth.pending import Mode, Purpose
from snlib.web.edge.gate import from_elsewhere
from snlib.web.edge.html import page, script_literal, sign_in_first
from snlib.web.sign_in.safe_return import safe_return
from snlib.web.site import Site

_log = logging.getLogger(__name__)

CHANNELS = {SERVICENOW: "sn-oauth", GRAPH: "graph-oauth"}
"""The ``BroadcastChannel`` on which the popup tells the page how it ended, by service."""

MAX_PARAMETERS = 12
MAX_CHARACTERS = 4096

_TEST_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")
# The popup must stay in the browsing context group of the window that opened it, or it may not close itself.
_SAME_GROUP = {"Cross-Origin-Opener-Policy": "unsafe-none"}
_NO_STORE = {"Cache-Control": "no-store", **_SAME_GROUP}


class ConnectRoutes:
    """The two routes of one service; they block, so Starlette gives them a thread."""

    def __init__(self, site: Site, service: str) -> None:
        self._site = site
        self.service = service

    def connect(self, request: Request) -> Response:
        """Send the agent's browser to the service's authorization page."""
        params = request.query_params
        mode: Mode = "popup" if params.get("mode") == "popup" else "tab"
        return_path = safe_return(params.get("return"))
        if from_elsewhere(request):
            sentence = f"Connecting to {self.service} has to be started from the dashboard itself."
            return page("Not connected", sentence, links={"Go to the dashboard": return_path}, status_code=403)
        purpose: Purpose = "graph" if self.service == GRAPH else "agent"
        if purpose == "agent" and params.get("purpose") == "test":
            purpose = "test"
        test_id = params.get("test", "")
        if not _TEST_ID.fullmatch(test_id):
            test_id = ""
        try:
            desk = self._site.desk(request)
            if desk is None:
                return self._sign_in_first(return_path)
            url = round_trip.begin(desk, purpose, return_path=return_path, mode=mode, test_id=test_id)
        except SnlibError as error:
            return self._failed(error.user_message, mode=mode, return_path=return_path, log=str(error))
        return RedirectResponse(url, 303, _NO_STORE)

    def callback(self, request: Request) -> Response:
        """Take the service's answer, then close the popup or go back to the agent's page."""
        params = request.query_params.multi_items()
        repeated = len(dict(params)) != len(params)
        if repeated or len(params) > MAX_PARAMETERS or any(len(value) > MAX_CHARACTERS for _, value in params):
            sentence = f"This is not an answer that {self.service} gives, so nothing was connected. Please try again."
            home = {"Go to the dashboard": "/"}
            return page("Not connected", sentence, links=home, status_code=400, headers=_SAME_GROUP)
        try:
            desk = self._site.desk(request)
        except SnlibError as error:
            return self._failed(error.user_message, mode="tab", return_path="/", log=str(error))
        if desk is None:
            return self._sign_in_first("/")
        outcome = round_trip.complete(desk, self.service, params)
        return_path = safe_return(outcome.return_path)
        if not outcome.ok:
            return self._failed(outcome.message, mode=outcome.mode, return_path=return_path, log="")
        if outcome.mode == "popup":
            return self._close_popup(f"Connected to {self.service}", outcome.message, ok=True, return_path=return_path)
        return RedirectResponse(return_path, 303, _NO_STORE)

    def _close_popup(
        self, title: str, message: str, *, ok: bool, return_path: str, reference: str = ""
    ) -> HTMLResponse:
        """Tell the waiting page how it ended and close; the text stays readable where a browser refuses to close."""
        outcome = script_literal({"ok": ok, "message": message})
        tell = f"new BroadcastChannel('{CHANNELS[self.service]}').postMessage({outcome});"
        return page(
            title,
            f"{message} You can close this window.",
            links={"Go to the dashboard": return_path},
            reference=reference,
            script=f"try {{ {tell} }} finally {{ window.close(); }}",
            headers=_SAME_GROUP,
        )

    def _failed(self, message: str, *, mode: str, return_path: str, log: str) -> HTMLResponse:
        reference = secrets.token_hex(4)
        _log.warning("not connected to %s [%s]: %s", self.service, reference, log or message)
        if mode == "popup":
            return self._close_popup("Not connected", message, ok=False, return_path=return_path, reference=reference)
        return page(
            f"Not connected to {self.service}",
            message,
            links={"Back to the dashboard": return_path},
            status_code=403,
            reference=reference,
            headers=_SAME_GROUP,
        )

    def _sign_in_first(self, return_path: str) -> HTMLResponse:
        return sign_in_first(f"connect to {self.service}", next_path=return_path, headers=_SAME_GROUP)
