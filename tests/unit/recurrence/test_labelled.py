"""How well the same trouble is told from another, on labelled pairs that nothing was chosen with."""

from __future__ import annotations

from snlib.recurrence import DEFAULT_THRESHOLD
from tests.samples.pairs import likely, pairs, precision_and_recall, same, signals


def test_the_same_trouble_is_found_and_another_is_not(capsys):
    """Of the pairs that nothing was chosen with, nine of ten found are right, and two of three right ones are found."""
    rows = pairs("measure")
    precision, recall = precision_and_recall(likely(signals(rows)) >= DEFAULT_THRESHOLD, same(rows))
    with capsys.disabled():
        print(f"\nrecurrence, half measure: {len(rows)} pairs, precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.9
    assert recall >= 0.67


def test_the_halves_have_no_text_and_no_scenario_in_common():
    """What is measured with was not there to choose with, and there is enough of it."""
    choose, measure = pairs("choose"), pairs("measure")
    assert len(choose) + len(measure) >= 300
    assert len(measure) >= 200
    said = [
        {row[side].casefold().strip() for row in half for side in ("text_1", "text_2")} for half in (choose, measure)
    ]
    assert not said[0] & said[1]
    assert not {row["scenario"] for row in choose} & {row["scenario"] for row in measure}


def test_the_threshold_moves_what_is_found():
    """A higher threshold finds fewer pairs, and more of them are right."""
    rows = pairs("choose")
    values, truth = likely(signals(rows)), same(rows)
    figures = [precision_and_recall(values >= threshold, truth) for threshold in (0.5, 0.7, 0.9)]
    assert [precision for precision, _ in figures] == sorted(precision for precision, _ in figures)
    assert [recall for _, recall in figures] == sorted((recall for _, recall in figures), reverse=True)
