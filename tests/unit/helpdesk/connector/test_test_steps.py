"""The connection test step by step: each failed step names the cause and the menu to fix it."""

from collections.abc import Callable

import pytest

from snlib.connector.connection_tests import ConnectionTest
from snlib.connector.model import ConnectionStatus, ConnectorDraft
from snlib.demo.server import Running, running
from snlib.errors import InvalidInput, StoreError
from snlib.helpdesk import counts
from snlib.helpdesk.connect import round_trip
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.services import Services
from tests.demo.browsing import Browser
from tests.pages import cast
from tests.support import (
    CLIENT_ID,
    USER_NAMES,
    connected_desk,
    consent_to_test,
    desk_of,
    order,
    paths_asked,
    register_dashboard,
    servicenow_of,
    verify,
)


@pytest.fixture
def services(demo: Running, serve: Callable[..., Services]) -> Services:
    """Services whose connector has not been verified yet."""
    return serve(demo, verified=False)


@pytest.fixture
def admin(services: Services) -> Desk:
    """An administrator's desk."""
    return desk_of(services, "intune-administrator")


def draft_of(desk: Desk, **changes: object) -> ConnectorDraft:
    """Return the saved settings as a draft, changed."""
    saved = connector_desk.settings(desk)
    values = {
        "enabled": True,
        "host": saved.instance_url,
        "incident_api_url": saved.incident_api_path,
        "client_id": saved.client_id,
    }
    return ConnectorDraft(**{**values, **changes})  # type: ignore[arg-type]


def run(
    desk: Desk, persona: str = "intune-administrator", *, press: str = "Allow", **changes: object
) -> ConnectionTest:
    """Run a whole test and return it."""
    test = connector_desk.start_test(desk, draft_of(desk, **changes))
    consent_to_test(desk, test.id, persona, press=press)
    return connector_desk.finish_test(desk, test.id)


def outcomes(test: ConnectionTest) -> dict[str, str]:
    """Return the outcome of each step."""
    return {step.key: step.outcome for step in test.steps}


def step(test: ConnectionTest, key: str) -> tuple[str, str, str]:
    """Return outcome, text and remedy of a step."""
    (only,) = (one for one in test.steps if one.key == key)
    return only.outcome, only.text, only.remedy


def test_everything_well(admin: Desk):
    """All seven steps go well, with the token's lifetime; the connector is verified."""
    test = run(admin)
    keys = ["host", "client", "consent", "token", "table", "columns", "caller"]
    assert outcomes(test) == dict.fromkeys(keys, "ok")
    assert step(test, "token")[1].startswith("Valid for 1")
    assert test.passed
    assert connector_desk.settings(admin).status is ConnectionStatus.VERIFIED
    actions = [(event.action, event.outcome) for event in admin._services.audit.recent()]
    assert actions[0] == ("connector.test", "ok")


def test_a_wrong_secret(admin: Desk):
    """A wrong secret fails at the token, with the registry to compare it with; nothing is verified."""
    test = run(admin, client_secret="not-the-secret")
    assert outcomes(test) == {"host": "ok", "client": "ok", "consent": "ok", "token": "failed"}
    assert "System OAuth › Application Registry" in step(test, "token")[2]
    assert connector_desk.settings(admin).status is ConnectionStatus.NOT_VERIFIED


def test_an_unknown_client(admin: Desk):
    """An unknown client ID never comes back: ServiceNow shows a page of its own, and the step says what it means."""
    test = connector_desk.start_test(admin, draft_of(admin, client_id="an-unknown-client"))
    url = round_trip.begin(admin, "test", return_path="/connector", mode="popup", test_id=test.id)
    browser = Browser(connector_desk.settings(admin).instance_url)
    browser.log_in(USER_NAMES["intune-administrator"], "demo")
    browser.open(url)
    assert browser.left_for == ""
    assert not any("Allow" in form.buttons for form in browser.page.forms)
    waiting = connector_desk.finish_test(admin, test.id)
    assert not waiting.finished
    assert step(waiting, "client")[0] == "waiting"
    assert "client app ID is unknown" in step(waiting, "client")[2]
    assert "redirect URL" in step(waiting, "client")[2]


