"""Which words of a service are kept."""

from __future__ import annotations

import json

import pytest

from snlib import errors
from snlib.servicenow.protocol import decipher, decipher_record
from snlib.servicenow.refusals import error_of, refusal_of
from tests.samples import names, sample

JSON, HTML = {"Content-Type": "application/json;charset=UTF-8"}, {"Content-Type": "text/html"}
BLOCKED = b"<html><head><title>Forbidden</title></head><body>Access restricted</body></html>"
LOG_IN = b'<html><title>Log in</title><form action="login.do"></form></html>'


def own(message: str, detail: str | None = None) -> bytes:
    """The body of a refusal in ServiceNow's own form."""
    return json.dumps({"error": {"message": message, "detail": detail}, "status": "failure"}).encode()


CAUSES = [
    # status, headers, body, class, kind, what the sentence says; each kind in several wordings
    (403, JSON, own("User Not Authorized", "Access to unscoped api is not allowed"), "scope"),
    (403, JSON, own("Missing required api access scope", ""), "scope"),
    (403, JSON, own("User Not Authorized", "Missing required API access scope: table_read"), "scope"),
    (401, JSON, own("Missing required api access scope: useraccount"), "scope"),
    (403, JSON, own("User Not Authorized", "Failed API level ACL Validation"), "role"),
    (403, JSON, own("Insufficient rights to query records", "Field(s) present in the query do not have ..."), "role"),
    (403, JSON, own("Operation Failed", "ACL Exception Query Failed due to security constraints"), "role"),
    (403, JSON, own("Request not allowed", "blocked by com.glide.WebServicePolicyValidator"), "table"),
    (403, JSON, own("Access denied", "IP address 203.0.113.7 is not allowed"), "network"),
    (403, HTML, BLOCKED, "network"),
    (403, HTML, b"<HTML><BODY>Your role is not authorized by ACL</BODY></HTML>", "network"),
    (403, {}, b"  <!doctype html><p>Request blocked by web application firewall", "network"),
    (401, HTML, b"<html>Proxy sign-in</html>", "network"),
    (407, {}, b"", "network"),
    (403, {}, b"", "unknown"),
    (403, JSON, b"{}", "unknown"),
    (403, {"Content-Type": "text/plain"}, b"Forbidden", "unknown"),
    (403, JSON, b'{"message":"Forbidden"}', "unknown"),
]
HINTS = {
    "scope": ("API access scope",),
    "role": ("access rules", "role"),
    "table": ("web services",),
    "network": ("address",),
    "unknown": ("did not say why",),
}


@pytest.mark.parametrize(("status", "headers", "body", "kind"), CAUSES)
@pytest.mark.parametrize("table", ["incident", "sys_user", "u_ticket"])
def test_a_refusal_names_the_cause_that_it_says(
    status: int, headers: dict[str, str], body: bytes, kind: str, table: str
) -> None:
    """A firewall's page, a missing scope, a role and no reason are four sentences; a role is asked for in one only."""
    with pytest.raises(errors.AccessRefused) as caught:
        decipher(status, headers, body, table=table)
    sentence = caught.value.user_message
    assert caught.value.kind == kind
    assert all(hint in sentence for hint in HINTS[kind])
    assert ("itil" in sentence) is (kind == "role" and table == "incident")
    assert ("for a role" in sentence) is (kind == "role")
    assert f"HTTP {status}" in sentence


@pytest.mark.parametrize("body", [b"", b"{}", own("User Not Authenticated", "Required to provide Auth information")])
def test_a_401_asks_to_authenticate(body: bytes) -> None:
    """ServiceNow's own 401, and one without words, ask for the act that there is a button for."""
    with pytest.raises(errors.SignInRequired, match="HTTP 401") as caught:
        decipher(401, JSON, body)
    assert "Authenticate with ServiceNow again." in caught.value.user_message


