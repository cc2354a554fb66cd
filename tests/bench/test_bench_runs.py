"""The benchmarks run to their end and print their tables; what they measure is no test's business."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("psutil", reason="needs the dependency group bench")

from tests.bench import click, startup

pytestmark = pytest.mark.long


def rows(printed: str) -> list[list[str]]:
    """Return the cells of each line of the tables, headings too."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines() if "|" in line]


def test_a_click_is_measured_on_both_pages(capsys):
    """Each interaction is measured at one session, those under load at two, and both pages draw the same elements."""
    click.main(["--quick"])
    printed = capsys.readouterr().out
    table = rows(printed)
    clicks = [cells[:2] for cells in table if len(cells) == 8 and cells[0] in "12"]
    assert clicks == [*[["1", name] for name in click.STEPS], *[["2", name] for name in click.UNDER_LOAD]]
    assert table[-1][0] == "8", "memory is measured up to the last rerun"
    # A fragment has a container of its own.
    assert re.search(r"different: (none|flex_container \d+ and \d+)\.", printed)


def test_a_start_is_measured(capsys):
    """The start of both pages and the slowest imports are printed."""
    startup.main(["--rounds", "1", "--top", "3"])
    names = [cells[0] for cells in rows(capsys.readouterr().out)]
    assert {"empty page", "dashboard", "imports", "all"} <= set(names)
