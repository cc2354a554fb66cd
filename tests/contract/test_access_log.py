"""The access log on every database: append-only, chained, and whatever is done to it behind its back is found."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, text

from snlib.audit import AuditFilter, AuditLog, Verdict, verify
from snlib.audit.chain import row_hash
from snlib.audit.log import HEAD_KEY
from snlib.database.engine import reading, writing
from snlib.errors import StoreError
from tests.stores import AUDIT_KEYS, HandClock, make_agent

pytestmark = pytest.mark.xdist_group("postgresql")

NEW_KEYS = [("k2", b"another key of the tests' own"), *AUDIT_KEYS]
HUGO = make_agent("Hugo")


@dataclass
class Kept:
    """A log over the database under test, and an intruder's hands on that database."""

    log: AuditLog
    engine: Engine
    clock: HandClock

    def verdict(self, keys: list[tuple[str, bytes]] = AUDIT_KEYS) -> Verdict:
        """Check the log."""
        return verify(self.engine, keys)

    def sql(self, *statements: str) -> None:
        """Run statements as somebody with the database's password."""
        with writing(self.engine) as connection:
            for statement in statements:
                connection.execute(text(statement))

    def without_triggers(self, *statements: str) -> None:
        """Run statements as somebody who may also drop the triggers."""
        if self.engine.dialect.name == "postgresql":
            drop = ["ALTER TABLE audit_event DISABLE TRIGGER ALL"]
        else:
            drop = [f"DROP TRIGGER IF EXISTS audit_event_no_{what}" for what in ("update", "delete", "replace")]
        self.sql(*drop, *statements)

    def head(self) -> str:
        """Return the stored head."""
        with reading(self.engine) as connection:
            return str(connection.scalar(text("SELECT value FROM meta WHERE key = 'audit.head'")))


@pytest.fixture
def kept(open_engine: Callable[[], Engine]) -> Kept:
    """Return a log with ten lines."""
    clock, engine = HandClock(), open_engine()
    kept = Kept(AuditLog(engine, AUDIT_KEYS, clock), engine, clock)
    for number in range(1, 11):
        kept.log.record(
            HUGO, "person.view", target=f"person-{number}", target_name=f"Müller {number}", remote="10.0.0.1"
        )
        clock.advance(seconds=0.000_001)
    return kept


def broken(verdict: Verdict) -> int | None:
    """Return the first broken row of a log that is not whole."""
    assert not verdict.ok
    assert str(verdict.first_broken_seq) in verdict.why
    assert verdict.head is None
    return verdict.first_broken_seq


def test_an_untouched_log_is_whole(kept: Kept):
    """Ten lines are ten rows, numbered from 1 without gaps, and the check says where the log ends."""
    verdict = kept.verdict()
    assert (verdict.ok, verdict.rows, verdict.first_broken_seq) == (True, 10, None)
    assert verdict.head is not None
    assert verdict.head.seq == 10
    assert [event.seq for event in kept.log.recent(10)] == list(range(10, 0, -1))


def test_an_empty_log_is_whole(open_engine: Callable[[], Engine]):
    """Before the first line there is nothing to break."""
    assert verify(open_engine(), AUDIT_KEYS) == Verdict(0, ok=True, why="The log is empty.")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET detail = 'x' WHERE seq = 3",
        "DELETE FROM audit_event WHERE seq = 10",
        "DELETE FROM audit_event",
    ],
)
def test_rows_cannot_be_changed_or_deleted(kept: Kept, statement: str):
    """The database itself refuses, also to whoever has the dashboard's password."""
    with pytest.raises(StoreError):
        kept.sql(statement)
    assert kept.verdict().ok
    assert kept.verdict().rows == 10


def test_rows_cannot_be_replaced_or_truncated(kept: Kept):
    """Nor by the ways around DELETE: INSERT OR REPLACE on SQLite, TRUNCATE and an upsert on PostgreSQL."""
    columns = "seq, at, agent_key, agent_name, action, target, outcome, detail"
    values = "3, '2026-01-01 00:00:00', '', '', 'a', '', 'ok', ''"
    if kept.engine.dialect.name == "postgresql":
        upsert = f"INSERT INTO audit_event ({columns}) VALUES ({values}) ON CONFLICT (seq) DO UPDATE SET detail = 'x'"
        tricks = ["TRUNCATE audit_event", upsert]
    else:
        tricks = [f"INSERT OR {way} INTO audit_event ({columns}) VALUES ({values})" for way in ("REPLACE", "IGNORE")]
    for trick in tricks:
        with pytest.raises(StoreError):
            kept.sql(trick)
    assert kept.verdict().ok


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


def test_the_head_is_noted_in_the_process_log(kept: Kept, caplog: pytest.LogCaptureFixture):
    """Once a minute at most, the head goes where another machine can keep it."""
    caplog.set_level(logging.INFO, "snlib.audit.log")
    kept.clock.advance(seconds=59)
    kept.log.record(HUGO, "person.view")
    assert caplog.messages == []
    kept.clock.advance(seconds=1)
    kept.log.record(HUGO, "person.view")
    assert caplog.messages == [f"access log head {kept.verdict().head}"]


