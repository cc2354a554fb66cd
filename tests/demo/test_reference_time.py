"""The reference time: the same data at any moment, their dates moved by whole days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from snlib.demo.core.instance import DEFAULT_AS_OF, Setup
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import from_text
from snlib.demo.server import build_instance

FORMS = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d": "%Y-%m-%d %H:%M:%S",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ": "%Y-%m-%dT%H:%M:%SZ",
    r"\d{1,2}/\d{1,2}/\d{4}_\d\d:\d\d [AP]M": "%m/%d/%Y_%I:%M %p",
}
"""How dates are written: ServiceNow's, Graph's, and the one in the names that Intune gives devices."""


def everything(storage: Storage, moved: timedelta = timedelta()) -> dict[str, list[dict[str, str]]]:
    """Every row but the passwords', with its dates moved; durations, counted from 1970, and "never" stay."""

    def text(value: str) -> str:
        for pattern, form in FORMS.items():
            value = re.sub(pattern, lambda found, form=form: date(found[0], form), value)
        return value

    def date(written: str, form: str) -> str:
        moment = datetime.strptime(written, form).replace(tzinfo=UTC)
        return str(moment + moved if 1999 < moment.year < 9999 else moment)

    names = [row["name"] for row in storage.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: storage.rows(f'SELECT * FROM "{name}"') for name in names if name != "demo_password"}
    return {
        name: [{key: text(str(value)) for key, value in row.items()} for row in found] for name, found in rows.items()
    }


def filled(as_of: datetime) -> Storage:
    """The database of an instance with this reference time."""
    return build_instance("http://127.0.0.1:1", Setup(seed=3, incidents=120, as_of=as_of), control=False)[0].storage


@pytest.fixture(scope="module")
def made() -> Iterator[Storage]:
    """The database of the default reference time."""
    storage = filled(DEFAULT_AS_OF)
    yield storage
    storage.close()


@pytest.mark.parametrize(
    "as_of",
    [
        DEFAULT_AS_OF + timedelta(hours=1),
        DEFAULT_AS_OF + timedelta(hours=23, minutes=59, seconds=59),
        DEFAULT_AS_OF + timedelta(days=1),
        DEFAULT_AS_OF - timedelta(seconds=1),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-11))),
    ],
    ids=str,
)
def test_another_moment_moves_dates_by_whole_days_and_changes_nothing_else(made: Storage, as_of: datetime) -> None:
    """At any moment a seed gives the same rows of every table, their dates moved by the whole days in between."""
    first = everything(made, timedelta(days=(as_of - DEFAULT_AS_OF) // timedelta(days=1)))
    storage = filled(as_of)
    later = everything(storage)
    newest = max(from_text(incident["opened_at"]) for incident in storage.find("incident"))
    storage.close()
    assert as_of - timedelta(days=3) < newest < as_of
    for table, rows in first.items():
        assert len(later[table]) == len(rows), table
        assert [pair for pair in zip(rows, later[table], strict=True) if pair[0] != pair[1]][:1] == [], table
