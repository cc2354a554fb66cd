"""The OAuth round trip of the two routes: begun and completed by the same agent in the same browser, once."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from snlib.connector.model import ConnectorDraft
from snlib.demo.server import Running
from snlib.errors import InvalidInput
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.service import SERVICENOW
from snlib.helpdesk.services import Services
from tests.stores import HandClock
from tests.support import (
    CLIENT_ID,
    PUBLIC_URL,
    connect,
    connected_desk,
    desk_for,
    desk_of,
    order,
    paths_asked,
    register_dashboard,
    servicenow_of,
    sign_in,
    walk_consent,
)


def begin(services: Services, agent, **changes) -> str:
    """Begin to authenticate an agent."""
    values = {"return_path": "/troubleshooting", "mode": "popup", **changes}
    return round_trip.begin(desk_for(services, agent), "agent", **values)


def complete(services: Services, agent, params) -> round_trip.Outcome:
    """Complete what an agent began."""
    return round_trip.complete(desk_for(services, agent), SERVICENOW, params)


def failures(services: Services) -> list[str]:
    """Return the actions that the access log says failed."""
    return [event.action for event in services.audit.recent() if event.outcome == "failed"]


def test_the_address(services: Services, demo: Running):
    """The address asks the connected instance for a code, with S256 and the one redirect URL, and holds no secret."""
    parts = urlsplit(begin(services, sign_in(services, "helpdesk-agent")))
    asked = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{demo.origin}/oauth_auth.do"
    assert asked["client_id"] == CLIENT_ID
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{PUBLIC_URL}/servicenow/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43
    assert "client_secret" not in asked
    assert demo.instance.request_log.entries() == []


def test_allow(services: Services):
    """After Allow the agent is connected as the ServiceNow user who pressed it, and the log says so."""
    desk = desk_of(services, "helpdesk-agent")
    assert not servicenow_of(desk).connected
    outcome = connect(services, desk.agent, "helpdesk-agent")
    assert (outcome.ok, outcome.return_path, outcome.mode) == (True, "/troubleshooting", "popup")
    connection = servicenow_of(desk)
    assert connection.connected
    assert "Hugo Lambert" in connection.connected_as
    event = services.audit.recent()[0]
    assert (event.action, event.outcome) == ("servicenow.connect", "ok")


def test_deny(services: Services):
    """After Deny nobody is connected, the sentence says so, and the attempt is in the log as failed."""
    desk = desk_of(services, "helpdesk-agent")
    outcome = connect(services, desk.agent, "helpdesk-agent", press="Deny")
    assert not outcome.ok
    assert outcome.message == "You pressed Deny, so ServiceNow gave no access. Try again and press Allow."
    assert not servicenow_of(desk).connected
    assert failures(services) == ["servicenow.connect"]


def test_a_state_is_good_once(services: Services, demo: Running):
    """The same callback a second time is refused and sends nothing; the connection of the first stays."""
    desk = desk_of(services, "helpdesk-agent")
    params = walk_consent(begin(services, desk.agent), "hugo.lambert")
    assert complete(services, desk.agent, params).ok
    demo.instance.request_log.clear()
    again = complete(services, desk.agent, params)
    assert (again.ok, again.return_path) == (False, "/")
    assert "already used" in again.message
    assert paths_asked(demo) == []
    assert servicenow_of(desk).connected


@pytest.mark.parametrize("persona", ["team-lead", "helpdesk-agent"])
def test_another_agent_or_another_browser(services: Services, demo: Running, persona: str):
    """A callback in another session, of the same agent or another, is refused, connects nobody and cannot be reused."""
    mine = desk_of(services, "helpdesk-agent")
    theirs = desk_of(services, persona)
    params = walk_consent(begin(services, mine.agent), "hugo.lambert")
    demo.instance.request_log.clear()
    outcome = complete(services, theirs.agent, params)
    assert not outcome.ok
    assert "begun in another browser session or by somebody else" in outcome.message
    assert not complete(services, mine.agent, params).ok
    assert not servicenow_of(mine).connected
    assert not servicenow_of(theirs).connected
    assert paths_asked(demo) == []
    assert failures(services) == ["servicenow.connect", "servicenow.connect"]


BAD_CALLBACKS = [
    [],
    [("code", "x")],
    [("state", "unknown"), ("code", "x")],
    [("state", "x")],
    [("state", ""), ("code", "x")],
    [("state", "a"), ("state", "b"), ("code", "x")],
    [("error", "access_denied")],
]


@pytest.mark.parametrize("params", BAD_CALLBACKS)
def test_a_callback_that_nobody_began(services: Services, demo: Running, params: list[tuple[str, str]]):
    """A callback without a known state is an outcome with a sentence, never an error, and sends nothing."""
    outcome = complete(services, sign_in(services, "helpdesk-agent"), params)
    assert (outcome.ok, outcome.return_path) == (False, "/")
    assert outcome.message.endswith(". Please connect again.")
    assert paths_asked(demo) == []
    assert failures(services) == ["servicenow.connect"]


def test_the_servers_words_are_not_repeated(services: Services):
    """An error text in the callback's address is never shown: anybody can write one."""
    agent = sign_in(services, "helpdesk-agent")
    state = parse_qs(urlsplit(begin(services, agent)).query)["state"][0]
    hostile = "Call 0900-EVIL"
    outcome = complete(services, agent, [("state", state), ("error", "server_error"), ("error_description", hostile)])
    assert not outcome.ok
    assert "EVIL" not in outcome.message
    assert not any("EVIL" in event.detail for event in services.audit.recent())


