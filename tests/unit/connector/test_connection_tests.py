"""Connection tests in the database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from snlib.connector.connection_tests import CheckResult, ConnectionTests
from snlib.connector.model import ValidConnector
from snlib.database.engine import reading
from snlib.database.tables import connector_test
from snlib.errors import StoreError
from tests.stores import HandClock, make_agent, make_vault, sqlite_file

ANNA = make_agent("Anna")
SECRET = SecretStr("hunter2")
VALID = ValidConnector(
    True, "https://acme.service-now.com", "/api/now/table/incident", "0123456789abcdef", client_secret=SECRET
)
HOST = CheckResult("host", "Host reached", "ok", "It answered.")


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that never advances."""
    return HandClock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of the test's own."""
    with sqlite_file(tmp_path) as engine:
        yield engine


@pytest.fixture
def tests(engine: Engine, clock: HandClock) -> ConnectionTests:
    """Return the store under test."""
    return ConnectionTests(engine, make_vault(), clock)


def test_a_test_remembers_what_it_tries(engine: Engine, tests: ConnectionTests):
    """The settings come back without the secret, which has a method of its own and is sealed in the database."""
    test_id = tests.start(ANNA, VALID, SECRET)
    test = tests.load(test_id, ANNA)
    assert test.valid == replace(VALID, client_secret=None)
    assert (test.steps, test.finished, test.passed) == ((), False, False)
    found = tests.secret(test_id)
    assert found is not None
    assert found.get_secret_value() == "hunter2"
    with reading(engine) as connection:
        assert "hunter2" not in str(connection.execute(connector_test.select()).all())


def test_no_secret_is_none(tests: ConnectionTests):
    """A public client's test has no secret."""
    assert tests.secret(tests.start(ANNA, VALID, None)) is None


def test_steps_stand_in_order_and_are_replaced(tests: ConnectionTests):
    """A step recorded again replaces the earlier record."""
    test_id = tests.start(ANNA, VALID, SECRET)
    waiting = CheckResult("consent", "Consent given", "waiting")
    given = CheckResult("consent", "Consent given", "ok", "Allowed.")
    for step in (HOST, waiting, CheckResult("token", "Token received", "warning", "30 minutes"), given):
        tests.record(test_id, step)
    test = tests.load(test_id, ANNA)
    assert [step.key for step in test.steps] == ["host", "consent", "token"]
    assert test.steps[1] == given
    assert test.has("token")
    assert not test.has("table")


@pytest.mark.parametrize(
    ("outcome", "passed"), [("ok", True), ("warning", True), ("failed", False), ("waiting", False), ("skipped", False)]
)
def test_when_a_test_has_passed(tests: ConnectionTests, clock: HandClock, outcome, passed: bool):
    """A test has passed when it is over and no step failed."""
    test_id = tests.start(ANNA, VALID, SECRET)
    tests.record(test_id, HOST)
    tests.record(test_id, CheckResult("table", "Table readable", outcome, "text"))
    assert not tests.load(test_id, ANNA).passed
    clock.advance(minutes=2)
    tests.finish(test_id)
    test = tests.load(test_id, ANNA)
    assert (test.passed, test.finished_at) == (passed, clock.now)
    assert test.failure == ("text" if outcome == "failed" else "")


def test_a_test_is_its_agents_and_sessions_own(tests: ConnectionTests):
    """Somebody else, or the same agent in another session, finds nothing."""
    test_id = tests.start(ANNA, VALID, SECRET)
    for other in (make_agent("Bo"), make_agent("Anna", session="2")):
        with pytest.raises(StoreError, match="another agent or session"):
            tests.load(test_id, other)
        assert tests.latest(other) is None


def test_an_unknown_test(tests: ConnectionTests):
    """An unknown id is an error that says so, for each way to use it."""
    for use in (lambda: tests.load("x", ANNA), lambda: tests.secret("x"), lambda: tests.record("x", HOST)):
        with pytest.raises(StoreError, match="no longer exists"):
            use()


def test_the_latest_test(tests: ConnectionTests, clock: HandClock):
    """The newest of several is the one that counts."""
    assert tests.latest(ANNA) is None
    tests.start(ANNA, VALID, SECRET)
    clock.advance(seconds=1)
    newest = tests.start(ANNA, VALID, SECRET)
    latest = tests.latest(ANNA)
    assert latest is not None
    assert latest.id == newest


def test_old_tests_are_forgotten(tests: ConnectionTests, clock: HandClock):
    """After a day a test and its secret are gone."""
    old = tests.start(ANNA, VALID, SECRET)
    clock.advance(days=1, seconds=1)
    tests.start(ANNA, VALID, SECRET)
    with pytest.raises(StoreError):
        tests.secret(old)


@pytest.mark.parametrize(
    ("valid", "secret", "proven"),
    [
        (VALID, SECRET, True),
        (replace(VALID, enabled=False), SECRET, True),
        (VALID, SecretStr("another"), False),
        (VALID, None, False),
        (replace(VALID, client_id="fedcba9876543210"), SECRET, False),
    ],
)
def test_what_a_test_tried(tests: ConnectionTests, valid: ValidConnector, secret: SecretStr | None, proven: bool):
    """A test tried exactly its settings with exactly its secret, whether switched on or not."""
    assert tests.tried(tests.load(tests.start(ANNA, VALID, SECRET), ANNA), valid, secret) is proven
