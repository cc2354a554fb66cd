"""One suite of claims about the Table and Aggregate API, run over the demo instance and over recorded answers.

Both are held to the vendor's documented answers through the same client, never to each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Protocol

import pytest
import responses
from requests.auth import AuthBase, HTTPBasicAuth

from snlib import errors
from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.servicenow import AggregateClient, Query, TableClient, current_user, field
from snlib.servicenow.records import parse_timestamp
from snlib.transport import Transport
from tests.samples import sample

FIELDS = ("number", "state", "caller_id", "opened_at", "assigned_to", "caller_id.email", "subcategory")
MISSING = "f" * 32
NEWEST = Query().order_by("opened_at", descending=True)


class World(Protocol):
    """Something that answers like an instance; each method sets one situation up and returns a client in it."""

    def table(self, situation: str, *, version: str = "") -> TableClient:
        """Return a client whose next answers are those of the situation, which is the name of a sample."""

    def aggregate(self, situation: str) -> AggregateClient:
        """The same for counts."""


class Samples:
    """Recorded and documented answers."""

    origin = "https://acme.service-now.com"

    def __init__(self, played: responses.RequestsMock) -> None:
        self._played = played

    def _play(self, situation: str) -> None:
        found = sample(f"servicenow/{situation}")
        self._played.get(re.compile(".*"), body=found.body, status=found.status, headers=found.headers)

    def table(self, situation: str, *, version: str = "") -> TableClient:
        self._play(situation)
        return TableClient(self.origin, Transport(), None, version=version, sleep=lambda _: None)

    def aggregate(self, situation: str) -> AggregateClient:
        self._play(situation)
        return AggregateClient(self.origin, Transport(), None, sleep=lambda _: None)


ADMIN, NO_ROLE = ("admin", "admin"), ("mia.novak", "demo")
FAULTS = {
    "not_authenticated": "401",
    "api_refused": "403",
    "queue_full": "429",
    "rate_limited": "429_headers",
    "queued": "202",
    "cancelled": "truncated",
    "cancelled_malformed": "truncated_malformed",
    "hibernating": "hibernating",
    "server_error": "500_html",
    "bad_gateway": "502",
    "login_redirect": "redirect",
}


class Demo:
    """The demo instance over loopback."""

    def __init__(self, demo: Running) -> None:
        self._demo = demo

    def _arrange(self, situation: str) -> AuthBase:
        if situation in FAULTS:
            self._demo.instance.faults.order(Fault("/api/now/", FAULTS[situation], count=9))
        if situation == "capped_page":
            self._demo.instance.switches.page_cap_rows = 20
        if situation == "first_page":
            self._demo.instance.switches.link_prev_on_first_page = True
        return HTTPBasicAuth(*(NO_ROLE if situation in ("hidden_rows", "query_refused") else ADMIN))

    def table(self, situation: str, *, version: str = "") -> TableClient:
        return TableClient(
            self._demo.origin, Transport(), self._arrange(situation), version=version, sleep=lambda _: None
        )

    def aggregate(self, situation: str) -> AggregateClient:
        return AggregateClient(self._demo.origin, Transport(), self._arrange(situation), sleep=lambda _: None)


@pytest.fixture(scope="module")
def contract_demo(start_module_demo: Callable[..., Running]) -> Running:
    """A demo instance whose switches and faults this module may turn."""
    return start_module_demo(incidents=140)


@pytest.fixture(params=["demo", "samples"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each claim is made of the demo instance and of the recorded answers."""
    if request.param == "samples":
        with responses.RequestsMock(assert_all_requests_are_fired=False) as played:
            yield Samples(played)
        return
    demo: Running = request.getfixturevalue("contract_demo")
    yield Demo(demo)
    demo.instance.switches.reset()
    demo.instance.faults.clear()


def test_a_list_brings_values_and_display_values(world: World) -> None:
    """Every field asked for has a stored value and a display value; the time is UTC, references are keys and names."""
    page = world.table("middle_page").page("incident", NEWEST, FIELDS, limit=50, offset=50)
    assert page.records
    for record in page.records:
        assert set(record) == {"sys_id", *FIELDS}
        assert re.fullmatch("[0-9a-f]{32}", record.sys_id)
        assert record.value("number").startswith("INC")
        assert record.value("state").isdigit()
        assert record.display_value("state").replace(" ", "").isalpha()
        assert re.fullmatch("[0-9a-f]{32}", record.value("caller_id"))
        assert " " in record.display_value("caller_id")
        opened = parse_timestamp(record.value("opened_at"))
        assert opened is not None
        assert opened.tzinfo is UTC
    empty = [cell for record in page.records for cell in record.values() if not cell.value]
    assert all(cell.display_value == "" for cell in empty)


def test_a_page_in_the_middle_names_the_next(world: World) -> None:
    """The Link header leads on by the page granted, and the count is of all rows."""
    page = world.table("middle_page").page("incident", NEWEST, FIELDS, limit=50, offset=50)
    assert (page.next_offset, page.granted_rows, page.has_links) == (100, 50, True)
    assert page.total == 140


