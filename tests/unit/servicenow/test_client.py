"""Lists and records of one instance, played by recorded answers."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from requests.auth import AuthBase, HTTPBasicAuth

from snlib import errors
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Query, field
from snlib.transport import Limits, Transport
from tests.list_model import ListModel
from tests.samples import sample

ACME = "https://acme.service-now.com"
KEY = "0f3c53cc611227c000bbd1bd8cd20051"


def client(**more: Any) -> TableClient:
    """Return a client that never waits."""
    return TableClient(ACME, Transport(), HTTPBasicAuth("ada", "x"), sleep=lambda _: None, **more)


def play(model: ListModel, before: Callable[[int], object] = lambda offset: None) -> None:
    """Let a model answer for the instance; ``before`` is called with each request's offset."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        params = parse_qs(urlsplit(str(request.url)).query)
        before(int(params["sysparm_offset"][0]))
        status, headers, body = model.answer(int(params["sysparm_offset"][0]), int(params["sysparm_limit"][0]))
        return status, headers, body.decode()

    responses.add_callback("GET", f"{ACME}/api/now/table/incident", callback=answer)


@responses.activate
def test_one_record_is_asked_for_by_its_key() -> None:
    """The path names the record, the parameters its fields, and the request is signed."""
    found = sample("servicenow/record")
    responses.get(f"{ACME}/api/now/v2/table/incident/{KEY}", body=found.body, headers=found.headers)
    assert client(version="v2").get("incident", KEY, ["number"]).value("number") == "INC0010001"
    request = responses.calls[0].request
    assert parse_qs(urlsplit(str(request.url)).query)["sysparm_fields"] == ["sys_id,number"]
    assert request.headers["Authorization"].startswith("Basic ")


@responses.activate
def test_a_record_without_a_key_is_not_asked_for() -> None:
    """An empty sys_id would ask for the whole list, so nothing is sent."""
    with pytest.raises(errors.InvalidInput, match="sys_id"):
        client().get("incident", "", ["number"])
    assert len(responses.calls) == 0


@responses.activate
def test_a_walk_brings_every_readable_row() -> None:
    """Short, empty and capped pages in one list: each readable row once, with a note about the others."""
    readable = ([True] * 3 + [False] * 15 + [True] * 9) * 2
    play(model := ListModel(readable, cap=7))
    found = client().walk("incident", Query(), ["number"], page_rows=10)
    assert found.rows["sys_id"].to_pylist() == model.readable_keys
    assert found.complete
    assert found.notes == (f"ServiceNow counts 54 records; your account can read {len(found.rows)} of them.",)


@responses.activate
def test_a_page_that_fails_later_keeps_the_rows_before() -> None:
    """Rows of the first pages are returned and the walk says that it was broken off."""
    model = ListModel([True] * 30)
    status, headers, body = model.answer(0, 10)
    responses.get(f"{ACME}/api/now/table/incident", status=status, headers=headers, body=body)
    responses.get(f"{ACME}/api/now/table/incident", status=500, body="oops")
    found = client().walk("incident", Query(), ["number"], page_rows=10)
    assert len(found.rows) == 10
    assert not found.complete
    assert found.notes == ("Loaded 10 rows, then ServiceNow stopped answering.",)


@responses.activate
def test_a_first_page_that_fails_is_an_error() -> None:
    """Without any row there is nothing to show, so the error itself is raised."""
    responses.get(f"{ACME}/api/now/table/incident", status=403, json={})
    with pytest.raises(errors.AccessRefused):
        client().walk("incident", Query(), ["number"])


@responses.activate
def test_a_sign_in_that_ends_during_a_walk_is_told() -> None:
    """A refused token is never taken for the end of a list."""
    status, headers, body = ListModel([True] * 30).answer(0, 10)
    responses.get(f"{ACME}/api/now/table/incident", status=status, headers=headers, body=body)
    responses.get(f"{ACME}/api/now/table/incident", status=401, json={})
    with pytest.raises(errors.SignInRequired):
        client().walk("incident", Query(), ["number"], page_rows=10)


@responses.activate
def test_a_walk_ends_with_its_time() -> None:
    """All pages together have one deadline; what was read until then is returned as not complete."""
    model, ticks = ListModel([True] * 100), iter(range(10_000))
    play(model)
    slow = TableClient(ACME, Transport(Limits(), monotonic=lambda: float(next(ticks))), sleep=lambda _: None)
    found = slow.walk("incident", Query(), ["number"], page_rows=10, deadline_seconds=30)
    assert 0 < len(found.rows) < 100
    assert not found.complete


@responses.activate
def test_the_first_rows_only_are_asked_for_when_few_are_wanted() -> None:
    """A page is never larger than the rows wanted."""
    play(model := ListModel([True] * 100))
    found = client().walk("incident", Query(), ["number"], max_rows=5)
    assert model.calls == [(0, 5)]
    assert found.notes == ("Showing the first 5 of about 100. Add filters to see others.",)


@responses.activate
def test_nothing_is_sent_for_a_query_that_cannot_be_sent() -> None:
    """Bad tables, keys and fields are refused before the network."""
    for ask in (
        lambda: client().walk("incident", Query().where(field("no_such").is_empty()), []),
        lambda: client().get("incident", "../sys_user", []),
        lambda: client().page("../x", Query(), [], limit=1),
        lambda: client(version="v9").page("incident", Query(), [], limit=1),
    ):
        with pytest.raises(errors.InvalidInput):
            ask()
    assert len(responses.calls) == 0


