"""The way to ServiceNow: the switch is read before every request, and a refused token is renewed once."""

from collections.abc import Callable

import pytest

from snlib.access import DEFAULT_POLICY
from snlib.connector.model import ConnectionStatus, ConnectorDraft, ConnectorSettings
from snlib.demo.server import Running
from snlib.errors import ConnectorOff, InvalidInput, ServiceError, SignInRequired
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connect.gateway import Gateway, ask, require_on
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.services import Services
from snlib.servicenow.encoded_query import Query
from tests.support import connected_desk, desk_of, order, paths_asked, servicenow_of

LIST, TOKEN = "/api/now/table/incident", "/oauth_token.do"
NUMBERED = Query().order_by("number")


def read_one(gateway: Gateway) -> int:
    """Read one incident and return how many came back."""
    return len(gateway.table.page("incident", NUMBERED, ("number",), limit=1).records)


def put(desk: Desk, question: Callable[[Gateway], object]) -> object:
    """Ask the instance a question as the desk's agent."""
    with desk.act(Act.CALLER_MATCH) as permit:
        return ask(permit, question)


@pytest.fixture
def desk(services: Services, demo: Running) -> Desk:
    """A team lead who has authenticated; the request log is empty."""
    found = connected_desk(services, "team-lead")
    demo.instance.request_log.clear()
    return found


def switch_off(services: Services) -> None:
    """Let an administrator switch the exchange off."""
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(False, saved.instance_url, saved.incident_api_path, saved.client_id)
    connector_desk.save(admin, draft, expected_version=saved.version)


def test_an_answer(desk: Desk, demo: Running):
    """A question is one request with the agent's own token, and counts as a connection."""
    assert put(desk, read_one) == 1
    (entry,) = demo.instance.request_log.entries()
    assert (entry.path, entry.user) == (LIST, "lena.okafor")
    assert desk._services.connector.load().last_connection_at is not None


def test_switched_off_between_two_requests(desk: Desk, demo: Running):
    """Switched off in the middle of a question, its next request is not sent."""

    def question(gateway: Gateway) -> None:
        read_one(gateway)
        switch_off(desk._services)
        read_one(gateway)

    with pytest.raises(ConnectorOff, match="switched off by Ingrid Vogel"):
        put(desk, question)
    assert paths_asked(demo) == [LIST]


def test_switched_off_during_a_walk(desk: Desk, demo: Running):
    """Pages that are asked for at once each look at the switch: after it is off, none leaves."""

    def question(gateway: Gateway) -> None:
        query = Query().order_by("number")
        gateway.table.walk(
            "incident", query, (), page_rows=5, progress=lambda rows, expected: switch_off(desk._services)
        )

    with pytest.raises(ConnectorOff, match="switched off by Ingrid Vogel"):
        put(desk, question)
    assert paths_asked(demo) == [LIST]


