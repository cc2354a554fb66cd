"""The connection test proves that a person's incidents can be told from those of others, or is not passed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snlib.connector.model import ConnectionStatus, ConnectorDraft
from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.demo.servicenow import acl
from snlib.demo.servicenow.api import aggregate_api
from snlib.demo.servicenow.query import Compiled, compiler
from snlib.errors import ConnectorOff
from snlib.helpdesk import counts
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.services import Services
from tests.support import consent_to_test, desk_for, desk_of, sign_in

INCIDENT, CHANGE = "/api/now/table/incident", "/api/now/table/change_request"
NO_COLUMN = "has no readable column caller_id"
Prepare = Callable[[Running, pytest.MonkeyPatch], None]


def changes(demo: Running) -> None:
    """Let the instance hold records of a table that has no callers."""
    for at in range(5):
        row = {"sys_id": f"{at + 1:032x}", "number": f"CHG000000{at}", "short_description": "A change", "state": "1"}
        demo.instance.storage.insert("change_request", row)


def strict(demo: Running, _patch: pytest.MonkeyPatch) -> None:
    """Let ``glide.invalid_query.returns_no_rows`` be set."""
    demo.instance.switches.set("invalid_query_returns_no_rows", True)


def closed(*columns: str) -> Prepare:
    """Let an access rule hide columns of incidents."""

    def prepare(_demo: Running, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(acl, "_CLOSED_FIELDS", {("incident", column) for column in columns})

    return prepare


def dropped(demo: Running, patch: pytest.MonkeyPatch) -> None:
    """Let the instance drop every condition on the caller, though the column is there."""
    kept = compiler._Work.condition

    def condition(work: compiler._Work, one: compiler.Condition) -> object:
        return None if one.field == "caller_id" else kept(work, one)

    patch.setattr(compiler._Work, "condition", condition)


def dropped_and_strict(demo: Running, patch: pytest.MonkeyPatch) -> None:
    """Both: a query with such a condition then finds nothing."""
    dropped(demo, patch)
    strict(demo, patch)


def dropped_from_counts(_demo: Running, patch: pytest.MonkeyPatch) -> None:
    """Let the Aggregate API alone drop every condition."""

    def compiled(call: aggregate_api.Call, table: str) -> Compiled:
        return compiler.compile_query(table, "", call.viewer)

    patch.setattr(aggregate_api, "compiled", compiled)


def no_counts(demo: Running, _patch: pytest.MonkeyPatch) -> None:
    """Let the instance refuse the Aggregate API."""
    demo.instance.faults.order(Fault("/api/now/stats/", "403", count=9))


def as_it_is(_demo: Running, _patch: pytest.MonkeyPatch) -> None:
    """Leave the instance alone."""


CASES = [
    # the connector's path, what is odd about the instance, the step that fails, words of its text and of its remedy
    (CHANGE, as_it_is, "caller", f"The table change_request {NO_COLUMN}", "/api/now/table/incident"),
    (CHANGE, strict, "caller", f"The table change_request {NO_COLUMN}", "read and query on change_request.caller_id"),
    (INCIDENT, closed("caller_id"), "caller", f"The table incident {NO_COLUMN}", "query on incident.caller_id"),
    (INCIDENT, dropped, "caller", "The Table API does not apply a condition on incident.caller_id", "Access Control"),
    (INCIDENT, dropped_and_strict, "caller", "The Table API does not apply", "query on incident.caller_id"),
    (INCIDENT, dropped_from_counts, "caller", "The Aggregate API does not apply", "query on incident.caller_id"),
    (INCIDENT, no_counts, "caller", "Incidents cannot be asked for by incident.caller_id.", "the Aggregate API"),
    (INCIDENT, closed("number"), "columns", "The table incident has no readable column number", "incident.number"),
    (INCIDENT, closed("number", "state"), "columns", "no readable column number and state", "incident.state"),
]


@pytest.mark.parametrize("persona", ["intune-administrator", "helpdesk-agent"])
@pytest.mark.parametrize(("path", "prepare", "key", "text", "remedy"), CASES)
def test_a_caller_that_cannot_be_asked_for(
    fresh_demo: Running,
    serve: Callable[..., Services],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    prepare: Prepare,
    key: str,
    text: str,
    remedy: str,
    persona: str,
):
    """Such an instance is not verified, the step names column, table and the way out, and no agent is served."""
    services = serve(fresh_demo, verified=False)
    changes(fresh_demo)
    prepare(fresh_demo, monkeypatch)
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, path, saved.client_id)
    test = connector_desk.start_test(admin, draft)
    assert consent_to_test(admin, test.id, persona).ok
    test = connector_desk.finish_test(admin, test.id)
    (failed,) = (one for one in test.steps if one.outcome == "failed" and one.key == key)
    assert text in failed.text
    assert remedy in failed.remedy
    assert not test.passed
    connector_desk.save(admin, draft, expected_version=connector_desk.settings(admin).version)
    assert connector_desk.settings(admin).status is not ConnectionStatus.VERIFIED
    lead = sign_in(services, "team-lead")
    with pytest.raises(ConnectorOff, match="not verified"):
        counts.instance_counts(desk_for(services, lead))


@pytest.mark.parametrize("version", ["", "v1/", "v2/"])
@pytest.mark.parametrize("prepare", [as_it_is, strict])
def test_a_caller_that_can_be_asked_for(
    demo: Running,
    serve: Callable[..., Services],
    monkeypatch: pytest.MonkeyPatch,
    prepare: Prepare,
    version: str,
):
    """Stock rules pass in every version of the API, whether or not an invalid query returns rows."""
    admin = desk_of(serve(demo, verified=False), "intune-administrator")
    prepare(demo, monkeypatch)
    saved = connector_desk.settings(admin)
    draft = ConnectorDraft(True, saved.instance_url, f"/api/now/{version}table/incident", saved.client_id)
    test = connector_desk.start_test(admin, draft)
    consent_to_test(admin, test.id, "helpdesk-agent")
    assert {step.outcome for step in connector_desk.finish_test(admin, test.id).steps} == {"ok"}


def test_a_caller_who_was_deleted(fresh_demo: Running, serve: Callable[..., Services]):
    """The newest incident's caller is gone from the users: the others' callers count."""
    (newest,) = fresh_demo.instance.storage.rows("SELECT * FROM incident ORDER BY opened_at DESC LIMIT 1")
    fresh_demo.instance.storage.insert(
        "incident", {**newest, "sys_id": "e" * 32, "number": "INC0099999", "caller_id": "0" * 32}
    )
    admin = desk_of(serve(fresh_demo, verified=False), "intune-administrator")
    saved = connector_desk.settings(admin)
    test = connector_desk.start_test(
        admin, ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    )
    consent_to_test(admin, test.id, "intune-administrator")
    assert connector_desk.finish_test(admin, test.id).passed
