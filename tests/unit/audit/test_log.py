"""The access log."""

from pathlib import Path

from snlib.audit import MAX_TEXT_CHARS, AuditLog
from tests.stores import AUDIT_KEYS, START, HandClock, make_agent, sqlite_file


def test_lines_come_back_newest_first(tmp_path: Path):
    """What was recorded is in the log with time and agent, the newest on top."""
    clock = HandClock()
    with sqlite_file(tmp_path) as engine:
        log = AuditLog(engine, AUDIT_KEYS, clock)
        log.record(make_agent("Hugo"), "person.view", target="42", detail="opened")
        clock.advance(seconds=1)
        log.record(None, "session.start", outcome="refused")
        newest, older = log.recent(10)
    assert (newest.action, newest.outcome, newest.agent_key, newest.agent_name) == ("session.start", "refused", "", "")
    assert (older.at, older.agent_name, older.target, older.detail) == (START, "Hugo", "42", "opened")
    assert older.agent_key == make_agent("Hugo").key
    assert newest.seq > older.seq


def test_only_as_many_as_asked(tmp_path: Path):
    """The limit holds, and keeps the newest."""
    with sqlite_file(tmp_path) as engine:
        log = AuditLog(engine, AUDIT_KEYS, HandClock())
        for number in range(5):
            log.record(None, f"action.{number}")
        assert [event.action for event in log.recent(2)] == ["action.4", "action.3"]


def test_long_and_odd_texts_are_kept_in_bounds(tmp_path: Path):
    """A text from outside can neither flood a line nor make its writing fail with a NUL character."""
    with sqlite_file(tmp_path) as engine:
        log = AuditLog(engine, AUDIT_KEYS, HandClock())
        log.record(None, "person.search", target="x" * 10_000, detail="a\x00b")
        (event,) = log.recent(1)
    assert len(event.target) == MAX_TEXT_CHARS
    assert event.target.endswith("…")
    assert event.detail == "ab"