def test_pages_at_once_are_the_agents_own(desk: Desk, demo: Running):
    """Every page of a walk is asked with the agent's token, whichever thread asks, and every row comes once."""
    walk = put(
        desk, lambda gateway: gateway.table.walk("incident", Query().order_by("number"), ("number",), page_rows=9)
    )
    numbers = walk.rows["number"].to_pylist()
    assert numbers == sorted(set(numbers))
    assert len(demo.instance.request_log.entries()) == -(-walk.total // 9)
    assert {entry.user for entry in demo.instance.request_log.entries()} == {"lena.okafor"}


def test_not_authenticated(services: Services, demo: Running):
    """Without the agent's own token nothing is sent, whoever else is connected."""
    connected_desk(services, "team-lead")
    demo.instance.request_log.clear()
    with pytest.raises(SignInRequired, match="Press Authenticate ServiceNow"):
        put(desk_of(services, "helpdesk-agent"), read_one)
    assert paths_asked(demo) == []


def test_a_refused_token_is_renewed_once(desk: Desk, demo: Running):
    """A token that ServiceNow let expire early is renewed and the question asked once more."""
    order(demo, "tokens/expire", user_name="lena.okafor")
    demo.instance.request_log.clear()
    assert put(desk, read_one) == 1
    assert paths_asked(demo) == [LIST, TOKEN, LIST]


def test_a_token_refused_twice(desk: Desk, demo: Running):
    """Refused again after the renewal, the question ends: no loop."""
    order(demo, "fault", match=LIST, kind="401", count=99)
    demo.instance.request_log.clear()
    with pytest.raises(SignInRequired):
        put(desk, read_one)
    assert paths_asked(demo) == [LIST, TOKEN, LIST]


def test_revoked(desk: Desk, demo: Running):
    """A revoked connection asks to authenticate; no other renewal is tried at once, and nothing is dropped."""
    order(demo, "tokens/revoke", user_name="lena.okafor")
    demo.instance.request_log.clear()
    for asked in ([LIST, TOKEN], [LIST, TOKEN, LIST]):
        with pytest.raises(SignInRequired, match="refused"):
            put(desk, read_one)
        assert paths_asked(demo) == asked
    assert servicenow_of(desk).connected


@pytest.mark.parametrize("kind", ["403", "429", "hibernating"])
def test_other_answers_are_no_reason_to_renew(desk: Desk, demo: Running, kind: str):
    """An answer that is an error but no 401 renews nothing and keeps the connection."""
    order(demo, "fault", match=LIST, kind=kind, count=9)
    demo.instance.request_log.clear()
    with pytest.raises(ServiceError):
        put(desk, read_one)
    assert TOKEN not in paths_asked(demo)
    assert servicenow_of(desk).connected


def test_after_a_change_of_client(desk: Desk, demo: Running):
    """A token of the former client is not used with another: the agent authenticates again."""
    admin = desk_of(desk._services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, "another-client-id")
    connector_desk.save(admin, draft, expected_version=saved.version)
    with pytest.raises(ConnectorOff, match="not verified"):
        put(desk, read_one)
    desk._services.connector.mark_verified(admin.agent, saved.version + 1)
    with pytest.raises(SignInRequired):
        put(desk, read_one)
    assert paths_asked(demo) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ConnectorSettings(), "not configured yet"),
        (
            ConnectorSettings(enabled=False, instance_url="https://a.service-now.com", client_id="x", toggled_by="Bo"),
            "switched off by Bo.",
        ),
        (ConnectorSettings(enabled=False, instance_url="https://a.service-now.com", client_id="x"), "an administrator"),
        (
            ConnectorSettings(enabled=True, instance_url="https://a.service-now.com", client_id="x"),
            "is not verified. Whoever has the app role Connector.Admin or the Intune Administrator role can verify it",
        ),
    ],
)
def test_require_on(settings: ConnectorSettings, words: str):
    """Not configured, switched off and not verified have separate sentences, which say who did it or who can help."""
    with pytest.raises(ConnectorOff, match=words):
        require_on(settings, DEFAULT_POLICY)


def test_a_failed_connector_may_still_be_asked(demo: Running, serve: Callable[..., Services]):
    """A request that failed for the client's sake stops no others; a test that showed a fault does."""
    services = serve(demo)
    desk = connected_desk(services, "team-lead")
    saved = services.connector.load()
    services.connector.mark_failed("something", saved.version)
    assert services.connector.load().status is ConnectionStatus.FAILED
    assert put(desk, read_one) == 1
    services.connector.mark_failed("something", saved.version, disproved=True)
    with pytest.raises(ConnectorOff, match="not verified"):
        put(desk, read_one)


def test_the_link_to_a_record(services: Services, demo: Running):
    """A record's address is on the connected instance; without a key there is none."""
    desk = desk_of(services, "helpdesk-agent")
    assert desk.servicenow.link("incident", "a" * 32).startswith(f"{demo.origin}/nav_to.do?uri=incident.do")
    for odd in ("a" * 31, "../x", "javascript:alert(1)"):
        assert desk.servicenow.link("incident", odd).startswith(f"{demo.origin}/nav_to.do?uri=incident.do")
    with pytest.raises(InvalidInput):
        desk.servicenow.link("incident", "")