def test_keys_are_changed_without_a_break(kept: Kept):
    """A new key in front of the old one seals what comes; later the old one may leave the ring."""
    after = AuditLog(kept.engine, NEW_KEYS, kept.clock)
    after.record(HUGO, "person.view")
    assert kept.verdict(NEW_KEYS).ok
    assert kept.verdict(NEW_KEYS[:1]).ok
    kept.without_triggers("UPDATE audit_event SET detail = 'x' WHERE seq = 4")
    assert broken(kept.verdict(NEW_KEYS[:1])) == 4


def test_a_key_that_left_too_early_is_said(kept: Kept):
    """With no row sealed by the key that is left, nothing is proven, and the sentence says which setting to mend."""
    verdict = kept.verdict(NEW_KEYS[:1])
    assert broken(verdict) == 1
    assert "SNLIB_TOKEN_KEYS" in verdict.why


def test_writers_at_the_same_time_stay_chained(kept: Kept, open_engine: Callable[[], Engine]):
    """Two replicas with eight threads each leave one chain without gaps."""
    logs = [kept.log, AuditLog(open_engine(), AUDIT_KEYS, kept.clock)]
    errors: list[BaseException] = []

    def write(log: AuditLog, name: str) -> None:
        try:
            for number in range(5):
                log.record(HUGO, "person.view", target=f"{name}-{number}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(logs[index % 2], str(index))) for index in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    verdict = kept.verdict()
    assert (verdict.ok, verdict.rows) == (True, 90)


def test_checking_while_others_write(kept: Kept):
    """A check in the middle of writing sees one state of rows and head."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            kept.log.record(HUGO, "person.view")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert {kept.verdict().ok for _ in range(20)} == {True}
    finally:
        stop.set()
        writer.join()


def test_a_failed_line_leaves_no_gap(kept: Kept):
    """A line that cannot be written leaves neither a number nor a head behind."""
    with pytest.raises(StoreError):
        kept.log.record(HUGO, "x" * 70 if kept.engine.dialect.name == "postgresql" else None)  # type: ignore[arg-type]
    kept.log.record(HUGO, "person.view")
    assert kept.verdict().rows == 11
    assert kept.verdict().ok


def test_odd_texts_are_proven_too(kept: Kept):
    """What a database would store differently is straightened before it is hashed."""
    odd = ["a\x00b", "\ud800", "é\u0301", "x" * 600, "line\r\nbreak\u202e", "😀", "\\", '"', "'", "\ufeff"]
    for text_ in odd:
        kept.log.record(
            make_agent(text_, object_id=text_[:9]),
            "person.view",
            target=text_,
            target_name=text_,
            detail=text_,
            remote=text_,
        )
    assert kept.verdict().ok
    assert [event.detail for event in reversed(kept.log.recent(len(odd)))][:2] == ["ab", "?"]


def test_filters_and_pages(kept: Kept):
    """Lines are found by agent, person, action, outcome and time, newest first, and a page stays as it is."""
    lena = make_agent("Lena")
    kept.clock.advance(hours=1)
    noon = kept.clock.now
    kept.log.record(lena, "person.view", target="person-3", target_name="Anna Berg")
    kept.log.record(lena, "incidents.read", target="person-3", outcome="failed")
    log = kept.log

    def found(**parts: object) -> list[int]:
        return [event.seq for event in log.find(AuditFilter(**parts), limit=100)]  # type: ignore[arg-type]

    assert found(agent=lena.key) == [12, 11]
    assert found(person="person-3") == [12, 11, 3]
    assert found(action="incidents.read") == [12]
    assert found(outcome="failed") == [12]
    assert found(since=noon) == [12, 11]
    assert found(until=noon) == list(range(10, 0, -1))
    assert found(agent=lena.key, outcome="ok") == [11]
    assert found(agent="somebody'; DROP TABLE audit_event") == []
    assert [event.seq for event in log.find(AuditFilter(through=10), limit=3, offset=3)] == [7, 6, 5]
    assert log.total(AuditFilter(through=10)) == 10
    assert [(one.key, one.name) for one in log.agents()] == [(HUGO.key, "Hugo"), (lena.key, "Lena")]
    assert ("person-3", "Anna Berg") in [(one.key, one.name) for one in log.people()]
    assert log.actions() == ["incidents.read", "person.view"]
    assert log.count("incidents.read", ("failed", "refused"), since=noon) == 1


def rehash(kept: Kept) -> list[str]:
    """Return the statements that give rows 4 to 10 the hashes they would have if row 4 had the detail "x"."""
    events = list(reversed(kept.log.recent(10)))
    previous = "0" * 64
    statements = []
    for event in events:
        changed = replace(event, detail="x") if event.seq == 4 else event
        previous = row_hash(previous, changed)
        statements.append(f"UPDATE audit_event SET hash = '{previous}' WHERE seq = {event.seq}")
    return statements
