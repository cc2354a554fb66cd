"""Encoded queries: what was meant is what is sent, or nothing is sent."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.demo.servicenow.query.nodes import Condition as Read
from snlib.demo.servicenow.query.nodes import Order
from snlib.demo.servicenow.query.parser import parse
from snlib.errors import InvalidInput
from snlib.servicenow.encoded_query import Condition, Query, can_be_sent, checked_value, field

SYS_ID = "5137153cc611227c000bbd1bd8cd2005"
HOSTILE = st.lists(
    st.sampled_from(
        [
            "^",
            "＾",
            "^OR",
            "^NQ",
            "^EQ",
            "ORDERBY",
            "javascript:",
            "STANCEOF",
            "=",
            "LIKE",
            "IN",
            ",",
            "@",
            "%5E",
            " ",
            "x",
        ]
    ),
    max_size=6,
).map("".join)
TEXT = st.text(max_size=40) | HOSTILE
OPERATORS = {"equals": "=", "contains": "LIKE"}


@given(
    text=TEXT, operator=st.sampled_from(sorted(OPERATORS)), name=st.sampled_from(["number", "caller_id.email", "u_a1"])
)
@settings(max_examples=1000)
def test_a_value_is_sent_as_it_is_or_not_at_all(text: str, operator: str, name: str) -> None:
    """For any text, reading our own query back gives exactly the one condition that was meant."""
    try:
        condition: Condition = getattr(field(name), operator)(text)
    except InvalidInput:
        return
    encoded = Query().where(field("active").equals("true")).where(condition).encode(ordered=False)
    read = parse(encoded)
    wanted = Read(name, OPERATORS[operator], unicodedata.normalize("NFC", text))
    assert read.segments == (((Read("active", "=", "true"),), (wanted,)),)
    assert read.order == ()


@given(values=st.lists(TEXT, min_size=1, max_size=5))
@settings(max_examples=500)
def test_one_of_any_values_that_can_be_sent(values: list[str]) -> None:
    """Whatever values can be sent, commas and the empty one among them, are asked for exactly, and in one group."""
    chosen = {value for value in values if not value or can_be_sent(value)}
    if not chosen:
        return
    query = Query().where(field("active").equals("true")).any_of(*field("state").one_of(chosen))
    (segment,) = parse(query.encode(ordered=False)).segments
    always, asked = segment
    assert always == (Read("active", "=", "true"),)
    found: list[str] = []
    for one in asked:
        assert one.field == "state"
        found += one.value.split(",") if one.operator == "IN" else ["" if one.operator == "ISEMPTY" else one.value]
    assert sorted(found) == sorted(chosen)


@given(values=st.lists(TEXT, min_size=1, max_size=4))
@settings(max_examples=500)
def test_a_list_is_sent_as_it_is_or_not_at_all(values: list[str]) -> None:
    """For lists: as many values arrive as were given, and the same."""
    try:
        condition = field("state").is_in(values)
    except InvalidInput:
        return
    ((((read,),),),) = (parse(Query().where(condition).encode(ordered=False)).segments,)
    assert isinstance(read, Read)
    assert read.operator == "IN"
    wanted = list(dict.fromkeys(values))
    assert [unicodedata.normalize("NFC", value) for value in wanted] == read.value.split(",")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x^NQactive=true", "The character ^ can't be used in search."),
        ("x^ORactive=true", "The character ^ can't be used in search."),
        ("printer ＾", "The character ^ can't be used in search."),
        ("two\nlines", "Line breaks and control characters can't be used in search."),
        ("carriage\rreturn", "Line breaks and control characters can't be used in search."),
        ("null\x00", "Line breaks and control characters can't be used in search."),
        ("line\u2028separator", "Line breaks and control characters can't be used in search."),
        ("surrogate\ud800", "Line breaks and control characters can't be used in search."),
        ("javascript:gs.getUserID()", "A search can't begin with javascript:."),
        ("  JavaScript :gs.log(1)", "A search can't begin with javascript:."),
        ("java\u200bscript:gs.log(1)", "A search can't begin with javascript:."),
        ("ｊａｖａｓｃｒｉｐｔ：gs.log(1)", "A search can't begin with javascript:."),
        ("", "Enter something to search for."),
        ("   ", "Enter something to search for."),
        ("a" * 101, "Use at most 100 characters."),
    ],
)
def test_what_cannot_be_sent_safely_is_named(text: str, sentence: str) -> None:
    """Each refusal is one sentence under the field's name."""
    with pytest.raises(InvalidInput) as caught:
        field("short_description").contains(text)
    assert caught.value.fields == {"short_description": sentence}


