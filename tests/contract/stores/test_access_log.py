"""The access log on every database: append-only, chained, whole under new keys and many writers, filtered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from snlib.audit import AuditFilter, AuditLog, Verdict, verify
from snlib.errors import StoreError
from tests.contract.stores.kept_log import HUGO, Kept, broken, ten_lines
from tests.stores import AUDIT_KEYS, make_agent

pytestmark = pytest.mark.xdist_group("postgresql")

NEW_KEYS = [("k2", b"another key of the tests' own"), *AUDIT_KEYS]


@pytest.fixture
def kept(open_engine: Callable[[], Engine]) -> Kept:
    """Return a log with ten lines."""
    return ten_lines(open_engine)


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
