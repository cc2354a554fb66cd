"""The OAuth round trip to ServiceNow or Microsoft Graph for the web routes: begin, complete, and disconnect."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from snlib.connector.model import ConnectorSettings
from snlib.errors import AuthorizationDenied, AuthorizationExpired, ConnectorOff, RefreshRejected, SnlibError
from snlib.graph import GraphClient, users
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import oauth_client, require_on
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk, Permit, Target
from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.oauth.client import Client, GraphOAuthClient
from snlib.oauth.pending import Mode, Pending, Purpose
from snlib.oauth.request import Callback, read_callback
from snlib.oauth.tokens import Token
from snlib.servicenow.client import TableClient
from snlib.servicenow.identity import current_user
from snlib.settings import GraphSettings
from snlib.transport import BearerAuth

log = logging.getLogger(__name__)

_SERVICE_OF: dict[Purpose, str] = {"agent": SERVICENOW, "test": SERVICENOW, "graph": GRAPH}
_CONNECT = {SERVICENOW: Act.SERVICENOW_CONNECT, GRAPH: Act.GRAPH_CONNECT}
_OTHER = "This answer belongs to another connection. Please connect again."
_CHANGED = "The connector's settings changed while you were connecting. Please try again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an authorization ended.

    Attributes:
        ok: A token is stored.
        mode: As `begin` was called with, and so is ``return_path``.
        message: One sentence for the agent; nothing from outside is in it.
    """

    ok: bool
    mode: Mode
    return_path: str
    message: str


def begin(desk: Desk, purpose: Purpose, *, return_path: str, mode: Mode, test_id: str = "") -> str:
    """Return the address of the service's authorization page for this agent.

    Args:
        desk: The agent's; only they can complete the authorization, and in this browser session only.
        purpose: "agent" to read incidents (``incidents.view``), "test" for the connection test (``connector.update``),
            "graph" to read Microsoft Graph (any permission that uses it).
        return_path: Where to go afterwards; a path of the dashboard, checked by the route.
        mode: "popup" or "tab".
        test_id: The connection test that the authorization belongs to.

    Raises:
        ConnectorOff: Also where agents do not connect Microsoft Graph themselves.
    """
    act = {"agent": Act.SERVICENOW_CONNECT, "test": Act.CONNECTOR_TEST, "graph": Act.GRAPH_CONNECT}[purpose]
    if purpose == "graph" and desk.policy.intune_permissions:
        act = Act.GRAPH_CONNECT_FOR_ROLES  # their permissions may come from Microsoft Graph alone, so none is required
    with desk.act(act, Target(test_id)) as permit:
        permit.quiet = True  # `complete` logs the outcome
        services, version = permit.services, 0
        client: Client | GraphOAuthClient
        if purpose == "test":
            client = connector_desk.client_of_test(permit, test_id)
        elif purpose == "agent":
            connector = services.connector.load()
            require_on(connector, desk.policy)
            client, version = oauth_client(permit, connector), connector.version
        else:
            client, _ = _graph(permit)
        return services.authorization_requests.begin(
            client,
            agent=desk.agent,
            purpose=purpose,
            return_path=return_path,
            mode=mode,
            test_id=test_id if purpose == "test" else "",
            connector_version=version,
            login_hint=desk.agent.username if purpose == "graph" else "",
        )


def complete(desk: Desk, service: str, params: Sequence[tuple[str, str]]) -> Outcome:
    """Redeem the authorization code that the service sent with the browser.

    Never raises an `SnlibError`: a failure is in the outcome, in the access log and, for a connection test, in its
    steps.
    """
    try:
        with desk.act(Act.AUTHORIZATION_ANSWER) as permit:
            return _complete(permit, service, params)
    except SnlibError as error:
        return Outcome(ok=False, mode="popup", return_path="/", message=error.user_message)


def disconnect(desk: Desk, service: str) -> None:
    """Delete the agent's token; ServiceNow also revokes it, Microsoft Entra cannot revoke a single token."""
    with desk.act(Act.SERVICENOW_DISCONNECT if service == SERVICENOW else Act.GRAPH_DISCONNECT) as permit:
        services = permit.services
        client: Client | GraphOAuthClient
        if service == SERVICENOW:
            client = oauth_client(permit, services.connector.load())
        else:
            client, _ = _graph(permit)
        permit.about = Target(client.instance_url)
        permit.detail = services.flow.disconnect(client, desk.agent.key)


