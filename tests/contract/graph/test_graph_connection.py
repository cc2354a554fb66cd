"""Microsoft Graph in an agent's own name: the whole round trip with the demo's Entra, and what can go wrong."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from snlib import errors
from snlib.agent import Agent
from snlib.clock import utc_now
from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.graph import devices, groups, intune
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connect.round_trip import Outcome
from snlib.helpdesk.person import finding
from snlib.helpdesk.service import GRAPH, SERVICENOW
from snlib.helpdesk.services import Services
from snlib.oauth.pending import Purpose
from tests.entra import connect_graph, graph_desk, sign_in_of_entra, walk_entra
from tests.support import demo_services, desk_for


@pytest.fixture
def make_services(fresh_demo: Running, tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Make services over a demo instance of the test's own; delegated unless said otherwise."""
    with ExitStack() as stack:

        def make(graph_access: str = "delegated", **options: object) -> Services:
            services = demo_services(fresh_demo, tmp_path, graph_access=graph_access, **options)
            stack.callback(services.engine.dispose)
            return services

        yield make


@pytest.fixture
def services(make_services: Callable[..., Services]) -> Services:
    """Services with delegated access."""
    return make_services()


def asked_of_graph(demo: Running) -> list[str]:
    """Return the paths asked of the demo's Graph."""
    return [entry.path for entry in demo.instance.request_log.entries() if entry.path.startswith(("/v1.0", "/beta"))]


def begin(services: Services, agent: Agent, purpose: Purpose = "graph") -> str:
    """Begin to connect an agent."""
    return round_trip.begin(desk_for(services, agent), purpose, return_path="/", mode="popup")


def complete(services: Services, agent: Agent, params: list[tuple[str, str]], service: str = GRAPH) -> Outcome:
    """Complete what an agent began."""
    return round_trip.complete(desk_for(services, agent), service, params)


def notes(services: Services) -> list[tuple[str, str, str]]:
    """Return action, outcome and detail of the newest lines of the access log."""
    return [(event.action, event.outcome, event.detail) for event in services.audit.recent(10)]


def test_an_agent_reads_with_his_own_rights(services: Services, fresh_demo: Running):
    """Once connected, people, devices, groups and the agent's Intune permissions are read with the agent's token."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    assert finding.find(desk, "amelie fontaine").hits[0].person.name == "Amélie Fontaine"
    graph = services.graph_for(desk.agent)
    amelie = finding.find(desk, "amelie fontaine").hits[0].person
    assert len(devices.of_user(graph, amelie.id).devices) == 3
    assert groups.of_user(graph, amelie.id).memberships
    assert intune.effective_permissions(graph) == frozenset(), "Hugo has no role in Intune"
    connection = desk.graph
    assert (connection.connected, connection.connected_as) == (True, "hugo.lambert@example.com")
    assert ("graph.connect", "ok", "") in notes(services)


def test_intune_permissions_are_the_agents_own(services: Services, fresh_demo: Running):
    """An Intune Administrator's token names what Intune lets him do."""
    desk = graph_desk(services, fresh_demo, "intune-administrator")
    assert "Microsoft.Intune_ServiceNow_UpdateConnector" in intune.effective_permissions(services.graph_for(desk.agent))


def test_nothing_is_asked_before_connecting(services: Services, fresh_demo: Running):
    """Without a connection every question says which service to connect, and Graph is asked nothing."""
    desk = desk_for(services, sign_in_of_entra(services, fresh_demo, "helpdesk-agent"))
    with pytest.raises(errors.SignInRequired) as caught:
        finding.find(desk, "anna")
    assert caught.value.service == "Microsoft Graph"
    assert "Press Connect Microsoft Graph" in caught.value.user_message
    assert (desk.graph.personal, desk.graph.connected) == (True, False)
    assert asked_of_graph(fresh_demo) == []


