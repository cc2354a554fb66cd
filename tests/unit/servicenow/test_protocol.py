"""What goes out, and what an answer means: the vendor's documented answers, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib import errors
from snlib.servicenow.encoded_query import Query, field
from snlib.servicenow.protocol import decipher, decipher_record, list_params, record_params, result_of, table_path
from tests.samples import sample

FIELDS = ("number", "state", "caller_id", "opened_at", "assigned_to", "caller_id.email", "subcategory")
JSON = {"Content-Type": "application/json;charset=UTF-8"}


def page_of(name: str, **more: Any) -> Any:
    """Read a sample as a list."""
    found = sample(f"servicenow/{name}")
    return decipher(found.status, found.headers, found.body, **more)


def test_every_parameter_is_always_sent() -> None:
    """Fields, limit, offset, display mode and a total order go with every list."""
    query = Query().where(field("state").equals("2")).order_by("opened_at", descending=True)
    assert list_params("incident", query, ["number", "state"], limit=50, offset=100) == {
        "sysparm_query": "state=2^ORDERBYDESCopened_at^ORDERBYsys_id",
        "sysparm_fields": "sys_id,number,state",
        "sysparm_display_value": "all",
        "sysparm_exclude_reference_link": "true",
        "sysparm_limit": "50",
        "sysparm_offset": "100",
    }


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, 0), (10_001, 0), (10**9, 0), (1, -1)])
def test_impossible_numbers_are_refused(limit: int, offset: int) -> None:
    """A page has 1 to 10,000 rows and begins at the first row or later."""
    with pytest.raises(errors.InvalidInput):
        list_params("incident", Query(), [], limit=limit, offset=offset)


def test_unknown_fields_are_refused_before_anything_is_sent() -> None:
    """A query that would be widened to the whole table is never made; a name that is none is never asked for."""
    with pytest.raises(errors.InvalidInput):
        list_params("incident", Query().where(field("no_such_field").equals("x")), [], limit=1)
    with pytest.raises(errors.InvalidInput):
        record_params(["number,password"])


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"table": "incident"}, "/api/now/table/incident"),
        ({"table": "incident", "version": "v2"}, "/api/now/v2/table/incident"),
        ({"table": "incident", "version": "v1", "sys_id": "a" * 32}, f"/api/now/v1/table/incident/{'a' * 32}"),
        ({"table": "incident", "sys_id": "A" * 32}, f"/api/now/table/incident/{'A' * 32}"),
        ({"table": "incident", "sys_id": "u_imported_1"}, "/api/now/table/incident/u_imported_1"),
        ({"table": "incident", "sys_id": "a b?c#d%e&é"}, "/api/now/table/incident/a%20b%3Fc%23d%25e%26%C3%A9"),
        ({"table": "incident", "api": "stats"}, "/api/now/stats/incident"),
    ],
)
def test_paths_are_the_documented_ones(arguments: dict[str, str], path: str) -> None:
    """Versions, tables and records stand where the vendor puts them."""
    assert table_path(**arguments) == path


@pytest.mark.parametrize(
    "arguments",
    [
        {"table": ".."},
        {"table": "incident/x"},
        {"table": "Incident"},
        {"table": ""},
        {"table": "incident\n"},
        {"table": "incident", "version": "v3"},
        {"table": "incident", "version": "../v2"},
        {"table": "incident", "sys_id": "../../x"},
        {"table": "incident", "sys_id": ".."},
        {"table": "incident", "sys_id": "a\\b"},
        {"table": "incident", "sys_id": "a^b"},
        {"table": "incident", "sys_id": "a\nb"},
        {"table": "incident", "sys_id": "javascript:x"},
        {"table": "incident", "sys_id": "a" * 101},
    ],
)
def test_no_path_is_made_of_anything_else(arguments: dict[str, str]) -> None:
    """Parts of a path have their form, or there is no path."""
    with pytest.raises(errors.InvalidInput):
        table_path(**arguments)


def test_a_list_becomes_records() -> None:
    """Values and display values, empty choices and references, and dot-walked fields are read."""
    page = page_of("middle_page", fields=FIELDS, offset=50)
    first = page.records[0]
    assert (first.value("state"), first.display_value("state")) == ("2", "In Progress")
    assert first.value("caller_id.email") == "ada@example.com"
    assert (first.value("subcategory"), first.display_value("subcategory")) == ("", "")
    assert first.value("opened_at") == "2026-08-24 07:15:00"


@pytest.mark.parametrize(
    ("name", "offset", "following", "granted"),
    [
        ("first_page", 0, 50, 50),
        ("middle_page", 50, 100, 50),
        ("last_page", 100, None, 50),
        ("capped_page", 0, 20, 20),
        ("middle_page", 100, None, None),  # its next leads nowhere new
        ("hidden_rows", 0, None, None),
    ],
)
def test_the_link_says_where_to_go_on(name: str, offset: int, following: int | None, granted: int | None) -> None:
    """Only ``next`` is followed, as a number, and only forward; a negative ``prev`` is not read."""
    page = page_of(name, offset=offset)
    assert (page.next_offset, page.granted_rows) == (following, granted)
    assert page.has_links == (granted is not None)


@pytest.mark.parametrize(
    ("header", "total"),
    [
        ("7", 7),
        ("0", None),
        (None, None),
        ("abc", None),
        ("-3", None),
        ("9" * 40, None),
        ("1e3", None),
        (" 7 ", 7),
        ("٧", None),
    ],
)
def test_a_count_that_cannot_be_right_is_none(header: str | None, total: int | None) -> None:
    """Missing, negative, huge or below the rows that came: then there is no count, and no crash."""
    headers = JSON if header is None else {**JSON, "X-Total-Count": header}
    assert decipher(200, headers, b'{"result":[{"sys_id":"a"},{"sys_id":"b"}]}').total == total


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        ("invalid_table", errors.RequestRejected, "Table 'incident' wasn't found on this instance."),
        (
            "unknown_path",
            errors.RequestRejected,
            "ServiceNow doesn't know this API address. Check the incident API URL of the connector.",
        ),
        (
            "not_authenticated",
            errors.SignInRequired,
            "ServiceNow did not accept your sign-in. Authenticate with ServiceNow again.",
        ),
        (
            "query_refused",
            errors.AccessRefused,
            "ServiceNow's access rules do not let your account read incidents (HTTP 403). Ask a ServiceNow "
            "administrator for a role that reads them, such as itil or sn_incident_read.",
        ),
        (
            "api_refused",
            errors.AccessRefused,
            "ServiceNow's access rules do not let your account read incidents (HTTP 403). Ask a ServiceNow "
            "administrator for a role that reads them, such as itil or sn_incident_read.",
        ),
        ("rate_limited", errors.RateLimited, "ServiceNow is limiting requests. Try again in 900 s."),
        ("queue_full", errors.RateLimited, "ServiceNow is limiting requests. Try again in 30 s."),
        ("queued", errors.RateLimited, "ServiceNow queued the request instead of answering. Try again."),
        (
            "address_too_long",
            errors.RequestRejected,
            "The question is too long for ServiceNow (HTTP 414). Fewer filters make it shorter.",
        ),
        (
            "server_error",
            errors.ServiceFailure,
            "ServiceNow's address answered with an error page (HTTP 500) instead of data.",
        ),
        (
            "bad_gateway",
            errors.ServiceFailure,
            "ServiceNow's address answered with an error page (HTTP 502) instead of data.",
        ),
    ],
)
def test_each_status_is_one_error(name: str, error: type[errors.SnlibError], sentence: str) -> None:
    """Every documented refusal has its class and its sentence."""
    with pytest.raises(error) as caught:
        page_of(name)
    assert type(caught.value) is error
    assert caught.value.user_message == sentence


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        (
            "hibernating",
            "hibernating",
            "This ServiceNow instance is asleep. Wake it in the developer portal, then try again.",
        ),
        ("login_page", "login_page", "A page to log in came instead of data. Authenticate with ServiceNow again."),
        (
            "maintenance_page",
            "web_page",
            "A web page came instead of data: the instance's host may be wrong, or a proxy or firewall answered.",
        ),
        (
            "cancelled",
            "cancelled",
            "ServiceNow gave up on this question because it took too long.",
        ),
        (
            "cancelled_malformed",
            "cancelled",
            "ServiceNow gave up on this question because it took too long.",
        ),
    ],
)
def test_a_status_of_200_is_not_yet_a_success(name: str, kind: str, sentence: str) -> None:
    """Web pages and answers given up half-way are errors, each with its kind."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        page_of(name)
    assert (caught.value.kind, caught.value.user_message) == (kind, sentence)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"result":null}',
        b'{"result":{"sys_id":"a"}}',
        b'{"result":"x"}',
        b'{"result":[1]}',
        b'{"result":[null]}',
        b'{"result":[[]]}',
        b'{"result":[],"error":{"message":"other"}}',
        b'{"result":[],"error":null}',
        b"",
    ],
)
def test_an_answer_of_another_form_is_named(body: bytes) -> None:
    """No ``result``, or one that is no list of rows."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        decipher(200, JSON, body)
    assert (caught.value.kind, caught.value.user_message) == ("shape", "ServiceNow's answer had an unexpected form.")


def test_json_needs_its_content_type() -> None:
    """What looks like data but says it is something else is not data."""
    for content_type in ("text/plain", "", "application/xml"):
        with pytest.raises(errors.UnexpectedAnswer):
            decipher(200, {"content-type": content_type}, b'{"result":[]}')


def test_a_record_that_is_missing_or_hidden_is_one_error() -> None:
    """ServiceNow does not say which, so neither do we."""
    found = sample("servicenow/record_missing")
    with pytest.raises(errors.RecordNotFound) as caught:
        decipher_record(found.status, found.headers, found.body)
    expected = "This record isn't available: it may be deleted or hidden from you."
    assert caught.value.user_message == expected
    assert (caught.value.status, caught.value.transaction_id) == (404, "6f1c2b1d83a1")


def test_a_record_is_read() -> None:
    """One record comes as an object; a list in its place is refused."""
    found = sample("servicenow/record")
    assert decipher_record(found.status, found.headers, found.body).value("number") == "INC0010001"
    with pytest.raises(errors.UnexpectedAnswer):
        decipher_record(200, JSON, b'{"result":[]}')


def test_version_1_says_404_for_an_empty_list() -> None:
    """The same empty list, said in the two ways of the two versions."""
    assert page_of("empty_list_v1").records == page_of("empty_list").records == ()
    assert page_of("empty_list_v1").total == 0
    assert page_of("empty_list_v1", offset=50).total is None


def test_names_of_tables_are_worded() -> None:
    """The refusal of another table names that table."""
    found = sample("servicenow/query_refused")
    for table, noun in (("sys_user", "user records"), ("u_ticket", "the table u_ticket")):
        with pytest.raises(errors.AccessRefused, match="403") as caught:
            decipher(found.status, found.headers, found.body, table=table)
        assert noun in caught.value.user_message


def test_other_statuses_have_a_place_too() -> None:
    """Redirects, filters not understood, other 4xx and quotas each end in one error."""
    cases = {302: errors.UnexpectedAnswer, 400: errors.RequestRejected, 404: errors.RequestRejected}
    cases |= {406: errors.RequestRejected, 408: errors.ServiceFailure, 499: errors.ServiceFailure}
    cases |= {503: errors.ServiceFailure, 201: errors.UnexpectedAnswer, 204: errors.UnexpectedAnswer}
    for status, error in cases.items():
        with pytest.raises(error):
            result_of(status, JSON, b"")
    with pytest.raises(errors.RequestRejected) as caught:
        result_of(400, JSON, b'{"error":{"message":"Exception while reading request","detail":"x"}}')
    assert caught.value.user_message == "ServiceNow couldn't understand the question (HTTP 400)."
    with pytest.raises(errors.RateLimited):
        result_of(503, {**JSON, "Retry-After": "7"}, b"")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["result", "error", "message", "detail", "sys_id", "value"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.sampled_from(["content-type", "Link", "X-Total-Count", "Retry-After", "Date"]),
        st.sampled_from(
            ["application/json", "text/html", "12", '<x?sysparm_offset=5>;rel="next"', '<[>;rel="next"', ""]
        )
        | st.text(max_size=30),
        max_size=4,
    ),
    body=JSON_VALUES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=80),
)
@settings(max_examples=1000, deadline=None)
def test_any_answer_is_a_page_or_one_of_our_errors(status: int, headers: dict[str, str], body: bytes) -> None:
    """Whatever bytes a service sends, the reader gives a page or an error of the tree, never a crash."""
    try:
        page = decipher(status, headers, body)
    except errors.SnlibError as error:
        assert error.user_message  # noqa: PT017
    else:
        assert status in {200, 404} or 200 <= status < 300
        assert page.next_offset is None or page.next_offset > 0