def test_deny(admin: Desk):
    """Deny fails at the consent, and the saved connector says why."""
    test = run(admin, press="Deny")
    assert outcomes(test) == {"host": "ok", "client": "ok", "consent": "failed"}
    settings = connector_desk.settings(admin)
    assert settings.status is ConnectionStatus.FAILED
    assert "Deny was pressed" in settings.failure


def test_a_long_lifetime(admin: Desk, demo: Running):
    """More than 15 minutes of lifetime is a warning that names the field to change; the test passes."""
    register_dashboard(demo.instance, lifespan_seconds=901)
    test = run(admin)
    outcome, text, remedy = step(test, "token")
    assert (outcome, "longer than the recommended 15 minutes" in text) == ("warning", True)
    assert "Access Token Lifespan to 900" in remedy
    assert test.passed


def test_an_account_without_a_role(admin: Desk):
    """An account that may read no incident fails at the table, with the role to add."""
    test = run(admin, "member")
    outcome, _, remedy = step(test, "table")
    assert outcome == "failed"
    assert "add itil (or sn_incident_read)" in remedy
    assert not test.passed
    assert connector_desk.settings(admin).status is ConnectionStatus.FAILED


def test_a_securely_scoped_application(admin: Desk, demo: Running):
    """A token that the Table API refuses fails at the table, with the scope to change."""
    demo.instance.switches.set("securely_scoped", True)
    test = run(admin)
    outcome, text, remedy = step(test, "table")
    assert outcome == "failed"
    assert text == "The instance issued a token, but its Table API does not accept it."
    assert "Broadly scoped" in remedy


def test_a_hibernating_instance(admin: Desk, demo: Running):
    """A sleeping instance fails at the host, with the way to wake it; the test is over."""
    demo.instance.switches.set("hibernating", True)
    test = connector_desk.start_test(admin, draft_of(admin))
    assert outcomes(test) == {"host": "failed"}
    assert test.finished
    assert "developer.servicenow.com" in step(test, "host")[2]
    assert "asleep" in connector_desk.settings(admin).failure


def test_an_unreachable_host(serve: Callable[..., Services]):
    """A host that does not answer fails at the host, with the network named."""
    with running(seed=7, incidents=5) as gone:
        services = serve(gone)
    admin = desk_of(services, "intune-administrator")
    test = connector_desk.start_test(admin, draft_of(admin))
    outcome, text, remedy = step(test, "host")
    assert outcome == "failed"
    assert "Can't reach" in text
    assert "network" in remedy


@pytest.mark.parametrize(
    ("path", "word"), [("/api/now/table/no_such_table", "wasn't found"), ("/api/now/table/nothing", "")]
)
def test_a_table_that_is_not_there(admin: Desk, path: str, word: str):
    """A table that the instance does not have never verifies, and the sentence names it."""
    test = run(admin, incident_api_url=path)
    assert not test.passed
    assert word in test.failure
    assert test.failure


@pytest.mark.parametrize(("kind", "sentence"), [("redirect", "redirected"), ("500_html", "error page (HTTP 500)")])
def test_a_host_that_answers_oddly(admin: Desk, demo: Running, kind: str, sentence: str):
    """What no ServiceNow instance answers fails at the host."""
    order(demo, "fault", match="/api/now/table/incident", kind=kind, count=9)
    test = connector_desk.start_test(admin, draft_of(admin))
    assert step(test, "host")[0] == "failed"
    assert sentence in step(test, "host")[1]