def test_too_late(demo: Running, serve: Callable[..., Services]):
    """After ten minutes the callback is refused."""
    clock = HandClock()
    services = serve(demo, clock)
    agent = sign_in(services, "helpdesk-agent")
    params = walk_consent(begin(services, agent), "hugo.lambert")
    clock.advance(minutes=10)
    outcome = complete(services, agent, params)
    assert not outcome.ok
    assert "longer than ten minutes" in outcome.message


def test_settings_changed_meanwhile(services: Services):
    """A save between the click and Allow makes the code worthless: it was asked for with other settings."""
    admin = desk_of(services, "intune-administrator")
    params = walk_consent(begin(services, admin.agent), "ingrid.vogel")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, "/api/now/v2/table/incident", saved.client_id)
    connector_desk.save(admin, draft, expected_version=saved.version)
    services.connector.mark_verified(admin.agent, saved.version + 1)
    outcome = complete(services, admin.agent, params)
    assert not outcome.ok
    assert "settings changed while you were connecting" in outcome.message


def test_switched_off_meanwhile(services: Services, demo: Running):
    """Switched off between the click and Allow, the code is not redeemed and nothing is sent."""
    admin = desk_of(services, "intune-administrator")
    params = walk_consent(begin(services, admin.agent), "ingrid.vogel")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(False, saved.instance_url, saved.incident_api_path, saved.client_id)
    connector_desk.save(admin, draft, expected_version=saved.version)
    demo.instance.request_log.clear()
    outcome = complete(services, admin.agent, params)
    assert "switched off by Ingrid Vogel" in outcome.message
    assert paths_asked(demo) == []


@pytest.mark.parametrize("kind", ["500_html", "hibernating", "429", "not_json"])
def test_a_token_endpoint_that_fails(services: Services, demo: Running, kind: str):
    """A code is redeemed with one request; what comes instead of a token is a sentence, and a former token stays."""
    desk = connected_desk(services, "helpdesk-agent")
    before = servicenow_of(desk)
    params = walk_consent(begin(services, desk.agent), "hugo.lambert")
    demo.instance.request_log.clear()
    order(demo, "fault", match="/oauth_token.do", kind=kind, count=9)
    outcome = complete(services, desk.agent, params)
    assert not outcome.ok
    assert outcome.message.startswith(("ServiceNow", "This ServiceNow instance is asleep"))
    assert paths_asked(demo) == ["/oauth_token.do"]
    assert servicenow_of(desk) == before


def test_a_wrong_secret(services: Services, demo: Running):
    """A secret that ServiceNow does not take connects nobody and names what to compare."""
    register_dashboard(demo.instance)
    (application,) = demo.instance.storage.find("oauth_entity", client_id=CLIENT_ID)
    demo.instance.storage.update("oauth_entity", application["sys_id"], {"client_secret": "another"})
    desk = desk_of(services, "helpdesk-agent")
    outcome = connect(services, desk.agent, "helpdesk-agent")
    assert not outcome.ok
    assert "ServiceNow did not accept" in outcome.message
    assert not servicenow_of(desk).connected


@pytest.mark.parametrize(
    "return_path", ["//evil.test", "https://evil.test/", "/\\evil.test", "", "javascript:alert(1)"]
)
def test_a_way_back_that_is_not_ours(services: Services, return_path: str):
    """A way back outside the dashboard is refused before anything begins."""
    with pytest.raises(InvalidInput):
        begin(services, sign_in(services, "helpdesk-agent"), return_path=return_path)


def test_disconnect(services: Services, demo: Running):
    """Disconnecting drops the token here, revokes it at the instance, and is written down."""
    desk = connected_desk(services, "helpdesk-agent")
    demo.instance.request_log.clear()
    round_trip.disconnect(desk, SERVICENOW)
    assert not servicenow_of(desk).connected
    assert set(paths_asked(demo)) == {"/oauth_revoke_token.do"}
    event = services.audit.recent()[0]
    assert (event.action, event.outcome, event.detail) == ("servicenow.disconnect", "ok", "")


def test_disconnect_from_an_instance_that_does_not_answer(services: Services, demo: Running):
    """The token is gone here even when the instance cannot revoke it; the log says that it could not."""
    desk = connected_desk(services, "helpdesk-agent")
    order(demo, "fault", match="/oauth_revoke_token.do", kind="500_html", count=9)
    round_trip.disconnect(desk, SERVICENOW)
    assert not servicenow_of(desk).connected
    assert "did not revoke" in services.audit.recent()[0].detail
