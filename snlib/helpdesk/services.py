"""The process's services, built once from the settings and passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import Engine

from snlib.agent import Agent
from snlib.audit import AuditLog, check_keys
from snlib.clock import Clock, utc_now
from snlib.connector.connection_tests import ConnectionTests
from snlib.connector.model import ConnectorSettings, ValidConnector
from snlib.connector.store import ConnectorStore
from snlib.database.engine import create_engine
from snlib.database.migrate import claim_mode, upgrade
from snlib.directory import RecentPeople
from snlib.errors import ConfigurationError, ConnectorOff
from snlib.graph import GraphClient
from snlib.helpdesk.intune_permissions import IntunePermissions
from snlib.incidents import CallerChoices
from snlib.oauth.app_token import AppToken
from snlib.oauth.client import AppClient, Client, GraphOAuthClient
from snlib.oauth.flow import AgentToken, Flow
from snlib.oauth.pending import AuthorizationRequests
from snlib.oauth.tokens import TokenStore
from snlib.sessions import Sessions
from snlib.settings import GraphSettings, Settings
from snlib.transport import Network, Transport
from snlib.vault import Vault


@dataclass(frozen=True, slots=True)
class Services:
    """The services that all agents of a process share; none of them belongs to one agent.

    Attributes:
        app_graph: Microsoft Graph with the application's own rights; None with delegated access, or without Graph.
    """

    settings: Settings
    clock: Clock
    engine: Engine
    transport: Transport
    sessions: Sessions
    audit: AuditLog
    connector: ConnectorStore
    connection_tests: ConnectionTests
    authorization_requests: AuthorizationRequests
    tokens: TokenStore
    flow: Flow
    app_graph: GraphClient | None
    recent: RecentPeople
    intune_permissions: IntunePermissions
    caller_choices: CallerChoices

    @property
    def redirect_uri(self) -> str:
        """The redirect URL to register in ServiceNow, sent identically in both steps."""
        return f"{self.settings.public_url}/servicenow/callback"

    def servicenow_client(self, connector: ConnectorSettings | ValidConnector, secret: SecretStr | None) -> Client:
        """Return the OAuth client of an instance; ``secret`` is None for a public client, and where it is not sent."""
        return Client(
            instance_url=connector.instance_url,
            client_id=connector.client_id,
            client_secret=secret,
            redirect_uri=self.redirect_uri,
        )

    @property
    def graph_client(self) -> GraphOAuthClient | None:
        """The application that reads Microsoft Graph on behalf of agents; None without delegated access."""
        graph = self.settings.graph
        if graph is None or graph.access != "delegated":
            return None
        return GraphOAuthClient(
            token_endpoint=graph.token_url,
            authorization_endpoint=graph.authorization_url,
            client_id=graph.client_id,
            client_secret=graph.client_secret,
            redirect_uri=f"{self.settings.public_url}/graph/callback",
            resource=graph.resource,
        )

    def graph_for(self, agent: Agent) -> GraphClient:
        """Return Microsoft Graph for ``agent``; a request raises SignInRequired until they have connected it.

        Raises:
            ConnectorOff: Microsoft Graph is not configured.
        """
        graph, client = self.settings.graph, self.graph_client
        if self.app_graph is not None:
            return self.app_graph
        if graph is None or client is None:
            raise ConnectorOff("Microsoft Graph is not configured, so there are no devices and groups to show.")
        token = AgentToken(self.flow, client, agent.key)
        return GraphClient(graph.base_url, token, self.transport, for_agent=True)


def build(settings: Settings, clock: Clock = utc_now) -> Services:
    """Open the database, bring its schema up to date, and return the services.

    In demo mode the connector is filled in with the application that the demo instance was started with.

    Raises:
        ConfigurationError: No directory is configured, or the database was sealed with other keys.
        StoreError: The database cannot be opened, or is newer than this release.
    """
    if settings.graph is None and settings.directory == "graph":
        raise ConfigurationError(("No directory is configured: set the SNLIB_GRAPH_ variables of docs/settings.md.",))
    engine = create_engine(settings.database_url.get_secret_value())
    check_keys(engine, settings.vault_keys())
    upgrade(engine)
    claim_mode(engine, settings.mode)
    vault = Vault(settings.vault_keys(), clock=clock)
    # Demo mode never leaves this machine.
    proxy, ca_bundle = settings.proxy.get_secret_value(), settings.ca_bundle
    network = Network() if settings.mode == "demo" else Network.of(proxy, ca_bundle)
    transport = Transport(network=network)
    tokens = TokenStore(engine, vault, clock)
    connector = ConnectorStore(engine, vault, clock)
    services = Services(
        settings=settings,
        clock=clock,
        engine=engine,
        transport=transport,
        sessions=Sessions(
            engine,
            clock,
            absolute=timedelta(hours=settings.session_absolute_hours),
            idle=timedelta(minutes=settings.session_idle_minutes),
        ),
        audit=AuditLog(engine, settings.vault_keys(), clock),
        connector=connector,
        connection_tests=ConnectionTests(engine, vault, clock),
        authorization_requests=AuthorizationRequests(engine, vault, clock),
        tokens=tokens,
        flow=Flow(transport, tokens, clock),
        app_graph=_app_graph(settings.graph, transport),
        recent=RecentPeople(engine, clock),
        intune_permissions=IntunePermissions(clock),
        caller_choices=CallerChoices(engine, clock),
    )
    if settings.demo_connector is not None and not connector.load().instance_url:
        _fill_in_demo(services, *settings.demo_connector)
    return services


def _app_graph(settings: GraphSettings | None, transport: Transport) -> GraphClient | None:
    if settings is None or settings.access != "application":
        return None
    client = AppClient(
        settings.token_url, settings.client_id, settings.client_secret, scope=f"{settings.resource}/.default"
    )
    return GraphClient(settings.base_url, AppToken(transport, client), transport)


def _fill_in_demo(services: Services, client_id: str, secret: SecretStr) -> None:
    """Save the demo instance as the connector, unverified, so that a test takes one click and one Allow."""
    valid = ValidConnector(
        enabled=True,
        instance_url=services.settings.demo_origin,
        incident_api_path="/api/now/table/incident",
        client_id=client_id,
        client_secret=secret,
    )
    someone = Agent(
        issuer="demo",
        tenant_id="",
        object_id="",
        name="Demo set-up",
        email="",
        username="",
        roles=frozenset(),
        wids=frozenset(),
        session_id="",
        signed_in_at=services.clock(),
    )
    services.connector.save(valid, someone, expected_version=0)