def test_a_first_page_may_name_a_page_before(world: World) -> None:
    """A ``prev`` with a negative offset, as older releases send it, does no harm."""
    page = world.table("first_page").page("incident", NEWEST, FIELDS, limit=50)
    assert (page.next_offset, page.total) == (50, 140)


def test_the_last_page_names_no_next(world: World) -> None:
    """Links without ``next`` mean the end."""
    page = world.table("last_page").page("incident", NEWEST, FIELDS, limit=50, offset=100)
    assert page.has_links
    assert page.next_offset is None


def test_an_instance_may_cap_the_page(world: World) -> None:
    """50 rows asked for, 20 granted: the links say so."""
    page = world.table("capped_page").page("incident", NEWEST, FIELDS, limit=50)
    assert (page.next_offset, page.granted_rows) == (20, 20)


def test_the_count_includes_rows_that_are_hidden(world: World) -> None:
    """An account without a role is told of more rows than it gets."""
    page = world.table("hidden_rows").page("incident", NEWEST, FIELDS, limit=1000)
    assert page.total is not None
    assert len(page.records) < page.total


@pytest.mark.parametrize(("situation", "version"), [("empty_list", ""), ("empty_list", "v2"), ("empty_list_v1", "v1")])
def test_an_empty_list_is_empty_in_every_version(world: World, situation: str, version: str) -> None:
    """Version 1 says 404 for an empty list, the others say an empty list: both are no rows and no error."""
    query = Query().where(field("number").equals("INC9999999"))
    page = world.table(situation, version=version).page("incident", query, FIELDS, limit=10)
    assert page.records == ()
    assert page.total == 0


def test_a_missing_record_is_one_error(world: World) -> None:
    """Missing or hidden: ServiceNow does not say which."""
    with pytest.raises(errors.RecordNotFound) as caught:
        world.table("record_missing").get("incident", MISSING, FIELDS)
    assert caught.value.status == 404
    assert caught.value.detail == "No Record found: Record doesn't exist or ACL restricts the record retrieval"


def test_a_missing_table_is_one_error(world: World) -> None:
    """The instance names the table; so does the error."""
    with pytest.raises(errors.RequestRejected) as caught:
        world.table("invalid_table").page("incidentx", Query(), (), limit=1)
    assert caught.value.user_message == "Table 'incidentx' wasn't found on this instance."
    assert caught.value.detail == "Invalid table incidentx"


@pytest.mark.parametrize(
    ("situation", "error"),
    [
        ("not_authenticated", errors.SignInRequired),
        ("api_refused", errors.AccessRefused),
        ("rate_limited", errors.RateLimited),
        ("queue_full", errors.RateLimited),
        ("queued", errors.RateLimited),
        ("server_error", errors.ServiceFailure),
        ("bad_gateway", errors.ServiceFailure),
    ],
)
def test_a_status_is_the_same_error_for_lists_and_counts(
    world: World, situation: str, error: type[errors.SnlibError]
) -> None:
    """401, 403, 429, 202 and 5xx end in the same error whatever was asked."""
    ask: tuple[Callable[[], object], ...] = (
        lambda: world.table(situation).page("incident", Query(), FIELDS, limit=1),
        lambda: world.aggregate(situation).count("incident"),
    )
    for each in ask:
        with pytest.raises(error) as caught:
            each()
        assert type(caught.value) is error


def test_a_rate_limit_says_how_long(world: World) -> None:
    """With its headers a rate limit says how long; without, 30 seconds are taken."""
    with pytest.raises(errors.RateLimited) as told:
        world.table("rate_limited").page("incident", Query(), FIELDS, limit=1)
    assert told.value.retry_after is not None
    assert timedelta() < told.value.retry_after <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("situation", "kind"),
    [("hibernating", "hibernating"), ("cancelled", "cancelled"), ("cancelled_malformed", "cancelled")],
)
def test_a_status_of_200_is_not_yet_a_success(world: World, situation: str, kind: str) -> None:
    """A sleeping instance and an answer given up half-way are recognised, and no part of them is returned."""
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        world.table(situation).page("incident", NEWEST, FIELDS, limit=10)
    assert caught.value.kind == kind


def test_a_count_is_a_number(world: World) -> None:
    """Without groups the Aggregate API answers one count."""
    assert world.aggregate("count").count("incident") > 0


def test_groups_have_value_label_and_count(world: World) -> None:
    """With groups it answers each value once, with its label."""
    groups = world.aggregate("groups").group_counts("incident", "priority")
    assert len({group.value for group in groups}) == len(groups) > 1
    assert all(group.count > 0 for group in groups)
    assert all(group.display_value.startswith(f"{group.value} - ") for group in groups if group.value)


def test_no_rows_are_no_groups(world: World) -> None:
    """Nothing that matches: an empty list of groups."""
    query = Query().where(field("number").equals("INC9999999"))
    assert world.aggregate("no_groups").group_counts("incident", "priority", query) == ()


def test_who_is_signed_in_is_known(world: World) -> None:
    """The user interface's endpoint names key, user name and name."""
    who = current_user(world.table("current_user"))
    assert re.fullmatch("[0-9a-f]{32}", who.sys_id)
    assert who.user_name
    assert " " in who.name
