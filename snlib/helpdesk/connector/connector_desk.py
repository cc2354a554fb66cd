"""The connector's settings and its test, step by step; a failed step names its cause and how to fix it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from snlib.connector.connection_tests import KEEP, ConnectionTest
from snlib.connector.model import ConnectorDraft, ConnectorSettings, ValidConnector, validate
from snlib.errors import AuthorizationDenied, InvalidInput, SnlibError, StoreError
from snlib.helpdesk.acts import Act
from snlib.helpdesk.connector import test_steps as steps
from snlib.helpdesk.desk import Desk, Permit, Target
from snlib.oauth.client import Client
from snlib.oauth.tokens import Token
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient
from snlib.transport import BearerAuth

_HOLDER = "connection test "


def settings(desk: Desk) -> ConnectorSettings:
    """Return the saved connector (permission ``connector.read``); no secret is in it."""
    with desk.act(Act.CONNECTOR_READ) as permit:
        return permit.services.connector.load()


def save(desk: Desk, draft: ConnectorDraft, *, expected_version: int) -> ConnectorSettings:
    """Save the connector (permission ``connector.update``) and return what was saved.

    It is verified when the agent's latest test passed with exactly these values, and stays verified when nothing
    changes but the switch. Switching off needs no valid fields: the saved ones stay.

    Raises:
        InvalidInput: One sentence a field; nothing was saved.
        StoreError: Also when somebody else saved in between.
    """
    with desk.act(Act.CONNECTOR_SAVE) as permit:
        services = permit.services
        saved = services.connector.load()
        unchanged = draft.client_id.strip() == saved.client_id and not draft.client_secret
        if not draft.enabled and saved.instance_url and unchanged:
            changed = services.connector.set_enabled(desk.agent, enabled=False, expected_version=expected_version)
            permit.about, permit.detail = Target(changed.instance_url), "switched off"
            return changed
        valid = _with_tested_secret(permit, _validated(permit, draft), saved)
        verified_at = _proven_at(permit, valid)
        changed = services.connector.save(valid, desk.agent, expected_version=expected_version, verified_at=verified_at)
        permit.about, permit.detail = Target(changed.instance_url), "on" if changed.enabled else "off"
        return changed


def start_test(desk: Desk, draft: ConnectorDraft) -> ConnectionTest:
    """Check the draft, ask the host whether it is a ServiceNow instance, and return the test begun.

    Raises:
        InvalidInput: One sentence a field; nothing was sent.
    """
    with desk.act(Act.CONNECTOR_TEST) as permit:
        if not draft.enabled:
            raise InvalidInput({"enabled": "The exchange is switched off. Switch it on to test the connection."})
        services = permit.services
        valid = _validated(permit, draft)
        permit.about, permit.detail = Target(valid.instance_url), "started"
        services.tokens.drop_old(_HOLDER, before=services.clock() - KEEP)  # tokens of tests that were given up
        test_id = services.connection_tests.start(desk.agent, valid, services.connector.secret_for(valid))
        reached = steps.reach_host(services.transport, valid)
        services.connection_tests.record(test_id, reached)
        if reached.outcome == "failed":
            permit.outcome, permit.detail = "failed", "host not reached"
            _finish(permit, test_id)
        else:
            services.connection_tests.record(test_id, steps.WAITING)
        return services.connection_tests.load(test_id, desk.agent)


def finish_test(desk: Desk, test_id: str) -> ConnectionTest:
    """Read one incident with the token just received, and return the finished test.

    A test that waits for Allow, or is over, is returned unchanged.
    """
    with desk.act(Act.CONNECTOR_TEST, Target(test_id)) as permit:
        services = permit.services
        test = services.connection_tests.load(test_id, desk.agent)
        if test.finished or not test.has("token"):
            permit.quiet = True
            return test
        client, holder = client_of_test(permit, test_id), holder_of(test_id)
        auth = BearerAuth(lambda: services.flow.access_token(client, holder))
        url, version = test.valid.instance_url, test.valid.version_path
        table = TableClient(url, services.transport, auth, version=version)
        aggregate = AggregateClient(url, services.transport, auth, version=version)
        for step in steps.read_steps(table, aggregate, test.valid.table):
            services.connection_tests.record(test_id, step)
        # ServiceNow gives one account one access token per client (KB0791140): revoking the test's would also end the
        # administrator's own connection.
        if services.tokens.find(desk.agent.key, client.connection_key) is None:
            services.flow.disconnect(client, holder)
        else:
            services.tokens.drop(holder, client.connection_key)
        finished = _finish(permit, test_id)
        permit.about, permit.outcome = Target(test.valid.instance_url), "ok" if finished.passed else "failed"
        return finished


def latest_test(desk: Desk) -> ConnectionTest | None:
    """Return the agent's latest connection test, None when there is none."""
    with desk.act(Act.CONNECTOR_READ) as permit:
        return permit.services.connection_tests.latest(desk.agent)


