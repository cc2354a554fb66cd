"""JSON as promised, or an error that says what is wrong with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.errors import UnexpectedAnswer
from snlib.transport import strict_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_json_comes_back_as_it_is(value: object) -> None:
    """What was written is what is read."""
    assert value == strict_json(json.dumps(value).encode(), service="S")


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        (b'{"a":"caf\xe9"}', "damaged", "ServiceNow's answer contained damaged text."),
        (b'{"result":[{"a":"b', "truncated", "ServiceNow's answer was cut off."),
        (b'{"result":[', "truncated", "ServiceNow's answer was cut off."),
        (b"", "shape", "ServiceNow's answer had an unexpected form."),
        (b"not json", "shape", "ServiceNow's answer had an unexpected form."),
        (b'{"a":1,"a":2}', "shape", "ServiceNow's answer had an unexpected form."),
        (b'{"a":NaN}', "shape", "ServiceNow's answer had an unexpected form."),
        (b'{"a":-Infinity}', "shape", "ServiceNow's answer had an unexpected form."),
        (b'{"a":' + b"9" * 5000 + b"}", "shape", "ServiceNow's answer had an unexpected form."),
        (b"[" * 100_000 + b"]" * 100_000, "shape", "ServiceNow's answer had an unexpected form."),
    ],
    ids=["utf-8", "cut in text", "cut in list", "empty", "words", "twice", "nan", "infinity", "digits", "depth"],
)
def test_what_is_forgiven_elsewhere_is_refused(body: bytes, kind: str, sentence: str) -> None:
    """Cut, damaged and trick JSON end in one error each, never in a crash."""
    with pytest.raises(UnexpectedAnswer) as caught:
        strict_json(body, service="ServiceNow")
    assert (caught.value.kind, caught.value.user_message) == (kind, sentence)


def test_what_is_odd_can_be_marked_instead() -> None:
    """With a mark, a key that stands twice, NaN and an endless number cost themselves; what is cut is still refused."""
    odd = object()
    body = b'[{"a":1,"a":2,"b":"x"},NaN,Infinity,' + b"9" * 5000 + b",1.5]"
    assert strict_json(body, service="S", odd=odd) == [{"a": odd, "b": "x"}, odd, odd, odd, 1.5]
    for damaged in (b'{"a":', b"\xff", b"[" * 100_000):
        with pytest.raises(UnexpectedAnswer):
            strict_json(damaged, service="S", odd=odd)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Nothing but an unexpected answer comes out of bytes nobody promised; what is read is what stands there."""
    try:
        found = strict_json(body, service="S")
    except UnexpectedAnswer:
        return
    assert json.loads(body) == found
