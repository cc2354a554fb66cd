"""Microsoft Graph's users: what is sent, retried and believed."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from snlib import errors
from snlib.graph import users
from snlib.transport import Answer
from tests.unit.graph.scripted import BASE, Script, answer, client_of

ID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"


def page_of(count: int, **more: Any) -> Answer:
    """Return a page of ``count`` users."""
    rows = [{"id": f"{ID[:-2]}{number:02x}", "displayName": f"Anna {number}"} for number in range(count)]
    return answer(200, {"value": rows, **more})


def test_one_search_is_one_call():
    """A search is one GET with $search, the consistency header, one row more than shown, and the bearer token."""
    script = Script(page_of(2))
    page = users.search(client_of(script), 'O\'Brien "x"', limit=25)
    (sent,) = script.sent
    parts = urlsplit(script.urls[0])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE}/users"
    params = parse_qs(parts.query)
    assert params["$search"] == [
        " OR ".join(
            f'"{name}:O\'Brien \\"x\\""'
            for name in ("displayName", "mail", "userPrincipalName", "onPremisesSamAccountName")
        )
    ]
    assert params["$top"] == ["26"]
    assert "+" not in parts.query
    assert sent["headers"]["ConsistencyLevel"] == "eventual"
    assert (sent["authorization"], sent["allowed_origin"]) == ("Bearer token-1", "https://graph.example")
    assert [user.name for user in page.people] == ["Anna 0", "Anna 1"]


@pytest.mark.parametrize(
    ("found", "shown", "more"),
    [
        (page_of(2), 2, False),
        (page_of(3), 2, True),
        (page_of(2, **{"@odata.nextLink": f"{BASE}/users?$skiptoken=x"}), 2, True),
        (page_of(0), 0, False),
    ],
)
def test_more_than_shown(found: Answer, shown: int, more: bool):
    """A search says whether there are more people than it shows: one row too many, or a next page."""
    page = users.search(client_of(Script(found)), "anna", limit=2)
    assert (len(page.people), page.more) == (shown, more)


@pytest.mark.parametrize(("count", "total"), [(7, 7), ("7", None), (1, None), (None, None)])
def test_the_total_is_only_what_can_be(count: object, total: int | None):
    """A total is given only where the service says a believable one."""
    assert users.search(client_of(Script(page_of(2, **{"@odata.count": count}))), "anna").total == total


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}, {"value": "x"}])
def test_an_answer_without_a_list_is_refused(body: dict[str, Any]):
    """An answer without a list of users is an unexpected answer, not an empty result."""
    with pytest.raises(errors.UnexpectedAnswer):
        users.search(client_of(Script(answer(200, body))), "anna")


def test_rows_that_are_no_users_are_left_out():
    """Something in the list that is no user costs only itself."""
    body = {"value": [None, "x", {"displayName": "no id"}, {"id": ID, "displayName": "Anna"}]}
    assert [user.id for user in users.search(client_of(Script(answer(200, body))), "anna").people] == [ID]


@pytest.mark.parametrize("object_id", ["", "me", "../me", f"{ID}/manager", "anna@example.com"])
def test_what_is_no_object_id_is_not_sent(object_id: str):
    """A text from the URL that is no object id names nobody, and is not sent."""
    script = Script()
    with pytest.raises(errors.RecordNotFound):
        users.by_id(client_of(script), object_id)
    assert script.sent == []


def test_one_user():
    """One user is read by object id, whatever its case."""
    script = Script(answer(200, {"id": ID, "displayName": "Anna"}))
    assert users.by_id(client_of(script), ID.upper()).name == "Anna"


def test_somebody_else_is_not_shown():
    """When the service answers with another user than was asked for, nobody is shown."""
    with pytest.raises(errors.UnexpectedAnswer):
        users.by_id(client_of(Script(answer(200, {"id": ID[:-1] + "2"}))), ID)


def test_a_refused_token_is_replaced_once():
    """After a 401 a new token is asked for and the call is repeated once; a second 401 is an error."""
    script = Script(answer(401), page_of(1))
    assert len(users.search(client_of(script), "anna").people) == 1
    assert [sent["authorization"] for sent in script.sent] == ["Bearer token-1", "Bearer token-2"]
    script = Script(answer(401), answer(401))
    with pytest.raises(errors.AccessRefused):
        users.search(client_of(script), "anna")
    assert len(script.sent) == 2


UNREACHABLE = errors.ServiceUnreachable("x", service="Microsoft Graph", kind="refused")


CUT = errors.UnexpectedAnswer("x", service="Microsoft Graph", kind="truncated")


@pytest.mark.parametrize("fault", [answer(500), answer(502), UNREACHABLE])
def test_a_passing_fault_is_not_seen(fault: Answer | Exception):
    """A fault that passes is answered by at most two more tries, each after a growing random wait."""
    waits: list[float] = []
    assert len(users.search(client_of(Script(fault, fault, page_of(1)), waits), "anna").people) == 1
    assert len(waits) == 2
    assert 0 <= waits[0] <= 0.5
    assert 0 <= waits[1] <= 1


@pytest.mark.parametrize(("fault", "waits"), [(CUT, 1), (answer(429, **{"Retry-After": "5"}), 1)])
def test_what_is_tried_once_more(fault: Answer | Exception, waits: int):
    """An answer that was cut off, or a limit of a few seconds, is asked for once more; lasting, it is an error."""
    waited: list[float] = []
    assert len(users.search(client_of(Script(fault, page_of(1)), waited), "anna").people) == 1
    assert len(waited) == waits
    with pytest.raises(errors.ServiceError):
        users.search(client_of(Script(fault, fault)), "anna")


@pytest.mark.parametrize("fault", [answer(500), UNREACHABLE])
def test_a_lasting_fault_is_an_error(fault: Answer | Exception):
    """A fault that lasts is an error after the third try."""
    script = Script(fault, fault, fault)
    with pytest.raises((errors.ServiceFailure, errors.ServiceUnreachable)):
        users.search(client_of(script), "anna")
    assert len(script.sent) == 3


@pytest.mark.parametrize(
    "fault",
    [
        answer(429, **{"Retry-After": "6"}),
        answer(403),
        answer(400),
        answer(404),
        errors.ServiceUnreachable("x", kind="timeout"),
        errors.ServiceUnreachable("x", kind="tls"),
    ],
)
def test_what_another_try_would_not_fix(fault: Answer | Exception):
    """A refusal, a long rate limit, a timeout and a TLS fault are not tried again."""
    script = Script(fault)
    with pytest.raises(errors.SnlibError):
        users.search(client_of(script), "anna")
    assert len(script.sent) == 1


def test_no_try_after_the_time_is_over():
    """When a try has used the time an agent waits, there is no other."""

    class Slow(Script):
        def send(self, method: str, url: str, **options: Any) -> Answer:
            self.now += self.limits.deadline_seconds
            return super().send(method, url, **options)

    script = Slow(answer(500))
    with pytest.raises(errors.ServiceFailure):
        users.search(client_of(script), "anna")
    assert len(script.sent) == 1
