"""Records: every documented shape of a cell in one form."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.servicenow.records import Cell, Record, parse_timestamp, record_of

KEY = "0f3c53cc611227c000bbd1bd8cd20051"
LINK = f"https://acme.service-now.com/api/now/table/sys_user/{KEY}"


@pytest.mark.parametrize(
    ("raw", "value", "display"),
    [
        ("INC0010001", "INC0010001", "INC0010001"),
        ("", "", ""),
        (None, "", ""),
        ({"display_value": "In Progress", "value": "2"}, "2", "In Progress"),
        ({"display_value": None, "value": ""}, "", ""),
        ({"display_value": "", "value": ""}, "", ""),
        ({"display_value": "Ada Example", "link": LINK, "value": KEY}, KEY, "Ada Example"),
        ({"display_value": "Ada Example", "link": LINK}, KEY, "Ada Example"),
        ({"link": LINK, "value": KEY}, KEY, KEY),
        ({"display_value": "global", "link": "https://acme/api/now/table/sys_user_group/global"}, "global", "global"),
        (True, "true", "true"),
        (7, "7", "7"),
    ],
)
def test_each_documented_shape_is_one_cell(raw: Any, value: str, display: str) -> None:
    """The vendor's shapes for false, true and all, with and without link, all end as value and display value."""
    found = record_of({"field": raw})
    assert found["field"] == Cell(value, display)
    assert found.unreadable == frozenset()


@pytest.mark.parametrize(
    "raw", [[], [1], {}, {"value": []}, {"value": {"a": 1}}, 1e308, {"display_value": 1.5, "value": ""}]
)
def test_an_unknown_shape_is_an_empty_cell_and_said(raw: Any) -> None:
    """A cell nobody promised is empty and named, and the row is kept."""
    found = record_of({"number": "INC1", "field": raw})
    assert found["field"] == Cell("", "")
    assert found.unreadable == {"field"}
    assert found.value("number") == "INC1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=12), JSON, max_size=5))
def test_any_row_becomes_a_record(row: dict[str, Any]) -> None:
    """Whatever a row holds, each of its fields is a cell of two texts."""
    found = record_of(row)
    assert set(found) == set(row)
    assert all(isinstance(cell.value, str) and isinstance(cell.display_value, str) for cell in found.values())
    assert found.unreadable <= set(row)


def test_a_field_that_did_not_arrive_is_not_in_the_record() -> None:
    """Hidden by an access control rule differs from empty."""
    found = record_of({"sys_id": KEY, "state": ""})
    assert "state" in found
    assert "priority" not in found
    assert (found.value("priority"), found.display_value("priority"), parse_timestamp("")) == ("", "", None)
    with pytest.raises(KeyError):
        found["priority"]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-08-24 07:15:00", datetime(2026, 8, 24, 7, 15, tzinfo=UTC)),
        ("", None),
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("2026-02-30 07:15:00", None),
        ("2026-08-24", None),
        ("24.08.2026 09:15:00", None),
        ("２０２６-08-24 07:15:00", None),
        ("UNKNOWN", None),
        ("2026-08-24 07:15:00 ", None),
    ],
)
def test_times_are_utc_or_nothing(value: str, moment: datetime | None) -> None:
    """Only the stored form is a time; display forms and impossible dates are none."""
    assert moment == parse_timestamp(value)


def test_a_record_in_a_log_line_shows_no_personal_data() -> None:
    """A repr names the row and repeats nothing of it."""
    found = record_of({"sys_id": KEY, "email": "ada@example.com"})
    assert repr(found) == f"<Record {KEY} with 2 fields>"


def test_a_record_can_be_copied_and_kept() -> None:
    """A cache may store records and give equal ones back."""
    found = record_of({"sys_id": KEY, "state": {"display_value": "New", "value": "1"}, "bad": []})
    for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert isinstance(again, Record)
        assert again == found
        assert again.unreadable == {"bad"}