def test_the_request_is_complete_and_read_only(services: Services, fresh_demo: Running):
    """PKCE, state, our redirect URI, a refresh token, nothing but reading, the agent's account proposed; no secret."""
    agent = sign_in_of_entra(services, fresh_demo, "helpdesk-agent")
    url = begin(services, agent)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{fresh_demo.origin}/{fresh_demo.instance.tenant_id}/oauth2/v2.0/authorize?")
    assert query["redirect_uri"] == "http://localhost:8501/graph/callback"
    assert (query["code_challenge_method"], query["response_type"]) == ("S256", "code")
    assert query["login_hint"] == agent.username
    scopes = query["scope"].split()
    assert "offline_access" in scopes
    assert {scope.rsplit(".", 2)[-2] for scope in scopes if scope != "offline_access"} == {"Read"}
    assert services.settings.graph is not None
    assert services.settings.graph.client_secret.get_secret_value() not in url


def test_somebody_elses_account_is_not_kept(services: Services, fresh_demo: Running):
    """An agent who allows it as another account is told so, and stays unconnected."""
    desk = desk_for(services, sign_in_of_entra(services, fresh_demo, "helpdesk-agent"))
    outcome = connect_graph(services, fresh_demo, desk.agent, "ingrid.vogel@example.com")
    assert not outcome.ok
    assert "ingrid.vogel@example.com" in outcome.message
    assert "hugo.lambert@example.com" in outcome.message
    assert not desk_for(services, desk.agent).graph.connected
    assert ("graph.connect", "failed", "AuthorizationDenied") in notes(services)


def test_a_failed_second_try_keeps_the_connection(services: Services, fresh_demo: Running):
    """Choosing the wrong account, or cancelling, later does not end the connection that is there."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    assert not connect_graph(services, fresh_demo, desk.agent, "ingrid.vogel@example.com").ok
    cancelled = connect_graph(services, fresh_demo, desk.agent, cancel="1")
    assert "no consent" in cancelled.message
    assert finding.find(desk, "anna").hits


def test_the_new_refresh_token_is_kept(services: Services, fresh_demo: Running):
    """Entra gives a new refresh token at each refresh; the one kept afterwards is the new one."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    client = services.graph_client
    assert client is not None
    before = services.tokens.find(desk.agent.key, client.connection_key)
    services.flow.force_refresh(client, desk.agent.key)
    after = services.tokens.find(desk.agent.key, client.connection_key)
    assert before is not None
    assert after is not None
    assert before.token is not None
    assert after.token is not None
    assert after.token.refresh_token not in (None, before.token.refresh_token)
    assert finding.find(desk, "anna").hits


def test_a_token_refused_early_is_renewed_once(services: Services, fresh_demo: Running):
    """A token that Graph refuses before its time is replaced without the agent noticing."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    fresh_demo.instance.faults.order(Fault("/v1.0/users", "401", count=1))
    assert finding.find(desk, "hugo lambert").hits[0].person.name == "Hugo Lambert"


def test_a_connection_that_is_over_asks_to_connect_again(make_services: Callable[..., Services], fresh_demo: Running):
    """When Entra refuses the refresh token the agent is asked to connect Microsoft Graph, and nothing else breaks."""
    services = make_services()
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    fresh_demo.instance.clock.advance(timedelta(days=400).total_seconds())
    client = services.graph_client
    assert client is not None
    with pytest.raises(errors.RefreshRejected) as caught:
        services.flow.force_refresh(client, desk.agent.key)
    assert (caught.value.service, caught.value.user_message) == (
        "Microsoft Graph",
        "Your Microsoft Graph connection has ended. Connect Microsoft Graph again.",
    )
    assert not desk_for(services, desk.agent).graph.connected


def test_disconnecting_forgets_the_token(services: Services, fresh_demo: Running):
    """After disconnecting nothing is read any more, and Entra, which cannot revoke one token, is not asked to."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    fresh_demo.instance.request_log.clear()
    round_trip.disconnect(desk, GRAPH)
    with pytest.raises(errors.SignInRequired):
        finding.find(desk, "anna")
    assert fresh_demo.instance.request_log.entries() == []
    assert notes(services)[0][:2] == ("graph.disconnect", "ok")


