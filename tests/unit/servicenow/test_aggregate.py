"""Counts of the Aggregate API: the vendor's shapes, and nothing else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from snlib import errors
from snlib.servicenow.aggregate import AggregateClient, GroupCount, decipher_count, decipher_groups
from snlib.servicenow.encoded_query import Query, field
from snlib.transport import Transport
from tests.samples import sample

ACME = "https://acme.service-now.com"
JSON = {"Content-Type": "application/json"}


def play(name: str) -> None:
    """Let a sample answer every count."""
    found = sample(f"servicenow/{name}")
    responses.get(f"{ACME}/api/now/stats/incident", body=found.body, status=found.status, headers=found.headers)


def client() -> AggregateClient:
    """Return a client that never waits."""
    return AggregateClient(ACME, Transport(), sleep=lambda _: None)


def sent() -> dict[str, list[str]]:
    """Return the parameters of the one request that was sent."""
    (call,) = responses.calls
    return parse_qs(urlsplit(str(call.request.url)).query)


@responses.activate
def test_a_count_is_a_number() -> None:
    """The count comes as text in an object; the query is sent without an order."""
    play("count")
    query = Query().where(field("state").equals("1")).order_by("opened_at")
    assert client().count("incident", query) == 66
    assert sent() == {"sysparm_count": ["true"], "sysparm_query": ["state=1"]}


@responses.activate
def test_groups_are_value_label_and_count() -> None:
    """Each group once, the empty one included, whatever the order of the keys."""
    play("groups")
    expected = (GroupCount("1", "1 - Critical", 12), GroupCount("", "", 3))
    assert client().group_counts("incident", "priority") == expected
    expected_params = {
        "sysparm_count": ["true"],
        "sysparm_group_by": ["priority"],
        "sysparm_display_value": ["all"],
    }
    assert sent() == expected_params


@pytest.mark.parametrize("name", ["no_groups", "count"])
def test_nothing_that_matches_has_no_groups(name: str) -> None:
    """An empty list, or an ungrouped zero, is no group at all."""
    body = sample(f"servicenow/{name}").body.replace(b"66", b"0")
    assert decipher_groups(200, JSON, body, field="priority") == ()


def test_a_group_without_label_shows_its_value() -> None:
    """An instance that gives no display value still gives a usable group."""
    body = b'{"result":[{"stats":{"count":"2"},"groupby_fields":[{"value":"New","field":"state"}]}]}'
    assert decipher_groups(200, JSON, body, field="state") == (GroupCount("New", "New", 2),)


@pytest.mark.parametrize(
    "result",
    [
        "[]",
        "{}",
        '{"stats":{}}',
        '{"stats":{"count":"x"}}',
        '{"stats":{"count":"-1"}}',
        '{"stats":{"count":""}}',
        '{"stats":{"count":true}}',
        '{"stats":{"count":null}}',
        '{"stats":[]}',
        "null",
    ],
)
def test_a_count_of_another_form_is_refused(result: str) -> None:
    """What is no count is an error, never a zero."""
    with pytest.raises(errors.UnexpectedAnswer):
        decipher_count(200, JSON, b'{"result":' + result.encode() + b"}")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([("", "", 2), ("", "", 3)], [GroupCount("", "", 5)]),
        (
            [(None, None, 2), ("", "(empty)", 3), ("1", "New", 4)],
            [GroupCount("", "(empty)", 5), GroupCount("1", "New", 4)],
        ),
        ([("7", "Closed", 1), ("7", "Closed", 1)], [GroupCount("7", "Closed", 2)]),
        ([(1, "New", 1)], [GroupCount("1", "New", 1)]),
        ([("awaiting_user_info", "", 6)], [GroupCount("awaiting_user_info", "", 6)]),
    ],
)
def test_each_value_is_one_group(groups: list[tuple[Any, Any, int]], expected: list[GroupCount]) -> None:
    """Groups of one value are counted together, so that no incident is left out: null and empty are both stored."""
    answer = [
        {"stats": {"count": str(count)}, "groupby_fields": [{"field": "state", "value": value, "display_value": label}]}
        for value, label, count in groups
    ]
    assert decipher_groups(200, JSON, json.dumps({"result": answer}).encode(), field="state") == tuple(expected)


@pytest.mark.parametrize(
    "result",
    [
        '{"stats":{"count":"3"}}',
        '[{"stats":{"count":"3"}}]',
        '[{"stats":{"count":"3"},"groupby_fields":[]}]',
        '[{"stats":{"count":"3"},"groupby_fields":[{"field":"state","value":"1"}]}]',
        '[{"stats":{"count":"3"},"groupby_fields":[{"field":"priority","value":[1]}]}]',
        '[{"stats":{},"groupby_fields":[{"field":"priority","value":"1"}]}]',
        '[{"stats":{"count":"3"},"groupby_fields":[{"field":"priority","value":"1"},{"field":"state","value":"1"}]}]',
        '[{"stats":{"count":"x"},"groupby_fields":[{"field":"priority","value":"1"}]}]',
        "[1]",
        "null",
    ],
)
def test_groups_of_another_form_are_refused(result: str) -> None:
    """A group of another field, or an answer without groups, would put figures under wrong labels."""
    with pytest.raises(errors.UnexpectedAnswer):
        decipher_groups(200, JSON, b'{"result":' + result.encode() + b"}", field="priority")


@responses.activate
def test_only_known_fields_are_grouped_by() -> None:
    """A field the table does not have is refused before anything is sent."""
    with pytest.raises(errors.InvalidInput):
        client().group_counts("incident", "no_such_field")
    with pytest.raises(errors.InvalidInput):
        client().count("incident", Query().where(field("no_such_field").is_empty()))
    assert len(responses.calls) == 0


def grouped(*groups: tuple[str, str | None]) -> bytes:
    """Return two incidents for each state and caller; without a caller the instance left that field out."""
    entries = []
    for state, caller in groups:
        fields = [{"field": "state", "value": state, "display_value": f"State {state}"}]
        fields += [{"field": "caller_id", "value": caller, "display_value": ""}] if caller is not None else []
        entries.append({"stats": {"count": "2"}, "groupby_fields": fields[::-1]})
    return json.dumps({"result": entries}).encode()


def test_counts_of_one_caller_show_that_they_are() -> None:
    """The field that every row must hold is checked in every group and is no part of the result."""
    found = decipher_groups(200, JSON, grouped(("1", "ABC"), ("2", "abc")), field="state", only=("caller_id", "abc"))
    assert found == (GroupCount("1", "State 1", 2), GroupCount("2", "State 2", 2))
    assert decipher_groups(200, JSON, b'{"result":[]}', field="state", only=("caller_id", "abc")) == ()


@pytest.mark.parametrize(
    "body",
    [
        grouped(("1", "abc"), ("1", "def")),
        grouped(("1", "abc"), ("2", "")),
        grouped(("1", None)),
        b'{"result":{"stats":{"count":"7"}}}',
        b'{"result":[{"stats":{"count":"7"}}]}',
        b'{"result":[7]}',
    ],
)
def test_counts_of_others_are_no_ones(body: bytes) -> None:
    """Where another caller was counted, or the caller was not grouped by, none of the figures is believed."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        decipher_groups(200, JSON, body, field="state", only=("caller_id", "abc"))
    assert "not limited to what was asked for" in caught.value.user_message
