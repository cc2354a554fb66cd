"""Whose token it is: known for certain, or not at all."""

from __future__ import annotations

import pytest
import responses

from snlib import errors
from snlib.servicenow.client import TableClient
from snlib.servicenow.identity import SignedInUser, current_user
from snlib.transport import Transport
from tests.samples import sample

ACME = "https://acme.service-now.com"
ENDPOINT = f"{ACME}/api/now/ui/user/current_user"
USERS = f"{ACME}/api/now/table/sys_user"
KEY = "5137153cc611227c000bbd1bd8cd2005"
ADA = {"sys_id": KEY, "user_name": "ada.example", "name": "Ada Example"}
OTHER = {"sys_id": "0" * 32, "user_name": "lucius.bagnoli", "name": "Lucius Bagnoli"}


def client() -> TableClient:
    """Return a client that never waits."""
    return TableClient(ACME, Transport(), sleep=lambda _: None)


@responses.activate
def test_the_endpoint_of_the_user_interface_is_enough() -> None:
    """One call says who it is."""
    found = sample("servicenow/current_user")
    responses.get(ENDPOINT, body=found.body, headers=found.headers)
    assert current_user(client()) == SignedInUser(KEY, "ada.example", "Ada Example")
    assert len(responses.calls) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 400, 200])
@responses.activate
def test_the_table_is_asked_where_the_endpoint_refuses(status: int) -> None:
    """Instances that serve it to browsers only, or not at all, are asked by the documented way."""
    responses.get(ENDPOINT, status=status, json={})
    responses.get(USERS, json={"result": [ADA]}, headers={"X-Total-Count": "1"})
    assert current_user(client()) == SignedInUser(KEY, "ada.example", "Ada Example")
    assert "sys_id%3Djavascript%3Ags.getUserID%28%29" in str(responses.calls[1].request.url)
    assert "sysparm_limit=2" in str(responses.calls[1].request.url)


@pytest.mark.parametrize(
    ("rows", "total"),
    [([OTHER, ADA], "2"), ([OTHER], "612"), ([], "0"), ([{"sys_id": "a^b", "user_name": "ada"}], "1")],
)
@responses.activate
def test_two_rows_mean_that_nobody_is_known(rows: list[dict[str, str]], total: str) -> None:
    """An instance that drops the condition answers with anybody: then nobody is taken for the agent."""
    responses.get(ENDPOINT, status=403, json={})
    responses.get(USERS, json={"result": rows}, headers={"X-Total-Count": total})
    with pytest.raises(errors.UnexpectedAnswer, match="exactly one user"):
        current_user(client())


@responses.activate
def test_a_refused_token_is_told() -> None:
    """When both ways refuse, the agent must sign in again."""
    responses.get(ENDPOINT, status=401, json={})
    responses.get(USERS, status=401, json={})
    with pytest.raises(errors.SignInRequired):
        current_user(client())


@responses.activate
def test_a_service_in_trouble_is_not_asked_twice() -> None:
    """A failing instance is a failure, not a reason to ask elsewhere."""
    responses.get(ENDPOINT, status=429, json={})
    with pytest.raises(errors.RateLimited):
        current_user(client())
    assert len(responses.calls) == 1