def test_one_agents_token_is_nobody_elses(services: Services, fresh_demo: Running):
    """Another agent of the same dashboard has to connect by himself."""
    graph_desk(services, fresh_demo, "helpdesk-agent")
    lena = desk_for(services, sign_in_of_entra(services, fresh_demo, "team-lead"))
    assert not lena.graph.connected
    with pytest.raises(errors.SignInRequired):
        finding.find(lena, "anna")


def test_an_answer_of_the_one_service_is_not_taken_by_the_other(services: Services, fresh_demo: Running):
    """A state begun for the one service is refused at the other's callback, both ways, and is spent."""
    agent = sign_in_of_entra(services, fresh_demo, "helpdesk-agent")
    url = begin(services, agent)
    params = walk_entra(fresh_demo, url)
    assert "another connection" in complete(services, agent, params, SERVICENOW).message
    assert "already used" in complete(services, agent, params, SERVICENOW).message
    url = begin(services, agent, "agent")
    state = parse_qs(urlsplit(url).query)["state"][0]
    outcome = complete(services, agent, [("code", "x"), ("state", state)])
    assert "another connection" in outcome.message
    assert not desk_for(services, agent).graph.connected


def test_a_session_that_another_one_began(services: Services, fresh_demo: Running):
    """Another session of the same agent cannot complete what this one began."""
    agent = sign_in_of_entra(services, fresh_demo, "helpdesk-agent")
    url = begin(services, agent)
    other = sign_in_of_entra(services, fresh_demo, "helpdesk-agent")
    assert not complete(services, other, walk_entra(fresh_demo, url)).ok


@pytest.mark.parametrize("persona", ["auditor", "member"])
def test_without_a_use_for_it_nobody_connects(services: Services, fresh_demo: Running, persona: str):
    """Who may neither search, nor see devices, nor change the connector, is refused and told whom to ask."""
    agent = sign_in_of_entra(services, fresh_demo, persona)
    with pytest.raises(errors.PermissionDenied):
        begin(services, agent)
    assert notes(services)[0][:2] == ("graph.connect", "refused")


def test_with_the_applications_rights_nobody_has_to_connect(
    make_services: Callable[..., Services], fresh_demo: Running
):
    """Where the application reads by itself agents search at once; there is nothing to connect, and no Intune roles."""
    services = make_services("application")
    desk = desk_for(services, sign_in_of_entra(services, fresh_demo, "helpdesk-agent"))
    assert finding.find(desk, "anna").hits
    assert (desk.graph.personal, desk.graph.connected) == (False, True)
    with pytest.raises(errors.ConnectorOff):
        begin(services, desk.agent)
    with pytest.raises(errors.RequestRejected):
        intune.effective_permissions(services.graph_for(desk.agent))
    with pytest.raises(errors.ConnectorOff):
        round_trip.disconnect(desk, GRAPH)


def test_the_token_is_sealed_and_in_no_repr(services: Services, fresh_demo: Running):
    """Neither the database nor any repr shows a token of Microsoft Graph."""
    desk = graph_desk(services, fresh_demo, "helpdesk-agent")
    client = services.graph_client
    assert client is not None
    stored = services.tokens.find(desk.agent.key, client.connection_key)
    assert stored is not None
    assert stored.token is not None
    secrets = (stored.token.access_token, stored.token.refresh_token or "?")
    database = Path(str(services.engine.url.database)).read_bytes()
    shown = f"{client!r} {stored!r} {services.graph_for(desk.agent)!r}"
    assert all(secret.encode() not in database and secret not in shown for secret in secrets)
    assert stored.token.expires_at > utc_now()
