"""Our column types."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from snlib.database.engine import reading, writing
from snlib.database.tables import audit_event
from snlib.database.types import UtcDateTime
from snlib.errors import StoreError
from tests.stores import sqlite_file

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)


@given(moment=MOMENTS, dialect=st.sampled_from([sqlite.dialect(), postgresql.dialect()]))
def test_a_moment_comes_back_as_the_same_moment_in_utc(moment: datetime, dialect):
    """Whatever zone it was given in, a stored moment is the same one afterwards, aware and in UTC."""
    column = UtcDateTime()
    found = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


def test_none_stays_none():
    """A missing time is missing on both ways."""
    column, dialect = UtcDateTime(), sqlite.dialect()
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None


def test_a_naive_time_is_refused(tmp_path: Path):
    """A time without zone cannot be stored."""
    row = {"agent_key": "", "agent_name": "", "action": "a", "target": "", "outcome": "ok", "detail": ""}
    with sqlite_file(tmp_path) as engine, pytest.raises(StoreError), writing(engine) as connection:
        connection.execute(insert(audit_event).values(at=datetime(2026, 1, 1), **row))


def test_times_compare_in_the_database(tmp_path: Path):
    """A condition on a stored time holds across zones."""
    row = {"agent_key": "", "agent_name": "", "action": "a", "target": "", "outcome": "ok", "detail": ""}
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    with sqlite_file(tmp_path) as engine:
        with writing(engine) as connection:
            connection.execute(insert(audit_event).values(at=noon.astimezone(timezone(timedelta(hours=9))), **row))
        with reading(engine) as connection:
            later = select(audit_event.c.at).where(audit_event.c.at < noon + timedelta(seconds=1))
            assert connection.scalars(later).all() == [noon]
            assert connection.scalars(select(audit_event.c.at).where(audit_event.c.at < noon)).all() == []
