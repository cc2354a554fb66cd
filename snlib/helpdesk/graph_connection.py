"""Letting the dashboard read Microsoft Graph in an agent's name: begin, complete, whether it is done, end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from snlib.agent import Agent
from snlib.errors import AuthorizationDenied, AuthorizationExpired, ConnectorOff, SnlibError
from snlib.graph import GraphClient, users
from snlib.helpdesk.connections import Outcome
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.graph_token import NewToken
from snlib.helpdesk.services import Services
from snlib.oauth.callback import Callback, read_callback
from snlib.oauth.client import GraphOAuthClient
from snlib.oauth.pending import Mode, Pending
from snlib.oauth.tokens import Token
from snlib.settings import GraphSettings

USES = ("connector.update", "devices.view", "users.search")
"""Who may do any of these has a use for Microsoft Graph."""

_ACTION = "graph.connect"


@dataclass(frozen=True, slots=True)
class GraphConnection:
    """Whether the agent has connected Microsoft Graph.

    Attributes:
        needed: Whether agents connect it themselves; False when the application reads with its own rights.
        connected: A token is stored; it may still be refused.
        connected_at: ISO text of when, also a key for what was read with this token; empty when not connected.
        connected_as: Whom Microsoft Graph takes the agent for.
    """

    needed: bool
    connected: bool
    connected_at: str = ""
    connected_as: str = ""


def connection(desk: Desk) -> GraphConnection:
    """Return whether the agent has connected Microsoft Graph; asks our database only."""
    client = desk.services.graph_client
    if client is None:
        return GraphConnection(needed=False, connected=False)
    stored = desk.services.tokens.find(desk.agent.key, client.connection_key)
    if stored is None:
        return GraphConnection(needed=True, connected=False)
    return GraphConnection(True, True, stored.connected_at.isoformat(), stored.connected_as)


def begin(services: Services, agent: Agent, *, return_path: str, mode: Mode, remote: str = "") -> str:
    """Return the address of Microsoft Entra's authorization page for this agent.

    Args:
        services: The process's services.
        agent: Who asks; the authorization can be completed by him in this browser session only.
        return_path: Where to go afterwards; a path of ours, checked by the route.
        mode: "popup" or "tab".
        remote: From where, for the access log.

    Raises:
        PermissionDenied: The agent has no use for it.
        ConnectorOff: Agents do not connect Microsoft Graph themselves here.
        StoreError: Not saved.
    """
    desk = Desk(services, agent, remote)
    # Where Intune's permissions count, asking for them is how an agent comes to have any.
    if not services.policy.intune_permissions:
        desk.require(*USES, action=_ACTION)
    client, _ = _configured(services)
    return services.authorization_requests.begin(
        client, agent=agent, purpose="graph", return_path=return_path, mode=mode, login_hint=agent.username
    )


def complete(services: Services, agent: Agent, params: Sequence[tuple[str, str]], *, remote: str = "") -> Outcome:
    """Redeem the authorization code that Microsoft Entra sent the browser back with.

    Never raises an error of ours: what went wrong is in the outcome and in the access log.
    """
    desk = Desk(services, agent, remote)
    try:
        callback = read_callback(params, service="Microsoft Graph")
        pending = services.authorization_requests.claim(callback.state, agent=agent)
        if pending.purpose != "graph":
            raise AuthorizationExpired("This answer belongs to another connection. Please connect again.")
    except SnlibError as error:
        desk.note(_ACTION, outcome="failed", detail=str(error))
        return Outcome(ok=False, mode="popup", return_path="/", message=error.user_message)
    try:
        _redeem(desk, pending, callback)
    except SnlibError as error:
        desk.note(_ACTION, target=pending.instance_url, outcome="failed", detail=type(error).__name__)
        return Outcome(ok=False, mode=pending.mode, return_path=pending.return_path, message=error.user_message)
    desk.note(_ACTION, target=pending.instance_url)
    return Outcome(ok=True, mode=pending.mode, return_path=pending.return_path, message="Connected to Microsoft Graph.")


def disconnect(desk: Desk) -> None:
    """Forget the agent's token; Entra has no way to revoke it alone. Needs no permission: it is his own."""
    client = desk.services.graph_client
    if client is None:
        return
    desk.services.flow.disconnect(client, desk.agent.key)
    desk.note("graph.disconnect", target=client.instance_url)


def _redeem(desk: Desk, pending: Pending, callback: Callback) -> None:
    client, graph = _configured(desk.services)
    if callback.error:
        if callback.denied:
            raise AuthorizationDenied("You gave no consent, so Microsoft Graph gave no access. Try again and accept.")
        raise AuthorizationDenied(
            "Microsoft Entra ended the authorization with an error, so nothing was connected. An administrator may "
            "have to consent to the permissions first."
        )
    desk.services.flow.redeem(client, pending, callback.code, identify=lambda token: _identity(desk, graph, token))


def _identity(desk: Desk, graph: GraphSettings, token: Token) -> str:
    """Return whose token it is; somebody else's than the agent's is not kept.

    Two accounts in one browser are common among administrators: what is read must be what this agent may read, and
    what the access log says of him.
    """
    client = GraphClient(graph.base_url, NewToken(token.access_token), desk.services.transport, for_agent=True)
    me = users.me(client)
    # Without a tenant the sign-in provider is not Microsoft Entra, whose object ids could be compared.
    if desk.agent.tenant_id and me.id != desk.agent.object_id.lower():
        raise AuthorizationDenied(
            f"You allowed it as {me.username or 'somebody else'}, but you are signed in to the dashboard "
            f"as {desk.agent.username}. Connect again and choose that account.",
            log="Graph token of another account",
        )
    return me.username


def _configured(services: Services) -> tuple[GraphOAuthClient, GraphSettings]:
    client, graph = services.graph_client, services.settings.graph
    if client is None or graph is None:
        raise ConnectorOff(
            "Nobody has to connect Microsoft Graph here: the dashboard reads it by itself, or not at all."
        )
    return client, graph
