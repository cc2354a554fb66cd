"""What the connection test advises: only what the answer itself says is wrong."""

from __future__ import annotations

import pytest
import responses
from requests.auth import HTTPBasicAuth

from snlib import errors
from snlib.demo.server import Running
from snlib.helpdesk.connector import connector_desk
from snlib.helpdesk.connector import test_steps as steps
from snlib.helpdesk.connector.connector_desk import ConnectorDraft
from snlib.helpdesk.services import Services
from snlib.servicenow.aggregate import AggregateClient
from snlib.servicenow.client import TableClient
from snlib.transport import Transport
from tests.support import consent_to_test, desk_of, order
from tests.unit.servicenow.test_refusals import CAUSES, NO_ROWS, own

URL = "https://acme.service-now.com/api/now/table/incident"
ADVICE = {
    "scope": "add an authentication scope for the Table API",
    "network": "System Security › IP Address Access Control",
    "table": "Allow access to this table via web services",
    "role": "add itil (or sn_incident_read)",
    "unknown": "The answer names no cause",
}


@pytest.mark.parametrize(("status", "headers", "body", "kind"), CAUSES)
@responses.activate
def test_the_remedy_is_that_of_the_cause(status: int, headers: dict[str, str], body: bytes, kind: str):
    """Each cause of a refusal has its own remedy; a role is added only where the answer says that one is missing."""
    responses.get(URL, status=status, headers=headers, body=body)
    instance = ("https://acme.service-now.com", Transport(), HTTPBasicAuth("a", "b"))
    table = TableClient(*instance, sleep=lambda _: None)
    (step,) = steps.read_steps(table, AggregateClient(*instance), "incident")
    assert (step.key, step.outcome) == ("table", "failed")
    assert ADVICE[kind] in step.remedy
    assert ("itil" in step.remedy) is (kind == "role")


FAILURES = [
    errors.RateLimited("x", service="ServiceNow"),
    errors.ServiceFailure("x", service="ServiceNow", status=500),
    errors.UnexpectedAnswer("x", service="ServiceNow", kind="web_page"),
    errors.UnexpectedAnswer("x", service="ServiceNow", kind="hibernating"),
    errors.ServiceUnreachable("x", service="ServiceNow"),
    errors.RequestRejected("x", service="ServiceNow", status=404),
]


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_no_role_heals_a_failure(error: errors.SnlibError):
    """What is no refusal has a remedy of its own."""
    assert steps.remedy_of(error, role="A role.") not in ("", "A role.")


@pytest.mark.parametrize(
    "body",
    [
        own("No Record found", "Record doesn't exist or ACL restricts the record retrieval"),
        own("No Record found", NO_ROWS),
        b"",
        b"<html>Not found</html>",
    ],
)
@responses.activate
def test_a_host_that_answers_404_is_not_reached(body: bytes):
    """No 404 comes from an instance that was asked for incidents without credentials."""
    responses.get(URL, status=404, headers={"Content-Type": "application/json"}, body=body)
    valid = connector_desk.ValidConnector(True, "https://acme.service-now.com", "/api/now/table/incident", "c", None)
    assert steps.reach_host(Transport(), valid).outcome == "failed"


@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_404_never_verifies(services: Services, demo: Running, skip: int):
    """Whichever question of the test is answered 404, and all after it, the test fails."""
    admin = desk_of(services, "intune-administrator")
    saved = connector_desk.settings(admin)
    order(demo, "fault", match="/api/now/table/", kind="404", count=99, skip=skip)
    draft = ConnectorDraft(True, saved.instance_url, saved.incident_api_path, saved.client_id)
    test = connector_desk.start_test(admin, draft)
    if not test.finished:
        consent_to_test(admin, test.id, "intune-administrator")
        test = connector_desk.finish_test(admin, test.id)
    assert test.finished
    assert not test.passed
