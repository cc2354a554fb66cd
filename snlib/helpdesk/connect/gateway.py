"""The one way out to ServiceNow: connector on, the agent's own token, one renewed try after a 401."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from snlib.connector.model import ConnectionStatus, ConnectorSettings
from snlib.errors import ConnectorOff, RequestRejected
from snlib.helpdesk.desk import Permit
from snlib.incidents import IncidentQuestions
from snlib.oauth.agent_token import AgentToken
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Clients of the connected instance that act as one agent."""

    table: TableClient
    aggregate: AggregateClient
    connector: ConnectorSettings


def questions(gateway: Gateway) -> IncidentQuestions:
    """Return the questions about incidents, to be put to this instance."""
    return IncidentQuestions(gateway.table, gateway.aggregate, table=gateway.connector.table)


def require_on(connector: ConnectorSettings) -> None:
    """Stop unless data may be exchanged with the instance.

    Raises:
        ConnectorOff: Not configured, or switched off; says by whom and when (UTC).
    """
    if connector.status is ConnectionStatus.NOT_CONFIGURED:
        raise ConnectorOff(
            "The ServiceNow connector is not configured yet. Ask an administrator to set it up on the page "
            "ServiceNow connector."
        )
    if not connector.enabled:
        when = f" at {connector.toggled_at:%Y-%m-%d %H:%M} UTC" if connector.toggled_at else ""
        raise ConnectorOff(
            f"The ServiceNow connector was switched off by {connector.toggled_by or 'an administrator'}{when}."
        )


def ask(permit: Permit, question: Callable[[Gateway], T]) -> T:
    """Put ``question`` to the connected instance as the agent.

    The connector's switch is read again before every single request, so that switching off stops a walk over many
    pages too. An access token refused before its time is renewed once for each request.

    Raises:
        ConnectorOff: Not configured or switched off; nothing was sent.
        SignInRequired: The agent must authenticate with ServiceNow.
        ServiceError: What ServiceNow answered.
        ServiceUnreachable: No answer.
    """
    services = permit.services
    connector = services.connector.load()
    require_on(connector)
    client = services.servicenow_client(connector, services.connector.secret() if connector.has_secret else None)

    tokens = AgentToken(services.flow, client, permit.agent.key, check=lambda: require_on(services.connector.load()))
    gateway = Gateway(
        table=TableClient(connector.instance_url, services.transport, tokens, version=connector.version_path),
        aggregate=AggregateClient(connector.instance_url, services.transport, tokens, version=connector.version_path),
        connector=connector,
    )
    try:
        answer = question(gateway)
    except RequestRejected as error:
        if error.detail == "invalid_client":
            # The sentence says that the administrator can see it: the connector's page shows it from now on.
            services.connector.mark_failed("Client ID or secret was refused.", connector.fingerprint)
        raise
    services.connector.touch_last_connection(connector)
    return answer
