"""The only way to ServiceNow, and to the directory: with the connector on, and the agent's own token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from snlib.access import AccessPolicy
from snlib.connector.model import ConnectionStatus, ConnectorSettings
from snlib.directory import Directory, GraphDirectory, ServiceNowDirectory
from snlib.errors import ConnectorOff, RequestRejected
from snlib.helpdesk.desk import Permit
from snlib.helpdesk.service import who_verifies
from snlib.incidents import IncidentQuestions
from snlib.oauth.client import Client
from snlib.oauth.flow import AgentToken
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gateway:
    """The connected instance, asked with one agent's token."""

    table: TableClient
    incidents: IncidentQuestions
    connector: ConnectorSettings


def require_on(connector: ConnectorSettings, policy: AccessPolicy) -> None:
    """Check that data may be exchanged with the instance: the connector is verified and on.

    Raises:
        ConnectorOff: Not configured; switched off, and by whom and when (UTC); not verified, and who can verify it.
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
    if connector.verified_at is None:
        raise ConnectorOff(f"The ServiceNow connector is not verified. {who_verifies(policy)}")


def oauth_client(permit: Permit, connector: ConnectorSettings) -> Client:
    """Return the OAuth client of the saved connector, with its secret."""
    secret = permit.services.connector.secret() if connector.has_secret else None
    return permit.services.servicenow_client(connector, secret)


def ask(permit: Permit, question: Callable[[Gateway], T]) -> T:
    """Ask the connected instance ``question`` as the agent; raises what `snlib.helpdesk` says.

    The connector's switch is read again before every request, so that switching off also stops a read of many pages.
    When ServiceNow refuses an access token early, it is renewed once for each request.
    """
    services = permit.services
    connector = services.connector.load()
    policy = services.settings.access
    require_on(connector, policy)
    client = oauth_client(permit, connector)
    tokens = AgentToken(
        services.flow, client, permit.agent.key, check=lambda: require_on(services.connector.load(), policy)
    )
    table = TableClient(connector.instance_url, services.transport, tokens, version=connector.version_path)
    aggregate = AggregateClient(connector.instance_url, services.transport, tokens, version=connector.version_path)
    try:
        answer = question(Gateway(table, IncidentQuestions(table, aggregate, table=connector.table), connector))
    except RequestRejected as error:
        if error.detail == "invalid_client":
            # The error says that the administrator can see the fault: the connector's page shows it from now on.
            services.connector.mark_failed("Client ID or secret was refused.", connector.version)
        raise
    services.connector.touch_last_connection(connector)
    return answer


def ask_directory(permit: Permit, question: Callable[[Directory], T]) -> T:
    """Ask the directory ``question`` as the agent: Microsoft Graph, or ServiceNow by `ask`."""
    if permit.services.settings.directory == "servicenow":
        return ask(permit, lambda gateway: question(ServiceNowDirectory(gateway.table)))
    return question(GraphDirectory(permit.services.graph_for(permit.agent)))
