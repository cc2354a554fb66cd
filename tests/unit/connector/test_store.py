"""The connector in the database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from snlib.connector.model import ConnectionStatus, ValidConnector
from snlib.connector.store import ConnectorStore
from snlib.database.engine import reading
from snlib.database.tables import connector
from snlib.errors import StoreError
from tests.stores import START, HandClock, make_agent, make_vault, sqlite_file

ANNA = make_agent("Anna")
BO = make_agent("Bo")
VALID = ValidConnector(True, "https://acme.service-now.com", "/api/now/table/incident", "0123456789abcdef")
WITH_SECRET = replace(VALID, client_secret=SecretStr("hunter2"))


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
def store(engine: Engine, clock: HandClock) -> ConnectorStore:
    """Return the store under test."""
    return ConnectorStore(engine, make_vault(), clock)


def secret_of(store: ConnectorStore) -> str | None:
    """Return the saved secret."""
    secret = store.secret()
    return secret.get_secret_value() if secret else None


def test_before_the_first_save(store: ConnectorStore):
    """An empty database is a connector that is not configured."""
    saved = store.load()
    assert (saved.status, saved.version, saved.has_secret) == (ConnectionStatus.NOT_CONFIGURED, 0, False)
    assert store.secret() is None


def test_what_is_saved_comes_back(store: ConnectorStore):
    """All fields come back, with who saved and when; the secret only by a method of its own."""
    saved = store.save(WITH_SECRET, ANNA, expected_version=0)
    assert saved == store.load()
    assert (saved.instance_url, saved.incident_api_path, saved.client_id, saved.version) == (
        VALID.instance_url,
        VALID.incident_api_path,
        VALID.client_id,
        1,
    )
    assert (saved.updated_by, saved.updated_at, saved.toggled_by, saved.toggled_at) == ("Anna", START, "Anna", START)
    assert saved.has_secret
    assert "hunter2" not in repr(saved)
    assert secret_of(store) == "hunter2"


def test_the_database_does_not_hold_the_secret(engine: Engine, store: ConnectorStore):
    """What is stored of the secret is sealed."""
    store.save(WITH_SECRET, ANNA, expected_version=0)
    with reading(engine) as connection:
        assert "hunter2" not in str(connection.execute(connector.select()).all())


def test_a_blank_secret_keeps_the_saved_one(store: ConnectorStore):
    """Saving without a typed secret leaves it as it is."""
    store.save(WITH_SECRET, ANNA, expected_version=0)
    store.save(replace(VALID, incident_api_path="/api/now/v2/table/incident"), ANNA, expected_version=1)
    assert secret_of(store) == "hunter2"


@pytest.mark.parametrize(
    "changed",
    [replace(VALID, instance_url="https://evil.service-now.com"), replace(VALID, client_id="fedcba9876543210")],
)
def test_a_saved_secret_never_follows_to_another_host_or_client(store: ConnectorStore, changed: ValidConnector):
    """Changing host or client without typing the secret again forgets it, before a test and after saving."""
    store.save(WITH_SECRET, ANNA, expected_version=0)
    assert store.secret_for(changed) is None
    store.save(changed, BO, expected_version=1)
    assert store.secret() is None


def test_the_secret_to_try_with(store: ConnectorStore):
    """A typed secret is tried; without one, the saved one of the same host and client."""
    store.save(WITH_SECRET, ANNA, expected_version=0)
    typed = store.secret_for(replace(VALID, client_secret=SecretStr("typed")))
    saved = store.secret_for(VALID)
    assert typed is not None
    assert saved is not None
    assert (typed.get_secret_value(), saved.get_secret_value()) == ("typed", "hunter2")


@pytest.mark.parametrize("expected_version", [0, 2])
def test_the_second_of_two_administrators_is_told_who_was_first(store: ConnectorStore, expected_version: int):
    """Saving on top of a version one has not seen is refused, and nothing is lost."""
    store.save(VALID, BO, expected_version=0)
    with pytest.raises(StoreError) as caught:
        store.save(replace(VALID, client_id="fedcba9876543210"), ANNA, expected_version=expected_version)
    assert caught.value.user_message == (
        "Settings were changed by Bo at 09:00 UTC. Your values are kept below; review and save again."
    )
    assert store.load().client_id == VALID.client_id


def test_switching_off_says_who_and_when(store: ConnectorStore, clock: HandClock):
    """Only a change of the toggle counts as switching."""
    store.save(VALID, ANNA, expected_version=0)
    clock.advance(hours=1)
    store.save(replace(VALID, enabled=False), BO, expected_version=1)
    clock.advance(hours=1)
    saved = store.save(replace(VALID, enabled=False), ANNA, expected_version=2)
    assert (saved.status, saved.toggled_by, saved.updated_by) == (ConnectionStatus.DISABLED, "Bo", "Anna")
    assert (saved.updated_at - saved.toggled_at).total_seconds() == 3600  # type: ignore[operator]


def test_the_toggle_alone(store: ConnectorStore):
    """Switching off and on again leaves everything else, verification included."""
    before = store.save(WITH_SECRET, ANNA, expected_version=0, verified_at=START)
    off = store.set_enabled(BO, enabled=False, expected_version=1)
    on = store.set_enabled(BO, enabled=True, expected_version=2)
    assert (off.status, on.status, on.version) == (ConnectionStatus.DISABLED, ConnectionStatus.VERIFIED, 3)
    assert (on.client_id, on.toggled_by, secret_of(store)) == (before.client_id, "Bo", "hunter2")
    with pytest.raises(StoreError, match="version 1 expected, 3 found"):
        store.set_enabled(ANNA, enabled=False, expected_version=1)


def test_the_toggle_before_the_first_save(store: ConnectorStore):
    """There is nothing to switch before there are settings."""
    with pytest.raises(StoreError, match="no connector settings yet"):
        store.set_enabled(ANNA, enabled=True, expected_version=0)


def test_saved_verified(store: ConnectorStore, clock: HandClock):
    """Settings whose test passed are verified from the first save, since their test: ServiceNow answered then."""
    clock.advance(minutes=5)
    saved = store.save(VALID, ANNA, expected_version=0, verified_at=START)
    assert (saved.status, saved.verified_by, saved.verified_at) == (ConnectionStatus.VERIFIED, "Anna", START)
    assert saved.last_connection_at == START


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        (VALID, ConnectionStatus.VERIFIED),
        (WITH_SECRET, ConnectionStatus.VERIFIED),
        (replace(VALID, enabled=False), ConnectionStatus.DISABLED),
        (replace(VALID, client_secret=SecretStr("new")), ConnectionStatus.NOT_VERIFIED),
        (replace(VALID, client_id="fedcba9876543210"), ConnectionStatus.NOT_VERIFIED),
        (replace(VALID, incident_api_path="/api/now/table/problem"), ConnectionStatus.NOT_VERIFIED),
    ],
)
def test_what_differs_from_the_verified_is_not_verified(
    store: ConnectorStore, changed: ValidConnector, status: ConnectionStatus
):
    """Saved without a test, the very same settings stay verified; the switch and the same secret are no difference."""
    store.save(WITH_SECRET, ANNA, expected_version=0, verified_at=START)
    saved = store.save(changed, ANNA, expected_version=1)
    assert saved.status is status
    known = (START, "Anna", START) if status is not ConnectionStatus.NOT_VERIFIED else (None, "", None)
    assert (saved.verified_at, saved.verified_by, saved.last_connection_at) == known


def test_a_secret_that_cannot_be_opened_any_more(engine: Engine, store: ConnectorStore, clock: HandClock):
    """After the encryption key was lost the secret is typed again; whether it is the same cannot be known."""
    store.save(WITH_SECRET, ANNA, expected_version=0, verified_at=START)
    other = ConnectorStore(engine, make_vault(), clock)
    assert other.save(VALID, ANNA, expected_version=1).status is ConnectionStatus.VERIFIED
    assert other.save(WITH_SECRET, ANNA, expected_version=2).status is ConnectionStatus.NOT_VERIFIED
    assert secret_of(other) == "hunter2"


def test_marks_count_only_for_the_settings_they_speak_of(store: ConnectorStore):
    """A test's outcome that comes after other settings were saved changes nothing."""
    saved = store.save(VALID, ANNA, expected_version=0)
    store.mark_verified(ANNA, saved.version + 1)
    store.mark_failed("why", saved.version - 1)
    assert store.load() == saved
    store.mark_failed("The table could not be read.", saved.version)
    assert (store.load().status, store.load().failure) == (ConnectionStatus.FAILED, "The table could not be read.")
    store.mark_verified(ANNA, saved.version)
    assert (store.load().status, store.load().failure) == (ConnectionStatus.VERIFIED, "")