def _complete(permit: Permit, service: str, params: Sequence[tuple[str, str]]) -> Outcome:
    act = _CONNECT[service]
    try:
        callback = read_callback(params, service=service)
        pending = permit.services.authorization_requests.claim(callback.state, agent=permit.agent)
        if _SERVICE_OF[pending.purpose] != service:
            raise AuthorizationExpired(_OTHER)
    except SnlibError as error:
        permit.note(act, outcome="failed", detail=str(error))
        return Outcome(ok=False, mode="popup", return_path="/", message=error.user_message)
    about = Target(pending.instance_url)
    try:
        _redeem(permit, pending, callback)
    except SnlibError as error:
        if pending.purpose == "test":
            connector_desk.note_failure(permit, pending.test_id, error)
        permit.note(act, about, outcome="failed", detail=type(error).__name__)
        return Outcome(ok=False, mode=pending.mode, return_path=pending.return_path, message=error.user_message)
    permit.note(act, about, detail="" if service == GRAPH else pending.purpose)
    return Outcome(ok=True, mode=pending.mode, return_path=pending.return_path, message=f"Connected to {service}.")


def _redeem(permit: Permit, pending: Pending, callback: Callback) -> None:
    services = permit.services
    if pending.purpose == "graph":
        client, graph = _graph(permit)
        _refuse_error(callback, _GRAPH_DENIED, _GRAPH_FAILED)
        services.flow.redeem(client, pending, callback.code, identify=lambda token: _graph_user(permit, graph, token))
        return
    if pending.purpose == "test":
        _refuse_error(callback, _DENIED, _FAILED)
        # A test proves the settings; it does not connect the administrator.
        kept = replace(pending, agent_key=connector_desk.holder_of(pending.test_id))
        token = services.flow.redeem(connector_desk.client_of_test(permit, pending.test_id), kept, callback.code)
        connector_desk.note_token(permit, pending.test_id, token)
        return
    connector = services.connector.load()
    require_on(connector, services.settings.access)
    if connector.version != pending.connector_version:
        raise AuthorizationExpired(_CHANGED)
    _refuse_error(callback, _DENIED, _FAILED)
    services.flow.redeem(
        oauth_client(permit, connector),
        pending,
        callback.code,
        identify=lambda token: _servicenow_user(permit, connector, token),
    )


_DENIED = "You pressed Deny, so ServiceNow gave no access. Try again and press Allow."
_FAILED = "ServiceNow ended the authorization with an error, so nothing was connected."
_GRAPH_DENIED = "You gave no consent, so Microsoft Graph gave no access. Try again and accept."
_GRAPH_FAILED = (
    "Microsoft Entra ended the authorization with an error, so nothing was connected. An administrator may have to "
    "consent to the permissions first."
)


def _refuse_error(callback: Callback, denied: str, failed: str) -> None:
    if callback.error:
        raise AuthorizationDenied(denied if callback.denied else failed)


def _servicenow_user(permit: Permit, connector: ConnectorSettings, token: Token) -> str:
    """Return the account that ServiceNow sees, ``""`` when it does not say: that is no reason to fail."""
    auth = BearerAuth(lambda: token.access_token)
    table = TableClient(connector.instance_url, permit.services.transport, auth, version=connector.version_path)
    try:
        user = current_user(table)
    except SnlibError as error:
        log.warning("ServiceNow did not say who is connected: %s", error)
        return ""
    return user.called


def _graph_user(permit: Permit, graph: GraphSettings, token: Token) -> str:
    """Return whose token it is.

    Administrators often use two accounts in one browser, but this agent must read only what they may read themselves,
    as the access log will say: a token of another account is refused.
    """
    agent = permit.agent
    client = GraphClient(graph.base_url, _NewToken(token.access_token), permit.services.transport, for_agent=True)
    me = users.me(client)
    # Without a tenant the sign-in provider is not Microsoft Entra, whose object ids could be compared.
    if agent.tenant_id and me.id != agent.object_id.lower():
        raise AuthorizationDenied(
            f"You allowed it as {me.username or 'somebody else'}, but you are signed in to the dashboard "
            f"as {agent.username or agent.name}. Connect again and choose that account.",
            log="Graph token of another account",
        )
    return me.username


def _graph(permit: Permit) -> tuple[GraphOAuthClient, GraphSettings]:
    client, graph = permit.services.graph_client, permit.services.settings.graph
    if client is None or graph is None:
        raise ConnectorOff(
            "Nobody has to connect Microsoft Graph here: the dashboard reads it with its own rights or not at all."
        )
    return client, graph


class _NewToken:
    """A `snlib.transport.TokenSource` of one token that is not kept yet; a refusal ends it."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def access_token(self) -> str:
        return self._access_token

    def renewed(self, refused: str) -> str:
        raise RefreshRejected("Microsoft Graph did not accept the new connection. Connect again.", service=GRAPH)
