"""What a click costs the database: a test fails when a statement creeps in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import streamlit as st
from sqlalchemy import event

from snlib.demo.server import Running
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from snlib.ui import guard
from snlib.vault import Vault
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.stores import HandClock
from tests.support import connected_desk

ONE_READ = 3
"""Statements of the one read at the start of a run: session, connector, the outlines of the tokens."""


@dataclass
class Cost:
    """What was asked of the database.

    Attributes:
        transactions: How many were begun.
        statements: Everything sent but BEGIN.
        opened: How often the vault opened something.
    """

    transactions: int = 0
    statements: list[str] = field(default_factory=list)
    opened: int = 0

    @property
    def writes(self) -> list[str]:
        """The statements that change something."""
        return [one for one in self.statements if not one.startswith("SELECT")]


@pytest.fixture
def counted(demo: Running, serve: Callable[..., Services], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """Count what a block costs; with a clock that never advances, the session's last use is not saved."""
    services = serve(demo, HandClock())
    costs: list[Cost] = []

    def executed(_connection, _cursor, statement, *_):
        for cost in costs:
            if statement.startswith("BEGIN"):
                cost.transactions += 1
            else:
                cost.statements.append(statement)

    event.listen(services.engine, "before_cursor_execute", executed)
    open_ = Vault.open

    def opened(*arguments):
        for cost in costs:
            cost.opened += 1
        return open_(*arguments)

    monkeypatch.setattr(Vault, "open", opened)

    @contextmanager
    def counting() -> Iterator[Cost]:
        cost = Cost()
        costs.append(cost)
        yield cost
        costs.remove(cost)

    yield counting
    event.remove(services.engine, "before_cursor_execute", executed)


@pytest.fixture
def screen(counted, demo: Running) -> Screen:
    """The incident list of the person with the most incidents, everything read."""
    agent = connected_desk(runtime.services(), "helpdesk-agent").agent
    return open_incidents(agent, cast.busiest(demo)).run()


def rerun(screen: Screen) -> None:
    """Run the page again."""
    screen.run()


def filter_by_state(screen: Screen) -> None:
    """Choose a state; the filter's own popover was open before."""
    screen.at.query_params["filters"] = '{"state":["7"]}'
    screen.run()


def remove_columns(screen: Screen) -> None:
    """Show one column."""
    screen.at.button_group(key="columns").set_value(["state"])
    screen.run()


@pytest.mark.parametrize("click", [rerun, filter_by_state, remove_columns])
def test_a_click_that_asks_servicenow_nothing(counted, screen: Screen, click: Callable[[Screen], None]):
    """It costs one transaction of three reads, no write, and no opening of the vault, however many rows there are."""
    with counted() as cost:
        click(screen)
    assert (cost.transactions, len(cost.statements), cost.writes, cost.opened) == (1, ONE_READ, [], 0)


def test_a_fragment_that_runs_alone(counted, screen: Screen, monkeypatch: pytest.MonkeyPatch):
    """A part of the page that runs without the rest reads the same, once."""
    monkeypatch.setattr(st, "user", {"session": screen.at.user["session"]})
    with counted() as cost:
        assert guard.current_desk() is not None
    assert (cost.transactions, len(cost.statements), cost.writes, cost.opened) == (1, ONE_READ, [], 0)


def test_a_tab_seen_before(counted, screen: Screen, demo: Running):
    """Going back to a tab whose answers are still kept costs what a rerun costs."""
    agent = connected_desk(runtime.services(), "helpdesk-agent").agent
    summary = open_person(agent, cast.busiest(demo)).run()
    with counted() as cost:
        summary.at.session_state["tab"] = "ServiceNow incidents"
        summary.at.session_state["tab"] = "Summary"
        summary.run()
    assert (cost.transactions, len(cost.statements), cost.writes, cost.opened) == (1, ONE_READ, [], 0)


def test_another_person(counted, screen: Screen, demo: Running):
    """Opening a person costs two transactions an act (may they? it was done) and those of the calls that are made."""
    other = cast.named(demo, "Mia Novak")
    with counted() as cost:
        screen.at.query_params["person"] = other["id"]
        screen.run()
    # the run; person, photo, match and list, of which two leave a line; ServiceNow's two calls as above
    assert cost.transactions <= 18
    assert cost.opened <= 4


def test_refresh(counted, screen: Screen):
    """Reading list and devices again costs two acts with their lines, and one call's connector, switch and token."""
    with counted() as cost:
        screen.press("Refresh")
    # the run; twice: may they, and the line of the log; connector, secret, switch and token of the one call
    assert (cost.transactions, cost.opened) == (9, 2)
    assert sum(one.startswith("INSERT INTO audit_event") for one in cost.writes) == 2
