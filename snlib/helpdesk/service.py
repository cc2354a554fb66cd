"""A service that agents connect: ServiceNow or Microsoft Graph, for one agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from snlib.access import AccessPolicy, Permission, decide, granted_by
from snlib.agent import Agent
from snlib.connector.model import ConnectionStatus, ConnectorSettings
from snlib.helpdesk.services import Services
from snlib.oauth.tokens import TokenOutline
from snlib.servicenow.protocol import record_url

SERVICENOW, GRAPH = "ServiceNow", "Microsoft Graph"
"""The services' names on the pages."""

YOU_VERIFY = "Open the page ServiceNow connector and press Test connection."


class ServiceState(Enum):
    """Whether an agent can use a service, and if not why. ``CONNECTED``: a token is stored, which may be refused."""

    NOT_CONFIGURED = "not configured"
    OFF = "off"
    NOT_VERIFIED = "not verified"
    NOT_CONNECTED = "not connected"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Service:
    """One service for one agent, as read from the database at the start of a run. No secret is in it.

    Attributes:
        name: ``SERVICENOW`` or ``GRAPH``.
        personal: Whether agents connect it themselves; False where the dashboard reads with its own rights.
        connected_as: The account that the service sees, ``""`` when it did not say.
        key: Identifies the agent, the settings and the token. An answer is shown again only under the same key.
        url: The instance, scheme, host and port; ``""`` when there is none to open records in.
        table: The table that incidents are read from; ServiceNow only.
        help: What to do about ``NOT_VERIFIED``, in a sentence for this agent.
        changed_by: Who switched it on or off last; ``changed_at`` is when (aware UTC).
    """

    name: str
    state: ServiceState
    key: str
    personal: bool = True
    connected_as: str = ""
    url: str = ""
    table: str = ""
    help: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def connected(self) -> bool:
        """Whether it can be asked."""
        return self.state is ServiceState.CONNECTED

    def link(self, table: str, sys_id: str) -> str:
        """Return the address that opens a record."""
        return record_url(self.url, table, sys_id)


def servicenow_of(
    services: Services, agent: Agent, connector: ConnectorSettings, tokens: Mapping[str, TokenOutline]
) -> Service:
    """Return ServiceNow for ``agent``; ``tokens`` are the agent's stored ones by connection key."""
    policy = services.settings.access
    token = tokens.get(services.servicenow_client(connector, None).connection_key)
    if connector.status is ConnectionStatus.NOT_CONFIGURED:
        state = ServiceState.NOT_CONFIGURED
    elif not connector.enabled:
        state = ServiceState.OFF
    elif connector.verified_at is None:
        state = ServiceState.NOT_VERIFIED
    else:
        state = ServiceState.CONNECTED if token else ServiceState.NOT_CONNECTED
    return Service(
        name=SERVICENOW,
        state=state,
        key=f"{agent.key}|{connector.version}|{token.connected_at.isoformat() if token else ''}",
        connected_as=token.connected_as if token else "",
        url=connector.instance_url,
        table=connector.table,
        help=YOU_VERIFY if decide(agent, Permission.CONNECTOR_UPDATE, policy).allowed else who_verifies(policy),
        changed_by=connector.toggled_by,
        changed_at=connector.toggled_at,
    )


def who_verifies(policy: AccessPolicy) -> str:
    """Return a sentence that says who can verify the connector."""
    whoever = granted_by(Permission.CONNECTOR_UPDATE, policy)
    if not whoever:
        return "Nobody here has a role that can verify it: ask the dashboard's operator."
    return f"Whoever has {whoever} can verify it on the page ServiceNow connector."


def graph_of(services: Services, agent: Agent, tokens: Mapping[str, TokenOutline]) -> Service:
    """Return Microsoft Graph for ``agent``; arguments as `servicenow_of`."""
    client = services.graph_client
    if client is None:
        state = ServiceState.NOT_CONFIGURED if services.settings.graph is None else ServiceState.CONNECTED
        return Service(GRAPH, state, agent.key, personal=False)
    token = tokens.get(client.connection_key)
    if token is None:
        return Service(GRAPH, ServiceState.NOT_CONNECTED, f"{agent.key}|")
    key = f"{agent.key}|{token.connected_at.isoformat()}"
    return Service(GRAPH, ServiceState.CONNECTED, key, connected_as=token.connected_as)