@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_page_to_log_in_is_told(status: int) -> None:
    """The page to log in is one whatever its status."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        decipher(status, HTML, LOG_IN)
    assert caught.value.kind == "login_page"


@pytest.mark.parametrize(
    ("status", "headers", "error", "words"),
    [
        (404, {}, errors.RequestRejected, "(HTTP 404), so it is not known what there is"),
        (429, {}, errors.RateLimited, "or something before it"),
        (500, {}, errors.ServiceFailure, "error page (HTTP 500)"),
        (502, {}, errors.ServiceFailure, "error page (HTTP 502)"),
        (503, {"Retry-After": "9"}, errors.RateLimited, "or something before it"),
        (200, {}, errors.UnexpectedAnswer, "web page came instead of data"),
    ],
)
def test_a_page_is_not_servicenows_word(
    status: int, headers: dict[str, str], error: type[errors.SnlibError], words: str
) -> None:
    """What a web page says, of whatever status, is not put down to ServiceNow's own rules."""
    with pytest.raises(error) as caught:
        decipher(status, {**HTML, **headers}, BLOCKED)
    assert words in caught.value.user_message
    assert "role" not in caught.value.user_message


NO_ROWS = "Records matching query not found. Check query parameter or offset parameter"


def test_version_1_says_404_for_an_empty_list() -> None:
    """Only version 1's own words for an empty list are one."""
    assert decipher(404, JSON, own("No Record found", NO_ROWS)).total == 0


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, own("No Record found", "Record doesn't exist or ACL restricts the record retrieval")),
        (JSON, own("No Record found")),
        (HTML, own("No Record found", NO_ROWS)),
        (HTML, BLOCKED),
        (JSON, own("Invalid table incident")),
        (JSON, b'{"error":"No Record found"}'),
        (JSON, b'{"result":[]}'),
        (JSON, b"[]"),
        ({}, b""),
    ],
)
def test_any_other_404_is_no_empty_list(headers: dict[str, str], body: bytes) -> None:
    """A 404 of another form says nothing about rows."""
    with pytest.raises(errors.RequestRejected):
        decipher(404, headers, body)


@pytest.mark.parametrize(("headers", "body"), [(HTML, BLOCKED), ({}, b""), (JSON, own("Not found"))])
def test_a_404_without_servicenows_words_is_no_missing_record(headers: dict[str, str], body: bytes) -> None:
    """Only ServiceNow itself can say that a record is not there."""
    with pytest.raises(errors.RequestRejected):
        decipher_record(404, headers, body)


def test_the_services_words_are_kept_short_and_plain() -> None:
    """The detail is one line of plain text, for the administrator."""
    body = ('{"error":{"message":"' + "m" * 5000 + '","detail":"two\\nlines\\u202e"}}').encode()
    refusal = refusal_of(400, {"Content-Type": "application/json"}, body)
    assert len(refusal.message) == 300
    assert refusal.detail == "two lines"


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'{"error":7}', b'{"error":{"message":[]}}', b"[" * 100_000])
def test_no_body_makes_it_fail(body: bytes) -> None:
    """The body of a refusal is a courtesy; the status decides."""
    error = error_of(refusal_of(403, {}, body), table="incident", one_record=False)
    assert isinstance(error, errors.AccessRefused)
    assert error.detail == ""


def test_a_plain_string_counts_as_the_message() -> None:
    """OAuth endpoints put a word where the Table API puts an object."""
    assert refusal_of(401, {}, b'{"error":"server_error"}').words == "server_error"


def test_a_sleeping_instance_is_told_whatever_the_status() -> None:
    """The page of a hibernating instance is recognised under any status."""
    page = b"<html><h1>Your instance is currently offline</h1></html>"
    error = error_of(refusal_of(503, {"Content-Type": "text/html"}, page), table="incident", one_record=False)
    assert isinstance(error, errors.UnexpectedAnswer)
    assert error.kind == "hibernating"


@pytest.mark.parametrize("name", names("servicenow"))
def test_every_sample_says_where_it_comes_from(name: str) -> None:
    """A sample without a source would be a belief."""
    assert sample(name).source
