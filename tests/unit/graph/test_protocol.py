"""What answers of Microsoft Graph mean."""

import json
from datetime import timedelta

import pytest

from snlib import errors
from snlib.graph.client import objects_of
from snlib.graph.protocol import DEVICES, decipher

JSON = {"Content-Type": "application/json"}


def graph_error(code: str, /, *, message: str = "for developers <b>", **more: object) -> bytes:
    """Return an error's body as Graph writes it."""
    return json.dumps({"error": {"code": code, "message": message, "innerError": more}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (401, "InvalidAuthenticationToken", errors.AccessRefused, "refused the dashboard's sign-in"),
        (403, "Authorization_RequestDenied", errors.AccessRefused, "User.Read.All"),
        (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", errors.AccessRefused, "licence"),
        (404, "Request_ResourceNotFound", errors.RecordNotFound, "not in the directory"),
        (400, "Request_UnsupportedQuery", errors.RequestRejected, "could not understand"),
        (418, "teapot", errors.RequestRejected, "could not understand"),
        (429, "TooManyRequests", errors.RateLimited, "limiting requests"),
        (500, "generalException", errors.ServiceFailure, "isn't answering properly"),
        (501, "NotImplemented", errors.ServiceFailure, "isn't answering properly"),
        (404, "ImageNotFound", errors.RecordNotFound, "not in the directory"),
        (404, "", errors.RequestRejected, "not known what there is"),
        (404, "UnknownError", errors.RequestRejected, "not known what there is"),
        (204, "", errors.UnexpectedAnswer, "unexpected form"),
        (302, "", errors.UnexpectedAnswer, "redirected"),
    ],
)
def test_each_status_is_one_error(status: int, code: str, kind: type[errors.ServiceError], words: str):
    """Each error answer becomes one error of the tree, with our sentence and Graph's code and request id."""
    with pytest.raises(kind) as caught:
        decipher(status, JSON, graph_error(code, **{"request-id": "r-1"}))
    assert type(caught.value) is kind
    assert words in caught.value.user_message
    assert "for developers" not in caught.value.user_message + str(caught.value)
    assert caught.value.service == "Microsoft Graph"
    assert caught.value.status == status


PAGE = b"<html><body>Access restricted</body></html>"
SCOPES = "Application is not authorized to perform this operation. Application must have one of the following scopes: X"
CAUSES = [
    # status, body, kind for an agent's own token, kind for the application's
    (403, graph_error("Authorization_RequestDenied"), "role", "scope"),
    (403, graph_error("Forbidden", message=SCOPES), "scope", "scope"),
    (403, graph_error("Forbidden", message=json.dumps({"_version": 3, "Message": SCOPES})), "scope", "scope"),
    (403, graph_error("Forbidden", message="User is not authorized to perform this operation"), "role", "unknown"),
    (403, graph_error("Authentication_RequestFromNonPremiumTenantOrB2CTenant"), "licence", "licence"),
    (400, graph_error("BadRequest", message="Request not applicable to target tenant."), "licence", "licence"),
    (403, graph_error("AccessDenied", message="blocked by Conditional Access"), "policy", "policy"),
    (403, b"<html>AADSTS53003: Access has been blocked by Conditional Access policies</html>", "policy", "policy"),
    (403, PAGE, "network", "network"),
    (401, PAGE, "network", "network"),
    (407, b"", "network", "network"),
    (403, b"<html>Authorization_RequestDenied</html>", "network", "network"),
    (403, b"", "unknown", "unknown"),
    (403, b'{"message":"Forbidden"}', "unknown", "unknown"),
    (403, graph_error("SomethingNew"), "unknown", "unknown"),
]
HINTS = {
    "scope": "grant its application the permission DeviceManagementManagedDevices.Read.All with admin consent.",
    "role": "role that reads devices",
    "licence": "licence",
    "policy": "Conditional Access",
    "network": "firewall or a proxy",
    "unknown": "did not say why",
}


@pytest.mark.parametrize(("status", "body", "own", "application"), CAUSES)
@pytest.mark.parametrize("for_agent", [True, False])
def test_a_refusal_names_the_cause_that_it_says(status: int, body: bytes, own: str, application: str, for_agent: bool):
    """A proxy's page, a policy, a permission, a role, a licence and no reason are six sentences."""
    kind = own if for_agent else application
    with pytest.raises(errors.AccessRefused) as caught:
        decipher(status, JSON, body, DEVICES, for_agent=for_agent)
    assert caught.value.kind == kind
    assert HINTS[kind] in caught.value.user_message
    assert f"HTTP {status}" in caught.value.user_message
    assert ("your role" in caught.value.user_message) is (kind == "unknown")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "did not accept"),
        ({"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="e30="'}, "Conditional"),
    ],
)
def test_an_agents_refused_token_asks_to_connect(headers: dict[str, str], words: str):
    """A 401 for an agent's own token names the act that there is a button for."""
    with pytest.raises(errors.SignInRequired) as caught:
        decipher(401, {**JSON, **headers}, graph_error("InvalidAuthenticationToken"), for_agent=True)
    assert words in caught.value.user_message
    assert caught.value.user_message.endswith("Connect Microsoft Graph again.")
    assert caught.value.service == "Microsoft Graph"


@pytest.mark.parametrize("found", [["x"], [None], [[], 3]])
def test_a_list_of_something_else_is_not_empty(found: list[object]):
    """A list without a single object, but not empty, says nothing about what there is."""
    with pytest.raises(errors.UnexpectedAnswer):
        objects_of({"value": found})


def test_innermost_code_and_request_id_are_kept():
    """Of nested errors the innermost code is kept, and the request id an administrator needs."""
    body = graph_error("outer", code="inner", **{"request-id": "5b0c"})
    with pytest.raises(errors.AccessRefused) as caught:
        decipher(403, JSON, body)
    assert (caught.value.detail, caught.value.transaction_id) == ("inner", "5b0c")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":"text"}', b'{"error":{"code":5}}', b"[1]", b"\xff\xfe"])
def test_an_error_without_a_readable_body_is_still_that_error(body: bytes):
    """A status is enough: an unreadable body of an error does not hide the error."""
    with pytest.raises(errors.AccessRefused):
        decipher(403, {}, body)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html></html>", "web_page"),
        (b'{"value":[{"id":"a', "truncated"),
        (b'{"value":[', "truncated"),
        (b"", "shape"),
        (b'{"value":}', "shape"),
        (b'{"value":"\xff"}', "damaged"),
        (b"[]", "shape"),
        (b"null", "shape"),
        (b'{"a":1,"a":2}', "shape"),
        (b'{"a":NaN}', "shape"),
        (b'{"a":' + b"9" * 5_000 + b"}", "shape"),
        (b'{"a":' * 100_000, "shape"),
    ],
)
def test_what_is_no_data_is_refused(body: bytes, kind: str):
    """A web page, cut, damaged or hostile JSON is an UnexpectedAnswer that says which."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        decipher(200, JSON, body)
    assert caught.value.kind == kind


def test_data_is_returned():
    """A JSON object with status 200 is returned as it is."""
    assert decipher(200, JSON, b'{"value":[]}') == {"value": []}


def test_503_with_retry_after_is_a_rate_limit():
    """A 503 that says how long to wait is treated as a rate limit."""
    with pytest.raises(errors.RateLimited) as caught:
        decipher(503, {"Retry-After": "7"}, b"")
    assert caught.value.retry_after == timedelta(seconds=7)
    assert "7 s" in caught.value.user_message
