"""The access log on every database: whatever is done to it behind its back is found, and the first broken row named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from snlib.audit import verify
from snlib.audit.log import HEAD_KEY
from tests.contract.stores.kept_log import HUGO, Kept, broken, rehash, ten_lines
from tests.stores import AUDIT_KEYS

pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def kept(open_engine: Callable[[], Engine]) -> Kept:
    """Return a log with ten lines."""
    return ten_lines(open_engine)


@pytest.mark.parametrize(
    "column",
    ["agent_key", "agent_name", "action", "target", "target_name", "outcome", "detail", "remote", "hash", "seal"],
)
def test_an_edited_row_is_named(kept: Kept, column: str):
    """Whatever column of row 4 is changed, the check names row 4."""
    kept.without_triggers(f"UPDATE audit_event SET {column} = 'x' WHERE seq = 4")
    assert broken(kept.verdict()) == 4


def test_a_changed_time_is_named(kept: Kept):
    """A row put off by a microsecond is found."""
    kept.without_triggers("UPDATE audit_event SET at = (SELECT at FROM audit_event WHERE seq = 5) WHERE seq = 4")
    assert broken(kept.verdict()) == 4


@pytest.mark.parametrize("seq", [1, 4, 9])
def test_a_deleted_row_is_named(kept: Kept, seq: int):
    """A row missing at the beginning or in the middle is named by its number."""
    kept.without_triggers(f"DELETE FROM audit_event WHERE seq = {seq}")
    verdict = kept.verdict()
    assert broken(verdict) == seq
    assert verdict.why == f"Row {seq} is missing."


def test_swapped_rows_are_named(kept: Kept):
    """Two rows that change places break the chain at the first of them."""
    kept.without_triggers(
        "UPDATE audit_event SET seq = 99 WHERE seq = 4",
        "UPDATE audit_event SET seq = 4 WHERE seq = 6",
        "UPDATE audit_event SET seq = 6 WHERE seq = 99",
    )
    assert broken(kept.verdict()) == 4


def test_rows_closed_up_after_a_deletion_are_named(kept: Kept):
    """Renumbering the rows behind a deleted one does not hide it."""
    kept.without_triggers(
        "DELETE FROM audit_event WHERE seq = 10",
        "DELETE FROM audit_event WHERE seq = 8",
        "UPDATE audit_event SET seq = 8 WHERE seq = 9",
    )
    assert broken(kept.verdict()) == 8


@pytest.mark.parametrize("left", [0, 7, 9])
def test_a_cut_tail_is_named(kept: Kept, left: int):
    """The rows that are left fit together, but the head tells how many there were."""
    kept.without_triggers(f"DELETE FROM audit_event WHERE seq > {left}")
    verdict = kept.verdict()
    assert broken(verdict) == left + 1
    assert "missing" in verdict.why


def test_a_cut_tail_stays_found_when_the_log_goes_on(kept: Kept):
    """New rows never take the numbers of those cut off."""
    kept.without_triggers("DELETE FROM audit_event WHERE seq > 7")
    kept.log.record(HUGO, "person.view")
    verdict = kept.verdict()
    assert broken(verdict) == 8
    assert verdict.why == "Rows 8 to 10 are missing."


@pytest.mark.parametrize(
    "head", ["DELETE FROM meta WHERE key = 'audit.head'", "UPDATE meta SET value = 'x' WHERE key = 'audit.head'"]
)
@pytest.mark.parametrize("goes_on", [False, True])
def test_a_tail_cut_together_with_the_head_is_found(kept: Kept, head: str, goes_on: bool):
    """Without a true head the rest of the log is not believed, and the break stays when the log goes on."""
    kept.without_triggers("DELETE FROM audit_event WHERE seq > 7", head)
    if goes_on:
        kept.log.record(HUGO, "person.view")
        kept.log.record(HUGO, "person.view")
    assert broken(kept.verdict()) == 8


def test_a_forged_chain_is_found(kept: Kept):
    """Somebody who recomputes every hash from row 4 on, but has no key, fails at the first seal."""
    kept.without_triggers("UPDATE audit_event SET detail = 'x' WHERE seq = 4", *rehash(kept))
    assert broken(kept.verdict()) == 4


def test_a_forged_chain_under_an_unknown_key_is_found(kept: Kept):
    """Nor does it help to pretend that the seals, the head's included, are by a key that has left the ring."""
    kept.without_triggers("UPDATE audit_event SET detail = 'x' WHERE seq = 4", *rehash(kept))
    kept.sql("UPDATE audit_event SET seal = 'gone:00' WHERE seq >= 4")
    assert broken(kept.verdict()) == 4
    kept.sql("UPDATE audit_event SET seal = 'gone:00'")
    assert broken(kept.verdict()) == 1


def test_an_appended_row_is_found(kept: Kept):
    """A row that the dashboard did not write has no seal."""
    kept.sql(
        "INSERT INTO audit_event (seq, at, agent_key, agent_name, action, target, outcome, detail) "
        "VALUES (11, '2026-01-01 00:00:00', '', '', 'a', '', 'ok', '')"
    )
    assert broken(kept.verdict()) == 11
    kept.log.record(HUGO, "person.view")
    assert broken(kept.verdict()) == 11


def test_an_older_head_is_found(kept: Kept):
    """A head put back to an earlier state does not fit the rows after it."""
    head = kept.head()
    kept.log.record(HUGO, "person.view")
    kept.sql(f"UPDATE meta SET value = '{head}' WHERE key = '{HEAD_KEY}'")
    assert broken(kept.verdict()) == 11


def test_a_log_put_back_as_a_whole_is_found_with_a_noted_head(kept: Kept):
    """Rows and head of yesterday fit together; only a head noted elsewhere tells that there was more."""
    old = kept.head()
    kept.log.record(HUGO, "person.view")
    noted = kept.verdict().head
    kept.without_triggers(
        "DELETE FROM audit_event WHERE seq = 11", f"UPDATE meta SET value = '{old}' WHERE key = '{HEAD_KEY}'"
    )
    assert kept.verdict().ok
    assert broken(verify(kept.engine, AUDIT_KEYS, noted=noted)) == 11
    kept.log.record(HUGO, "another.action")
    assert kept.verdict().ok
    assert broken(verify(kept.engine, AUDIT_KEYS, noted=noted)) == 11
