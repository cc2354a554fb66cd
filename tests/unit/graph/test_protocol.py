"""What answers of Microsoft Graph mean."""

import json
from datetime import timedelta

import pytest

from snlib import errors
from snlib.graph.protocol import decipher

JSON = {"Content-Type": "application/json"}


def graph_error(code: str, /, **more: object) -> bytes:
    """Return an error's body as Graph writes it."""
    return json.dumps({"error": {"code": code, "message": "for developers <b>", "innerError": more}}).encode()


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
