"""No figure and no list is a person's unless the instance is known to have looked for that person only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from requests.auth import HTTPBasicAuth

from snlib import errors
from snlib.demo.server import Running
from snlib.incidents import Caller, IncidentFilter, IncidentQuestions
from snlib.servicenow import AggregateClient, TableClient
from snlib.transport import Transport

SWITCHES = ("", "invalid_query_returns_no_rows", "query_acl_403")
NOBODY = Caller("0" * 32, "", "", "")
SECRET = "assignment_group IN (SELECT sys_id FROM sys_user_group WHERE name = 'Security Incident Response')"


@pytest.fixture(scope="module")
def instance(start_module_demo: Callable[..., Running]) -> Running:
    """A demo instance with five changes; its table of changes has neither a caller nor the time of opening."""
    demo = start_module_demo(incidents=200)
    for number in range(5):
        change = {"sys_id": f"{number + 1:032x}", "number": f"CHG000000{number}", "state": "1"}
        demo.instance.storage.insert("change_request", change)
    return demo


@pytest.fixture(params=SWITCHES)
def demo(request: pytest.FixtureRequest, instance: Running) -> Running:
    """The instance with one of the ways in which it takes a condition that it cannot read."""
    instance.instance.switches.reset()
    if request.param:
        instance.instance.switches.set(request.param, True)
    return instance


def questions(demo: Running, table: str, user: str = "hugo.lambert", password: str = "demo") -> IncidentQuestions:
    """Return the questions about a table, asked as an agent."""
    transport, auth = Transport(), HTTPBasicAuth(user, password)
    client = TableClient(demo.origin, transport, auth, sleep=lambda _: None)
    return IncidentQuestions(client, AggregateClient(demo.origin, transport, auth, sleep=lambda _: None), table=table)


@pytest.mark.parametrize(
    "ask",
    [
        lambda about: about.counts_of_caller(NOBODY),
        lambda about: about.of_caller(NOBODY),
        lambda about: about.of_caller(NOBODY, IncidentFilter(states=("1",))),
        lambda about: about.of_caller(NOBODY, max_rows=2),
        lambda about: about.counts(opened_since=date(2020, 1, 1)),
    ],
    ids=["counts", "list", "filtered list", "part of a list", "counts since a day"],
)
def test_a_table_without_the_column(demo: Running, ask: Callable[[IncidentQuestions], object]):
    """Whatever the instance makes of a condition on a column it does not have, nothing of the table is shown."""
    with pytest.raises((errors.UnexpectedAnswer, errors.AccessRefused)):
        ask(questions(demo, "change_request"))


def test_a_table_with_the_column(demo: Running):
    """Where the caller can be asked for, what is counted and listed is theirs, and nothing is nothing."""
    about = questions(demo, "incident")
    row = demo.instance.storage.rows(
        f"SELECT caller_id, COUNT(*) AS n FROM incident WHERE NOT {SECRET} GROUP BY caller_id ORDER BY n DESC LIMIT 1"
    )[0]
    caller = Caller(row["caller_id"], "", "", "")
    assert about.of_caller(caller).loaded == int(row["n"])
    assert about.counts_of_caller(caller).total >= int(row["n"])
    assert (about.counts_of_caller(NOBODY).total, about.of_caller(NOBODY).loaded) == (0, 0)
    assert about.counts(opened_since=date(2100, 1, 1)).total == 0


def test_an_empty_table(demo: Running):
    """A table without a single row has nothing of anybody's, whatever its columns are."""
    about = questions(demo, "problem")
    if demo.instance.switches.query_acl_403:
        with pytest.raises(errors.AccessRefused):
            about.counts_of_caller(NOBODY)
        return
    assert (about.counts_of_caller(NOBODY).total, about.of_caller(NOBODY).total) == (0, 0)


def test_only_hidden_rows(demo: Running):
    """A caller whose every incident is hidden from the agent has an empty list; the count in it is theirs."""
    caller = Caller("f" * 32, "", "", "")
    storage = demo.instance.storage
    if not storage.find("incident", caller_id=caller.sys_id):
        secret = storage.rows(f"SELECT * FROM incident WHERE {SECRET} LIMIT 1")[0]
        storage.insert("incident", {**secret, "sys_id": "e" * 32, "caller_id": caller.sys_id})
    found = questions(demo, "incident").of_caller(caller)
    assert (found.loaded, found.total, found.hidden) == (0, 1, 1)