@responses.activate
def test_a_link_to_another_host_is_never_followed() -> None:
    """Only numbers are taken from a link: the next page is asked for at the instance, whatever host the link names."""
    rows, listed = json.dumps({"result": [{"sys_id": KEY}]}), f"{ACME}/api/now/table/incident"
    link = '<https://evil.example/api/now/table/incident?sysparm_limit=1&sysparm_offset=1>;rel="next"'
    responses.get(listed, body=rows, headers={"Link": link}, content_type="application/json")
    responses.get(listed, body='{"result":[]}', content_type="application/json")
    client().walk("incident", Query(), ["number"], page_rows=1)
    assert {urlsplit(str(call.request.url)).netloc for call in responses.calls} == {"acme.service-now.com"}


@pytest.fixture
def distant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are waited for longer than they are worked on."""
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)


@responses.activate
@pytest.mark.usefixtures("distant")
def test_pages_are_asked_for_at_once_as_soon_as_they_are_known() -> None:
    """The first page comes alone; then four are on their way at the same time, and the rows are still in order."""
    model, meeting = ListModel([True] * 50), threading.Barrier(4, timeout=10)
    play(model, before=lambda offset: meeting.wait() if offset else None)
    found = client().walk("incident", Query(), [], page_rows=10, max_rows=50)
    assert found.rows["sys_id"].to_pylist() == model.readable_keys
    assert found.complete
    assert sorted(model.calls) == [(offset, 10) for offset in range(0, 50, 10)]


@responses.activate
@pytest.mark.parametrize("worked_seconds", [0, 1_000])
def test_never_more_than_four_pages_at_once(worked_seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the list, four requests of one walk are on their way at most; one where nothing is waited for."""
    monkeypatch.setattr(time, "thread_time", itertools.count(0, worked_seconds).__next__)
    under_way, most, lock = 0, 0, threading.Lock()

    def before(offset: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.002)
        with lock:
            under_way -= 1

    play(model := ListModel([True] * 300), before=before)
    assert len(client().walk("incident", Query(), [], page_rows=10).rows) == 300
    assert (most == 1) if worked_seconds else (1 < most <= 4)
    assert len(model.calls) == 30


@responses.activate
def test_no_page_is_asked_for_that_no_row_is_needed_of() -> None:
    """A walk that stops at 25 rows asks for three pages of ten, not for the fourth."""
    play(model := ListModel([True] * 100))
    found = client().walk("incident", Query(), [], page_rows=10, max_rows=25)
    assert len(found.rows) == 25
    assert sorted(model.calls) == [(0, 10), (10, 10), (20, 10)]


@responses.activate
@pytest.mark.usefixtures("distant")
@pytest.mark.parametrize("error", [errors.ConnectorOff("off"), KeyboardInterrupt()])
def test_a_walk_that_ends_asks_for_nothing_more(error: BaseException) -> None:
    """When a page fails, pages not yet asked for are not asked for: of thirty, one and at most four more."""
    model = ListModel([True] * 300)
    play(model)
    asked = itertools.count()

    class Switch(AuthBase):
        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            if next(asked):
                raise error
            return request

    off = TableClient(ACME, Transport(), Switch(), sleep=lambda _: None)
    with pytest.raises(type(error)):
        off.walk("incident", Query(), [], page_rows=10)
    assert next(asked) <= 5
    assert model.calls == [(0, 10)]
    assert [one for one in threading.enumerate() if one.name.startswith("ThreadPoolExecutor")] == []


@responses.activate
def test_a_walk_says_how_far_it_is() -> None:
    """After every page: the rows so far, and how many there will be, in the caller's own thread."""
    play(ListModel([True] * 45))
    heard: list[tuple[int, int | None, int]] = []
    client().walk(
        "incident",
        Query(),
        [],
        page_rows=10,
        max_rows=40,
        progress=lambda rows, expected: heard.append((rows, expected, threading.get_ident())),
    )
    assert heard == [(rows, 40, threading.get_ident()) for rows in (10, 20, 30, 40)]


@responses.activate
def test_a_read_without_labels_asks_for_none() -> None:
    """Half the bytes: the instance is asked for stored values only."""
    listed = f"{ACME}/api/now/table/incident"
    responses.get(listed, body=b'{"result":[{"sys_id":"a","state":"1"}]}', content_type="application/json")
    page = client().page("incident", Query(), ["state"], limit=1, labels=False)
    assert page.records[0].value("state") == "1"
    assert parse_qs(urlsplit(str(responses.calls[0].request.url)).query)["sysparm_display_value"] == ["false"]


@responses.activate
@pytest.mark.parametrize("header", [{}, {"X-Total-Count": ""}, {"X-Total-Count": "many"}, {"X-Total-Count": "-1"}])
@pytest.mark.parametrize("read", [TableClient.walk, lambda *asked: TableClient.page(*asked, limit=5)])
def test_no_rows_without_a_count_prove_nothing(read: Callable[..., Any], header: dict[str, str]) -> None:
    """An empty list that does not say how many rows match is no answer; with the count it is one."""
    responses.get(f"{ACME}/api/now/table/incident", json={"result": []}, headers=header)
    with pytest.raises(errors.UnexpectedAnswer, match="no X-Total-Count"):
        read(client(), "incident", Query(), ["number"])
    responses.upsert("GET", f"{ACME}/api/now/table/incident", json={"result": []}, headers={"X-Total-Count": "0"})
    assert not len(read(client(), "incident", Query(), ["number"]).rows)
