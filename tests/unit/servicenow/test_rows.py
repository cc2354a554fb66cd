"""Rows in columns: the quick reading of regular answers, and the careful one of the others."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.errors import UnexpectedAnswer
from snlib.servicenow.protocol import decipher
from snlib.servicenow.records import UNREADABLE, label_of, labels, read_regular, record_of, records_of, rows_of, values

KEY = "0f3c53cc611227c000bbd1bd8cd20051"
NAMES = ("sys_id", "number", "state")
JSON = {"Content-Type": "application/json"}


def body_of(rows: list[Any]) -> bytes:
    """Return an answer as compact as a real instance writes it."""
    return json.dumps({"result": rows}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def carefully(rows: list[dict[str, Any]], *, with_labels: bool) -> pa.Table:
    """Return rows read cell by cell."""
    return rows_of(map(record_of, rows), NAMES, with_labels=with_labels)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELL = st.fixed_dictionaries({"display_value": TEXT, "value": TEXT}) | st.just({"display_value": None, "value": ""})


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), CELL), max_size=6))
@settings(deadline=None)
def test_a_regular_answer_with_labels_is_read_quickly_and_alike(rows: list[dict[str, Any]]) -> None:
    """Whatever texts and missing fields: the quick reading takes it, and finds what the careful one finds."""
    assert read_regular(body_of(rows), NAMES, with_labels=True) == carefully(rows, with_labels=True)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), TEXT), max_size=6))
@settings(deadline=None)
def test_a_regular_answer_without_labels_is_read_quickly_and_alike(rows: list[dict[str, Any]]) -> None:
    """The same for plain values."""
    assert read_regular(body_of(rows), NAMES, with_labels=False) == carefully(rows, with_labels=False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"result":[{"number":{"display_value":"a","value":"a"},"number":{"display_value":"b","value":"b"}}]}',
        b'{"result":[{"number":{"display_value":"a","value":"a","value":"b"}}]}',
        b'{"result":[{"number":{"display_value":"a","value":"a"},"number" :{"display_value":"b","value":"b"}}]}',
        b'{"result":[{"number":null}]}',
        b'{"result":[{"number":"a"}]}',
        b'{"result":[{"number":{"value":"a"}}]}',
        b'{"result":[{"number":{"display_value":"a","value":1}}]}',
        b'{"result":[{"number":{"display_value":"a","value":NaN}}]}',
        b'{"result":[{"number":{"display_value":"\\ud800","value":"a"}}]}',
        b'{"result":[{"number":{"display_value":"\xff","value":"a"}}]}',
        b'{"result":[{"other":{"display_value":"a","value":"a"}}]}',
        b'{"result":[null]}',
        b'{"result":[],"error":null}',
        b'{"result":null}',
        b"null",
        b"",
        b"[" * 100_000,
    ],
)
def test_an_answer_of_another_form_is_left_to_the_careful_reading(body: bytes) -> None:
    """Keys that come twice, wrong types, unknown fields, broken text: none of it is guessed at."""
    assert read_regular(body, NAMES, with_labels=True) is None


def test_an_odd_cell_costs_itself_only() -> None:
    """A number of a wrong type is missing and named; its row and the other rows are whole."""
    rows = [{"sys_id": KEY, "number": [1], "state": {"display_value": "New", "value": "1"}}, {"sys_id": "b" * 32}]
    page = decipher(200, JSON, body_of(rows), fields=NAMES)
    assert values(page.rows, "number").to_pylist() == [None, None]
    assert labels(page.rows, "state").to_pylist() == ["New", None]
    assert page.rows[UNREADABLE].to_pylist() == ["number", None]


def test_a_lone_surrogate_is_left_out() -> None:
    """JSON can carry half a character, a column cannot."""
    page = decipher(200, JSON, b'{"result":[{"sys_id":"a","number":"x\\ud800y"}]}', fields=NAMES, labels=False)
    assert values(page.rows, "number").to_pylist() == ["xy"]


def test_without_labels_the_stored_value_stands_for_them() -> None:
    """Rows read without labels have no columns of labels; whoever asks for one gets what is stored."""
    page = decipher(200, JSON, body_of([{"sys_id": KEY, "state": "1"}]), fields=NAMES, labels=False)
    assert label_of("state") not in page.rows.column_names
    assert labels(page.rows, "state").to_pylist() == ["1"]
    assert values(page.rows, "not_asked").to_pylist() == [None]


def test_rows_and_records_say_the_same() -> None:
    """A record made of a row has its cells, misses what did not arrive and knows what could not be read."""
    row = {"sys_id": KEY, "number": {"display_value": "INC1", "value": "INC1"}, "state": {}}
    (record,) = records_of(carefully([row], with_labels=True))
    assert record == record_of(row)
    assert record.unreadable == {"state"}
    assert "state" in record


ODD_ROWS = [
    ("null", 1, frozenset()),
    ("[1]", 1, frozenset()),
    ('"text"', 1, frozenset()),
    ("{}", 1, frozenset()),
    ('{"number":"INC2"}', 1, frozenset()),
    ('{"sys_id":"","number":"INC2"}', 1, frozenset()),
    ('{"sys_id":null,"number":"INC2"}', 1, frozenset()),
    ('{"sys_id":NaN,"number":"INC2"}', 1, frozenset()),
    ('{"sys_id":"b","sys_id":"c","number":"INC2"}', 1, frozenset()),
    ('{"sys_id":"b","number":"INC2","number":"INC3"}', 0, {"number"}),
    ('{"sys_id":"b","number":NaN}', 0, {"number"}),
    ('{"sys_id":"b","number":-Infinity}', 0, {"number"}),
    ('{"sys_id":"b","number":' + "9" * 5000 + "}", 0, {"number"}),
    ('{"sys_id":"b","number":{"value":"INC2","value":"INC3","display_value":"x"}}', 0, {"number"}),
    ('{"sys_id":"b","number":{"value":NaN,"display_value":"x"}}', 0, {"number"}),
    ('{"sys_id":"b","number":[]}', 0, {"number"}),
]


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize(("odd", "lost", "unreadable"), ODD_ROWS)
def test_one_odd_row_costs_itself(odd: str, lost: int, unreadable: set[str], labels: bool) -> None:
    """Whatever one row or cell is, the rows beside it are read, and what is lost is counted."""
    body = f'{{"result":[{{"sys_id":"a","number":"INC1"}},{odd},{{"sys_id":"z","number":"INC9"}}]}}'.encode()
    page = decipher(200, {**JSON, "X-Total-Count": "3"}, body, fields=("number",), labels=labels)
    found = {record.sys_id: record for record in page.records}
    assert (found["a"].value("number"), found["z"].value("number")) == ("INC1", "INC9")
    assert (page.unreadable, len(found), page.total) == (lost, 3 - lost, 3)
    if not lost:
        assert found["b"].unreadable == unreadable


def test_a_list_that_stands_twice_is_refused() -> None:
    """Which of two lists is the answer nobody knows."""
    with pytest.raises(UnexpectedAnswer):
        decipher(200, JSON, b'{"result":[],"result":[{"sys_id":"a"}]}')
