"""Hashes, seals and heads; pure."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.audit.chain import BEGINNING, Head, Sealer, head_holds, read_head, row_hash, write_head
from snlib.audit.event import AuditEvent

KEYS = [("new", b"n" * 44), ("old", b"o" * 44)]
EVENT = AuditEvent(
    seq=1,
    at=datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=UTC),
    agent_key="issuer|tenant|object",
    agent_name="Hugo",
    action="person.view",
    target="42",
    target_name="Anna Berg",
    outcome="ok",
    detail="",
    remote="10.0.0.1",
)


def test_a_row_has_this_hash_for_good():
    """The way a hash is made never changes: logs of earlier releases would look broken."""
    assert row_hash(BEGINNING, EVENT) == "508de4d89db0ef80dec564b77934ec78c3b92546beaa0417522a70e73de90132"


@pytest.mark.parametrize("field", [field.name for field in fields(AuditEvent)])
def test_every_field_counts(field: str):
    """A change of any field changes the hash."""
    changed = {"seq": 2, "at": EVENT.at + timedelta(microseconds=1)}.get(field, "changed")
    assert row_hash(BEGINNING, replace(EVENT, **{field: changed})) != row_hash(BEGINNING, EVENT)


def test_the_row_before_counts():
    """A row commits to the one before it."""
    assert row_hash("1" * 64, EVENT) != row_hash(BEGINNING, EVENT)


def test_the_zone_of_a_time_does_not_count():
    """The same moment has the same hash, however the database gives it back."""
    elsewhere = replace(EVENT, at=EVENT.at.astimezone(timezone(timedelta(hours=9))))
    assert row_hash(BEGINNING, elsewhere) == row_hash(BEGINNING, EVENT)


@given(one=st.tuples(st.text(), st.text()), other=st.tuples(st.text(), st.text()))
def test_fields_do_not_run_into_each_other(one: tuple[str, str], other: tuple[str, str]):
    """Two rows have the same hash only when every field is the same."""
    hashes = {row_hash(BEGINNING, replace(EVENT, target=target, detail=detail)) for target, detail in (one, other)}
    assert len(hashes) == len({one, other})


def test_the_first_key_seals_and_every_key_checks():
    """A ring checks what any of its keys sealed; a ring without the key does not know it."""
    old, both, new = Sealer(KEYS[1:]), Sealer(KEYS), Sealer(KEYS[:1])
    assert both.seal("x").startswith("new:")
    assert both.holds(old.seal("x"), "x")
    assert both.holds(both.seal("x"), "x")
    assert not new.knows(old.seal("x"))
    assert not new.holds(old.seal("x"), "x")


@pytest.mark.parametrize("seal", ["", "new", "new:", "new:00", ":", "old:" + "0" * 64, "né:x"])
def test_a_false_seal_does_not_hold(seal: str):
    """Whatever the text, only the right seal is valid."""
    assert not Sealer(KEYS).holds(seal, "x")


def test_a_seal_is_over_one_thing_only():
    """A seal is not valid for another text, nor under another key of the same name."""
    sealer = Sealer(KEYS)
    assert not sealer.holds(sealer.seal("x"), "y")
    assert not sealer.holds(Sealer([("new", b"another key")]).seal("x"), "x")


def test_the_key_itself_seals_nothing():
    """Keys of the seals are derived, so that a seal reveals nothing about the vault's keys; no key is in a repr."""
    assert "nnnn" not in repr(Sealer(KEYS))
    with pytest.raises(ValueError, match="at least one key"):
        Sealer([])


def test_a_head_comes_back_as_written():
    """A head is stored with its seal and read again."""
    sealer, head = Sealer(KEYS), Head(7, "a" * 64)
    found, seal = read_head(write_head(head, sealer))
    assert found == head == Head.parse(str(head))
    assert head_holds(head, seal, sealer)
    assert not head_holds(Head(6, "a" * 64), seal, sealer)


def test_a_rows_seal_is_no_heads():
    """The seal of a row is not valid for a head of the same text."""
    sealer, head = Sealer(KEYS), Head(7, "a" * 64)
    assert not head_holds(head, sealer.seal(head.hash), sealer)
    assert not head_holds(head, sealer.seal(str(head)), sealer)


@pytest.mark.parametrize("stored", ["", "x", "[]", "{}", "null", '{"seq": "x", "hash": "y", "seal": ""}', '{"seq": 1}'])
def test_a_damaged_head_is_none(stored: str):
    """What cannot be read is no head."""
    assert read_head(stored) == (None, "")


@pytest.mark.parametrize(
    "text", ["", "7", "7:", f":{'a' * 64}", f"-1:{'a' * 64}", f"7:{'g' * 64}", f"7:{'a' * 63}", f"٧:{'a' * 64}"]
)
def test_what_is_no_head_is_refused(text: str):
    """A head on the command line is a number and a hash."""
    with pytest.raises(ValueError, match="NUMBER:HASH"):
        Head.parse(text)
