"""The columns of an incident list."""

import pandas as pd

from snlib.incidents.columns import (
    COLUMNS,
    EXCHANGED,
    EXCHANGED_FIELDS,
    FIELDS,
    STANDARD_LABELS,
    choice_dtype,
    empty_frame,
    value_order,
)


def test_the_thirteen_fields():
    """The exchanged fields are exactly the thirteen of Intune's connector."""
    assert set(EXCHANGED) == {
        *("caller", "name", "number", "user_principal_name", "urgency", "impact", "severity", "assignment_group"),
        *("opened", "state", "priority", "short_description", "sys_id"),
    }
    assert len(EXCHANGED) == len(EXCHANGED_FIELDS) == len(set(EXCHANGED_FIELDS)) == 13
    assert set(EXCHANGED_FIELDS) < set(FIELDS)


def test_an_empty_frame_has_every_column_and_dtype():
    """Without rows a frame still has every column with its dtype: Arrow strings, ordered categories, UTC times."""
    frame = empty_frame()
    assert list(frame.columns) == list(COLUMNS)
    assert frame.dtypes["number"] == "str"
    assert frame.dtypes["number"].storage == "pyarrow"
    assert str(frame.dtypes["opened"]) == "datetime64[us, UTC]"
    for key in STANDARD_LABELS:
        assert isinstance(frame.dtypes[key], pd.CategoricalDtype)
        assert frame.dtypes[key].ordered


def test_choices_are_ordered_by_value():
    """Labels stand in the order of their stored values, numbers by size; a label of two values stands once."""
    labels = {"10": "Ten", "2": "Two", "x": "Text", "-2": "Minus", "3": "Two"}
    assert list(choice_dtype(labels).categories) == ["Minus", "Two", "Ten", "Text"]


def test_the_empty_value_comes_last():
    """In the order of values, an empty one comes after numbers and texts, and "²" is no number."""
    assert sorted(["", "b", "²", "10", "9", "1.5", "-5"], key=value_order) == ["-5", "1.5", "9", "10", "b", "²", ""]
