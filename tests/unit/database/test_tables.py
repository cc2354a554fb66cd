"""The tables."""

from sqlalchemy import DateTime

from snlib.database.tables import metadata
from snlib.database.types import UtcDateTime

TABLES = {
    "agent_session",
    "audit_event",
    "authorization_request",
    "connector",
    "connector_test",
    "meta",
    "person_caller",
    "recent_person",
    "token",
}


def test_the_list_of_tables():
    """What is stored is this; a new table shows here and in the documentation of stored data."""
    assert set(metadata.tables) == TABLES


def test_every_time_is_utc():
    """No column has a date type of which SQLite would drop the zone."""
    times = [column for table in metadata.tables.values() for column in table.c if isinstance(column.type, DateTime)]
    assert times == []
    assert any(isinstance(column.type, UtcDateTime) for column in metadata.tables["token"].c)


def test_secrets_only_in_sealed_columns():
    """A column whose name speaks of a secret says that it is sealed or hashed."""
    words = ("secret", "verifier", "password", "cookie", "state", "access_token", "refresh_token")
    names = [column.name for table in metadata.tables.values() for column in table.c]
    suspicious = [name for name in names if any(word in name for word in words)]
    assert sorted(suspicious) == ["client_secret_sealed", "secret_sealed", "state_hash", "verifier_sealed"]
