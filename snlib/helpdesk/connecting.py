"""The connector's settings and its test, step by step, each failing step with its cause and its remedy."""

from __future__ import annotations

from dataclasses import replace

from snlib.agent import Agent
from snlib.connector.connection_tests import KEEP, ConnectionTest
from snlib.connector.model import ConnectorDraft, ConnectorSettings, ValidConnector, validate
from snlib.errors import AuthorizationDenied, InvalidInput, SnlibError
from snlib.helpdesk import connection_steps as steps
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.gateway import client_of
from snlib.helpdesk.services import Services
from snlib.oauth.client import Client
from snlib.oauth.tokens import Token
from snlib.servicenow.client import TableClient
from snlib.transport import BearerAuth

_HOLDER = "connection test "


def settings(desk: Desk) -> ConnectorSettings:
    """Return the saved connector (permission ``connector.read``); no secret is in it."""
    desk.require("connector.read", action="connector.read")
    return desk.services.connector.load()


def save(desk: Desk, draft: ConnectorDraft, *, expected_version: int) -> ConnectorSettings:
    """Save the connector (permission ``connector.update``) and return what was saved.

    It counts as verified when the agent's latest test of exactly these values went through. Switching off needs no
    valid fields: the saved ones stay.

    Raises:
        PermissionDenied: The agent may not.
        InvalidInput: One sentence a field; nothing was saved.
        StoreError: Somebody else saved in between, or the database cannot be written.
    """
    desk.require("connector.update", action="connector.save")
    services = desk.services
    saved = services.connector.load()
    if not draft.enabled and saved.instance_url and _same(draft, saved):
        changed = services.connector.set_enabled(desk.agent, enabled=False, expected_version=expected_version)
        desk.note("connector.save", target=changed.instance_url, detail="switched off")
        return changed
    valid = _with_tested_secret(desk, _validated(services, draft), saved)
    verified = services.connection_tests.proves(desk.agent, valid, services.connector.secret_for(valid))
    changed = services.connector.save(valid, desk.agent, expected_version=expected_version, verified=verified)
    desk.note("connector.save", target=changed.instance_url, detail="on" if changed.enabled else "off")
    return changed


def start_test(desk: Desk, draft: ConnectorDraft) -> ConnectionTest:
    """Check the draft, ask the host whether it is a ServiceNow instance, and return the test begun.

    Raises:
        PermissionDenied: The agent may not (permission ``connector.update``).
        InvalidInput: One sentence a field; nothing was sent.
    """
    desk.require("connector.update", action="connector.test")
    if not draft.enabled:
        raise InvalidInput({"enabled": "The exchange is switched off. Switch it on to test the connection."})
    services = desk.services
    valid = _validated(services, draft)
    services.tokens.drop_old(_HOLDER, before=services.clock() - KEEP)  # of tests that nobody came back to
    test_id = services.connection_tests.start(desk.agent, valid, services.connector.secret_for(valid))
    reached = steps.reach_host(services.transport, valid)
    services.connection_tests.record(test_id, reached)
    if reached.outcome == "failed":
        services.connection_tests.finish(test_id)
        _settle(services, desk.agent, services.connection_tests.load(test_id, desk.agent))
    else:
        services.connection_tests.record(test_id, steps.WAITING)
    failed = reached.outcome == "failed"
    desk.note(
        "connector.test",
        target=valid.instance_url,
        outcome="failed" if failed else "ok",
        detail="host not reached" if failed else "started",
    )
    return services.connection_tests.load(test_id, desk.agent)


def finish_test(desk: Desk, test_id: str) -> ConnectionTest:
    """Read one incident with the token just received, and return the finished test.

    A test that waits for Allow, or is over, is returned as it stands.
    """
    desk.require("connector.update", action="connector.test", target=test_id)
    services = desk.services
    test = services.connection_tests.load(test_id, desk.agent)
    if test.finished or not test.has("token"):
        return test
    client = client_of(
        services, test.valid.instance_url, test.valid.client_id, services.connection_tests.secret(test_id)
    )
    table = TableClient(
        test.valid.instance_url,
        services.transport,
        BearerAuth(lambda: services.flow.access_token(client, holder_of(test_id))),
        version=test.valid.version_path,
    )
    for step in steps.read_steps(table, test.valid.table):
        services.connection_tests.record(test_id, step)
    services.connection_tests.finish(test_id)
    _forget_token(desk, client, holder_of(test_id))
    finished = services.connection_tests.load(test_id, desk.agent)
    _settle(services, desk.agent, finished)
    desk.note("connector.test", target=test.valid.instance_url, outcome="ok" if finished.passed else "failed")
    return finished


def latest_test(desk: Desk) -> ConnectionTest | None:
    """Return the agent's latest connection test, None when there is none."""
    desk.require("connector.read", action="connector.read")
    return desk.services.connection_tests.latest(desk.agent)


def note_token(services: Services, agent: Agent, test_id: str, token: Token) -> None:
    """Write into the test that client, consent and token are there, with the token's lifetime."""
    services.connection_tests.load(test_id, agent)
    for step in steps.after_consent(token.lifetime_seconds):
        services.connection_tests.record(test_id, step)


def note_failure(services: Services, agent: Agent, test_id: str, error: SnlibError) -> None:
    """Write into the test at which step the authorization failed, and how to mend it."""
    services.connection_tests.load(test_id, agent)
    for step in steps.denied() if isinstance(error, AuthorizationDenied) else steps.not_redeemed(error.user_message):
        services.connection_tests.record(test_id, step)
    services.connection_tests.finish(test_id)
    _settle(services, agent, services.connection_tests.load(test_id, agent))


def holder_of(test_id: str) -> str:
    """Return the key under which a test's token is kept until the test is over."""
    return _HOLDER + test_id


def _with_tested_secret(desk: Desk, valid: ValidConnector, saved: ConnectorSettings) -> ValidConnector:
    """What was tested is what is saved: a secret typed for a test since the last save need not be typed again."""
    test = desk.services.connection_tests.latest(desk.agent)
    if valid.client_secret is not None or test is None or not test.passed:
        return valid
    newer = saved.updated_at is None or test.created_at > saved.updated_at
    if not newer or test.valid.fingerprint != valid.fingerprint:
        return valid
    return replace(valid, client_secret=desk.services.connection_tests.secret(test.id))


def _settle(services: Services, agent: Agent, test: ConnectionTest) -> None:
    """Let the saved connector know how a finished test went, if what was tried is what is saved."""
    if services.connection_tests.secret(test.id) != services.connector.secret():
        return  # the store compares host, path and client itself
    if test.passed:
        services.connector.touch_last_connection()
        services.connector.mark_verified(agent, test.valid.fingerprint)
    else:
        services.connector.mark_failed(test.failure, test.valid.fingerprint)


def _forget_token(desk: Desk, client: Client, holder: str) -> None:
    """Drop a test's token and revoke it, unless the administrator is connected himself.

    ServiceNow gives one account one access token per client (KB0791140), so revoking would end his own connection.
    """
    if desk.services.tokens.find(desk.agent.key, client.connection_key) is None:
        desk.services.flow.disconnect(client, holder)
    else:
        desk.services.tokens.drop(holder, client.connection_key)


def _validated(services: Services, draft: ConnectorDraft) -> ValidConnector:
    return validate(
        draft, allowed_hosts=services.settings.allowed_instance_hosts, demo_origin=services.settings.demo_origin
    )


def _same(draft: ConnectorDraft, saved: ConnectorSettings) -> bool:
    return (draft.client_id.strip(), bool(draft.client_secret)) == (saved.client_id, False)
