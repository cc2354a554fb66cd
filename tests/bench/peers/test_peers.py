"""The bench reads what it says it reads."""

from pathlib import Path

from tests.bench.fetch import USER, canned, render
from tests.bench.peers.clients import ours


def test_the_canned_server_pages_like_an_instance(tmp_path: Path):
    """Rendered once, served in pages: every row comes once and in order, with labels and without."""
    render(tmp_path, 60)
    with canned(tmp_path, 0) as origin:
        labelled, stored = (ours(origin, USER, 25, labels=labels) for labels in (True, False))
    assert len(labelled) == labelled["number"].nunique() == 60
    assert labelled["number"].tolist() == stored["number"].tolist()
    assert labelled["opened"].is_monotonic_decreasing
    assert labelled["assignment_group"].ne(stored["assignment_group"]).any()
