"""The authorization request: what ``/oauth_auth.do`` is asked, and why it may be refused.

Every refusal is an HTML page and never a redirect: authorization-workflow.md (missing state), KB2109232 (redirect URI).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from snlib.demo.core.instance import Instance
from snlib.demo.servicenow.oauth import applications

PARAMETERS = ("response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that may be put before the user.

    Args:
        client: The ``oauth_entity`` row.
        parameters: What was sent, by name, to be sent again with the consent form.
    """

    client: dict[str, str]
    parameters: dict[str, str]

    @property
    def path(self) -> str:
        """Return the address that asks the same again."""
        return "/oauth_auth.do?" + urlencode(self.parameters)

    def redirect(self, **answer: str) -> str:
        """Return the redirect URI with ``answer`` and the state, unchanged, in its query."""
        uri = self.parameters["redirect_uri"]
        if "state" in self.parameters:
            answer["state"] = self.parameters["state"]
        return uri + ("&" if "?" in uri else "?") + urlencode(answer)


@dataclass(frozen=True)
class Refusal:
    """Why a request is not put before the user: the page's heading and what to do."""

    title: str
    text: str


def read(instance: Instance, pairs: Iterable[tuple[str, str]]) -> AuthorizationRequest | Refusal:
    """Check an authorization request; what it carries beside the known parameters is ignored."""
    known = [(name, value) for name, value in pairs if name in PARAMETERS]
    sent = dict(known)
    if len(sent) < len(known):
        return Refusal("Duplicate parameter in request", "A parameter was sent twice.")
    client = applications.find(instance, sent.get("client_id", ""))
    if client is None:
        return Refusal(
            "Invalid client_id",
            "No active application with this client ID. See System OAuth > Application Registry.",
        )
    if sent.get("redirect_uri") not in applications.redirect_urls(client["redirect_url"]):
        return Refusal(
            "Invalid redirect_uri",
            "The redirect URL is not exactly one of those registered for this application."
            " See Redirect URL in System OAuth > Application Registry.",
        )
    if instance.switches.state_required and not sent.get("state"):
        return Refusal("Missing State parameter in request", "The application must send a state parameter.")
    if sent.get("response_type") != "code":
        return Refusal("Invalid response_type", "Only the authorization code grant (response_type=code) is allowed.")
    return _pkce_fault(client, sent) or AuthorizationRequest(client, sent)


def _pkce_fault(client: dict[str, str], sent: dict[str, str]) -> Refusal | None:
    challenge, method = sent.get("code_challenge", ""), sent.get("code_challenge_method", "")
    if not challenge and not method:
        if applications.is_public(client):
            return Refusal("Missing code_challenge", "A public client must use PKCE with S256.")
        return None
    if method != "S256":
        return Refusal("Invalid code_challenge_method", "Only S256 is allowed.")
    if not _CHALLENGE.fullmatch(challenge):
        return Refusal("Invalid code_challenge", "A code challenge has 43 characters of base64url.")
    return None
