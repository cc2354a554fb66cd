"""Filters of the access log, in words."""

from datetime import UTC, datetime

from snlib.audit import AuditFilter


def test_a_filter_is_told_in_words():
    """A filter is described by the parts that were given; the page's bookkeeping is left out."""
    assert AuditFilter().describe() == AuditFilter(through=7).describe() == "everything"
    log_filter = AuditFilter(agent="a", action="person.view", since=datetime(2026, 11, 1, tzinfo=UTC))
    assert log_filter.describe() == "agent a, action person.view, since 2026-11-01T00:00:00+00:00"