@pytest.mark.parametrize(
    "text", ["O'Brien", "a=b", "100 %", "%5E", "@home", "Zoë", "🙂", "javascript", "x javascript:y"]
)
def test_harmless_text_is_sent(text: str) -> None:
    """Quotes, equals signs, percent signs and accents are no danger and are kept."""
    assert checked_value(text) == text


def test_decomposed_accents_are_composed() -> None:
    """The same name typed on another keyboard finds the same person."""
    assert checked_value("Zoe\u0308") == "Zoë"


@pytest.mark.parametrize("values", [[], ["a,b"], ["a，b"], [str(number) for number in range(201)], ["STANCEOFtask"]])
def test_lists_that_would_be_read_otherwise_are_refused(values: list[str]) -> None:
    """Commas part values, an empty list would find everything, and 201 keys do not fit an address."""
    with pytest.raises(InvalidInput):
        field("state").is_in(values)


def test_alternatives_bind_to_each_other_only() -> None:
    """A restriction before alternatives holds for each of them: a and (b or c)."""
    query = (
        Query().where(field("caller_id").equals(SYS_ID)).any_of(field("state").equals("1"), field("state").is_empty())
    )
    assert query.encode(ordered=False) == f"caller_id={SYS_ID}^state=1^ORstateISEMPTY"
    assert len(parse(query.encode()).segments) == 1
    with pytest.raises(InvalidInput):
        query.any_of()


def test_every_list_has_a_total_order() -> None:
    """The order ends with sys_id, whatever was asked for; it stands once."""
    assert Query().encode() == "ORDERBYsys_id"
    ordered = Query().where(field("active").equals("true")).order_by("opened_at", descending=True)
    assert ordered.encode() == "active=true^ORDERBYDESCopened_at^ORDERBYsys_id"
    assert Query().order_by("sys_id", descending=True).encode() == "ORDERBYDESCsys_id"
    assert parse(ordered.encode()).order == (Order("opened_at", True), Order("sys_id", False))


def test_times_are_sent_in_utc() -> None:
    """A moment of any time zone becomes the UTC literal ServiceNow compares with; one without zone is refused."""
    berlin = datetime(2026, 8, 24, 9, 15, tzinfo=timezone(timedelta(hours=2)))
    opened = field("opened_at")
    assert opened.on_or_after(berlin).encode() == "opened_at>=2026-08-24 07:15:00"
    assert opened.on_or_after(datetime(33, 1, 1, tzinfo=UTC)).encode() == "opened_at>=0033-01-01 00:00:00"
    with pytest.raises(InvalidInput):
        opened.on_or_after(datetime(2026, 1, 1))
    with pytest.raises(InvalidInput):
        opened.on_or_after(datetime.min.replace(tzinfo=timezone(timedelta(hours=2))))


def test_the_one_script_is_a_constant() -> None:
    """Asking for the signed-in user is the only script ever sent."""
    assert field("sys_id").is_current_user().encode() == "sys_id=javascript:gs.getUserID()"
    assert field("active").is_empty().encode() == "activeISEMPTY"


@pytest.mark.parametrize(
    "name", ["", "State", "state ", "state^", "a..b", ".a", "a.", "state=1", "1a", "a.b.c.d.e", "ä"]
)
def test_only_names_of_fields_are_fields(name: str) -> None:
    """Nothing but a field's name can stand where a field's name stands."""
    with pytest.raises(InvalidInput):
        field(name)
    with pytest.raises(InvalidInput):
        Query().order_by(name)
