"""docs/recurrence.md: signals, weights and threshold, as in the code."""

from __future__ import annotations

import re

from snlib.recurrence import DEFAULT_THRESHOLD
from snlib.recurrence.likeness import SIGNALS
from tests.docs.reading import section, text_of

PAGE = "docs/recurrence.md"


def test_the_signals_are_those_of_the_table():
    """Each signal, its weight and its reason are listed as the program has them."""
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \|$", section(text_of(PAGE), "Signals"), re.MULTILINE)
    assert rows == [(name, str(signal.weight), signal.why) for name, signal in SIGNALS.items()]


def test_the_threshold_is_the_default():
    """The threshold in the text is that of the program."""
    assert f"`DEFAULT_THRESHOLD = {DEFAULT_THRESHOLD}`" in text_of(PAGE)