def test_a_failure_ends_verified_only_where_it_is_proven(store: ConnectorStore):
    """A failure leaves what was verified before, until a test shows that the settings do not work."""
    saved = store.save(VALID, ANNA, expected_version=0, verified_at=START)
    store.mark_failed("It was refused once.", saved.version)
    assert (store.load().status, store.load().verified_at) == (ConnectionStatus.FAILED, START)
    store.mark_failed("The caller cannot be read.", saved.version, disproved=True)
    assert (store.load().status, store.load().verified_at) == (ConnectionStatus.FAILED, None)


def test_marks_before_the_first_save_do_nothing(store: ConnectorStore):
    """Without settings there is nothing to mark."""
    store.mark_verified(ANNA, 0)
    store.touch_last_connection(store.load())
    assert store.load().version == 0


def test_the_last_connection(store: ConnectorStore, clock: HandClock):
    """It is noted, at most every ten seconds, and does not count as a save."""
    store.save(VALID, ANNA, expected_version=0)
    store.touch_last_connection(store.load())
    clock.advance(seconds=9)
    store.touch_last_connection(store.load())
    assert store.load().last_connection_at == START
    clock.advance(seconds=1)
    store.touch_last_connection(store.load())
    assert store.load().last_connection_at == clock.now
    assert store.load().version == 1
