"""Records of the incident table as a frame."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.incidents.columns import COLUMNS, FIELDS, empty_frame
from snlib.incidents.frames import Built, build_frame, plain_texts
from snlib.servicenow.records import Record, record_of, rows_of
from snlib.text import plain_cell

CALLER = "a" * 32


def incident(number: int = 1, **cells: Any) -> Record:
    """Return an incident as the Table API sends it with display values; ``cells`` replaces fields, None drops one."""
    row: dict[str, Any] = {
        "sys_id": f"{number:032x}",
        "number": f"INC{number:07}",
        "short_description": "Printer is jammed",
        "state": {"value": "2", "display_value": "In Progress"},
        "priority": {"value": "3", "display_value": "3 - Moderate"},
        "urgency": {"value": "2", "display_value": "2 - Medium"},
        "impact": {"value": "2", "display_value": "2 - Medium"},
        "severity": {"value": "3", "display_value": "3 - Low"},
        "assignment_group": {"value": "b" * 32, "display_value": "Service Desk"},
        "opened_at": {"value": "2026-11-20 09:00:00", "display_value": "20.11.2026 10:00:00"},
        "caller_id": {"value": CALLER, "display_value": "Anna Berg"},
        "caller_id.name": "Anna Berg",
        "caller_id.user_name": "anna.berg@example.com",
        "caller_id.email": "anna@example.com",
    }
    row.update({key.replace("__", "."): value for key, value in cells.items()})
    return record_of({key: value for key, value in row.items() if value is not None})


def built(records: list[Record]) -> Built:
    """Return records as a frame."""
    return build_frame(rows_of(records, FIELDS))


def test_a_record_becomes_a_row():
    """Each cell stands in its column: labels from the display value, times from the stored UTC value."""
    made = built([incident()])
    row = made.frame.iloc[0]
    assert row["number"] == "INC0000001"
    assert (row["state"], row["state_value"]) == ("In Progress", "2")
    assert row["opened"] == pd.Timestamp("2026-11-20T09:00Z")
    assert (row["assignment_group"], row["assignment_group_value"]) == ("Service Desk", "b" * 32)
    assert (row["caller"], row["caller_sys_id"], row["name"]) == ("Anna Berg", CALLER, "Anna Berg")
    assert row["user_principal_name"] == "anna.berg@example.com"
    assert made.notes() == ()


def test_a_frame_with_rows_has_the_dtypes_of_the_empty_one():
    """Rows change no column and no dtype as long as the instance uses the standard choices."""
    frame = built([incident(1), incident(2)]).frame
    assert frame.dtypes.to_dict() == empty_frame().dtypes.to_dict()
    assert list(frame.columns) == list(COLUMNS)


def test_no_records_are_the_empty_frame():
    """No records give the empty frame and nothing to know."""
    made = built([])
    pd.testing.assert_frame_equal(made.frame, empty_frame())
    assert made.notes() == ()


def test_the_instances_own_choices():
    """An instance's own labels and values take their place in the order of the values."""
    frame = built(
        [
            incident(1, state={"value": "-2", "display_value": "Waiting"}),
            incident(2, state={"value": "1", "display_value": "Neu"}),
            incident(3, state={"value": "12", "display_value": ""}),
            incident(4, state={"value": "", "display_value": None}),
        ]
    ).frame
    assert frame["state"].astype(object).fillna("").tolist() == ["Waiting", "Neu", "12", ""]
    assert list(frame["state"].cat.categories[:3]) == ["Waiting", "Neu", "In Progress"]
    assert frame["state"].cat.categories[-1] == "12"
    assert frame.sort_values("state")["number"].tolist()[0] == "INC0000001"


@pytest.mark.parametrize("odd", [[1, 2], {"value": {"a": 1}, "display_value": "x"}, 1e308, float("nan")])
@pytest.mark.parametrize("name", ["short_description", "state", "opened_at", "caller_id", "caller_id__user_name"])
def test_a_cell_that_cannot_be_read_is_missing(name: str, odd: Any):
    """A cell of a wrong type is missing, is counted once, and costs neither its row nor the others."""
    made = built([incident(1, **{name: odd}), incident(2)])
    assert made.unreadable == 1
    assert made.notes() == ("1 value could not be read.",)
    assert made.frame["number"].tolist() == ["INC0000001", "INC0000002"]
    shown = {"opened_at": "opened", "caller_id": "caller"}.get(name, name)
    if shown in made.frame:
        assert made.frame[shown].isna().tolist() == [True, False]


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "2026-02-30 00:00:00", "20.11.2026 10:00", "soon"])
def test_a_time_that_is_none(text: str):
    """A text that is no time is a missing time and counted; an empty one is missing and not counted."""
    made = built([incident(1, opened_at=text), incident(2, opened_at="")])
    assert made.frame["opened"].isna().all()
    assert str(made.frame.dtypes["opened"]) == "datetime64[us, UTC]"
    assert made.unreadable == 1


def test_a_column_that_never_arrives_is_named():
    """A field that no record brought is missing in every row and named as not visible."""
    made = built([incident(1, severity=None), incident(2, severity=None)])
    assert made.frame["severity"].isna().all()
    assert made.notes() == ("Severity is not visible to you.",)


def test_text_is_made_safe():
    """Control and direction characters are gone and a cell holds at most 2,000 characters."""
    frame = built(
        [incident(1, short_description="\u202eevil\x00\nline"), incident(2, short_description="x" * 10_000)]
    ).frame
    assert frame["short_description"][0] == "evil line"
    assert len(frame["short_description"][1]) == 2_000


@pytest.mark.parametrize(
    ("user_name", "email", "shown"),
    [
        ("anna.berg@example.com", "anna@example.com", "anna.berg@example.com"),
        ("anna.berg", "anna@example.com", "anna@example.com"),
        ("anna.berg", "", "anna.berg"),
        ("", "", ""),
    ],
)
def test_user_principal_name(user_name: str, email: str, shown: str):
    """The user principal name is the user name where that is an address, else the e-mail, else the user name."""
    frame = built([incident(caller_id__user_name=user_name, caller_id__email=email)]).frame
    assert frame["user_principal_name"][0] == shown


@given(st.lists(st.none() | st.text(max_size=8) | st.sampled_from([" x", "x ", "é", "日本", "a\u200db", "x" * 3000])))
def test_a_column_is_cleaned_as_each_of_its_cells(texts: list[str | None]):
    """Cleaning a whole column gives what cleaning each cell gives, whatever is in it."""
    encodable = [text and text.encode("utf-8", "ignore").decode() for text in texts]
    column = pa.chunked_array([encodable[:2], encodable[2:]], pa.large_string())
    assert plain_texts(column).to_pylist() == [text if text is None else plain_cell(text) for text in encodable]


def test_rows_without_labels_have_the_standard_ones():
    """Where only stored values were asked for, choices have the labels ServiceNow ships."""
    frame = build_frame(rows_of([incident(1), incident(2, state="12")], FIELDS, with_labels=False)).frame
    assert frame["state"].tolist() == ["In Progress", "12"]
    assert frame["priority"].tolist() == ["3 - Moderate"] * 2