def test_bad_input_sends_nothing(admin: Desk, demo: Running):
    """Values that cannot be used are refused before a test begins."""
    with pytest.raises(InvalidInput) as caught:
        connector_desk.start_test(admin, draft_of(admin, host="https://evil.test", client_id="a b"))
    assert set(caught.value.fields) == {"host", "client_id"}
    assert demo.instance.request_log.entries() == []
    assert connector_desk.latest_test(admin) is None


def test_a_test_of_another_session(admin: Desk, services: Services):
    """Another session can neither begin, nor finish, nor read somebody's test."""
    test = connector_desk.start_test(admin, draft_of(admin))
    other = desk_of(services, "intune-administrator")
    with pytest.raises(StoreError):
        connector_desk.finish_test(other, test.id)
    with pytest.raises(StoreError):
        round_trip.begin(other, "test", return_path="/", mode="tab", test_id=test.id)
    assert connector_desk.latest_test(other) is None


def test_a_test_connects_nobody(admin: Desk, services: Services):
    """A test proves the settings; the administrator is no more connected afterwards than before."""
    assert run(admin).passed
    assert not servicenow_of(admin).connected


def test_a_test_leaves_a_connection_alone(services: Services):
    """An administrator who is connected still is after a test, and their token still works."""
    verify(desk_of(services, "intune-administrator"))
    desk = connected_desk(services, "intune-administrator")
    before = servicenow_of(desk)
    assert run(desk).passed
    assert servicenow_of(desk) == before
    assert counts.instance_counts(desk).total == 400


def test_an_empty_table(start_demo: Callable[..., Running], serve: Callable[..., Services]):
    """A table without any incident is a warning, not a failure: a new instance can be connected."""
    admin = desk_of(serve(start_demo(incidents=0)), "intune-administrator")
    test = run(admin)
    assert step(test, "table")[0] == "warning"
    assert test.passed


def newest(demo: Running, **changes: str) -> None:
    """Add an incident that is newer than all others."""
    template = demo.instance.storage.rows("SELECT * FROM incident ORDER BY opened_at DESC LIMIT 1")[0]
    row = {**template, "sys_id": "e" * 32, "number": "INC0099999", "opened_at": "2026-11-22 08:00:00", **changes}
    demo.instance.storage.insert("incident", row)


def test_the_newest_incident_is_hidden(fresh_demo: Running, serve: Callable[..., Services]):
    """An account that may read incidents passes, although the newest one is hidden from it."""
    (group,) = fresh_demo.instance.storage.find("sys_user_group", name=cast.HIDDEN_GROUP)
    newest(fresh_demo, assignment_group=group["sys_id"])
    test = run(desk_of(serve(fresh_demo), "intune-administrator"), "helpdesk-agent")
    assert step(test, "table")[0] == "ok"
    assert test.passed


def test_the_newest_incident_has_no_caller(fresh_demo: Running, serve: Callable[..., Services]):
    """An incident without a caller is no reason to call the connection broken."""
    newest(fresh_demo, caller_id="")
    admin = desk_of(serve(fresh_demo), "intune-administrator")
    assert run(admin).passed
    assert connector_desk.settings(admin).status is ConnectionStatus.VERIFIED


def test_two_applications_are_told_apart(admin: Desk):
    """A test of other values than the saved ones neither verifies nor fails the saved connector."""
    run(admin, press="Deny", incident_api_url="/api/now/v2/table/incident")
    assert connector_desk.settings(admin).status is ConnectionStatus.NOT_VERIFIED
    assert connector_desk.settings(admin).client_id == CLIENT_ID


def test_the_calls_of_a_test(admin: Desk, demo: Running):
    """A whole test is one question of anybody, one token, incidents, two proofs each of list and count, and users."""
    run(admin)
    paths = [path for path in paths_asked(demo) if path != "/oauth_revoke_token.do"]
    table, stats = "/api/now/table/incident", "/api/now/stats/incident"
    assert paths == [table, "/oauth_token.do", table, table, table, stats, stats, "/api/now/table/sys_user"]