def is_saved(desk: Desk, test: ConnectionTest) -> bool:
    """Return whether the settings that a test tried, the client secret included, are those of the saved connector."""
    with desk.act(Act.CONNECTOR_READ) as permit:
        return _is_saved(permit, test, permit.services.connector.load())


def client_of_test(permit: Permit, test_id: str) -> Client:
    """Return the OAuth client that a connection test of the permit's agent tries."""
    tests = permit.services.connection_tests
    return permit.services.servicenow_client(tests.load(test_id, permit.agent).valid, tests.secret(test_id))


def note_token(permit: Permit, test_id: str, token: Token) -> None:
    """Record in the test that client, consent and token are good, with the token's lifetime."""
    tests = permit.services.connection_tests
    tests.load(test_id, permit.agent)
    for step in steps.after_consent(token.lifetime_seconds):
        tests.record(test_id, step)


def note_failure(permit: Permit, test_id: str, error: SnlibError) -> None:
    """Record in the test at which step the authorization failed, and how to fix it."""
    tests = permit.services.connection_tests
    tests.load(test_id, permit.agent)
    for step in steps.denied() if isinstance(error, AuthorizationDenied) else steps.not_redeemed(error):
        tests.record(test_id, step)
    _finish(permit, test_id)


def holder_of(test_id: str) -> str:
    """Return the key under which a test's token is kept until the test is over."""
    return _HOLDER + test_id


def _with_tested_secret(permit: Permit, valid: ValidConnector, saved: ConnectorSettings) -> ValidConnector:
    """Return ``valid`` with the secret of a passed test since the last save, so that it need not be typed again."""
    tests = permit.services.connection_tests
    test = tests.latest(permit.agent)
    if valid.client_secret is not None or test is None or not test.passed:
        return valid
    newer = saved.updated_at is None or test.created_at > saved.updated_at
    if not newer or test.valid.asks != valid.asks:
        return valid
    return replace(valid, client_secret=tests.secret(test.id))


def _proven_at(permit: Permit, valid: ValidConnector) -> datetime | None:
    """Return when the agent's latest test passed, if it tried exactly these settings."""
    tests = permit.services.connection_tests
    test = tests.latest(permit.agent)
    if test is None or not test.passed or not tests.tried(test, valid, permit.services.connector.secret_for(valid)):
        return None
    return test.finished_at


def _is_saved(permit: Permit, test: ConnectionTest, saved: ConnectorSettings) -> bool:
    try:
        secret = permit.services.connector.secret()
    except StoreError:
        return False  # sealed with a lost key: whatever was tried has to be saved anew
    return permit.services.connection_tests.tried(test, saved, secret)


def _finish(permit: Permit, test_id: str) -> ConnectionTest:
    """End the test, and save its result with the connector when the tested settings are the saved ones.

    A test that never came to Allow says nothing about settings that worked before: the host was not reached, or
    somebody pressed Deny.
    """
    services = permit.services
    services.connection_tests.finish(test_id)
    test = services.connection_tests.load(test_id, permit.agent)
    saved = services.connector.load()
    if not _is_saved(permit, test, saved):
        return test
    if test.passed:
        services.connector.mark_verified(permit.agent, saved.version)
    elif test.has("consent") or saved.verified_at is None:
        services.connector.mark_failed(test.failure, saved.version, disproved=True)
    return test


def _validated(permit: Permit, draft: ConnectorDraft) -> ValidConnector:
    settings = permit.services.settings
    return validate(draft, allowed_hosts=settings.allowed_instance_hosts, demo_origin=settings.demo_origin)
