"""Text from outside, made safe to show."""

import pytest

from snlib.text import MAX_CELL_CHARS, plain_cell

SPOOFS = [
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ("\u2066safe\u2069", "safe"),
    ("a\u202ab\u202bc\u202cd\u202de", "abcde"),
    ("line\nline", "line line"),
    ("a\r\n\r\nb", "a b"),
    ("tab\tstop", "tab stop"),
    ("bell\x07esc\x1b[31m", "bellesc[31m"),
    ("c1\x9bcsi", "c1csi"),
    ("nul\x00", "nul"),
    ("zero\u200bwidth", "zerowidth"),
    ("\ufeffmark", "mark"),
    ("para\u2029graph", "para graph"),
    ("half\ud83dsurrogate", "halfsurrogate"),
    ("  trimmed  ", "trimmed"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("Zoë O'Brien 😀", "Zoë O'Brien 😀"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "shown"), SPOOFS)
def test_disguises_are_removed(text: str, shown: str):
    """Control and direction characters go; letters, accents, joiners and emoji stay."""
    assert plain_cell(text) == shown


@pytest.mark.parametrize("size", [MAX_CELL_CHARS + 1, 5 * MAX_CELL_CHARS, 1_000_000])
def test_long_text_is_capped(size: int):
    """A cell never holds more than 2,000 characters, and says so when it was cut."""
    shown = plain_cell("x" * size)
    assert len(shown) == MAX_CELL_CHARS
    assert shown.endswith("…")


def test_text_at_the_cap_is_whole():
    """A text of exactly 2,000 characters is not cut."""
    assert plain_cell("x" * MAX_CELL_CHARS) == "x" * MAX_CELL_CHARS


def test_cleaning_twice_changes_nothing():
    """Cleaned text is clean: a second pass returns it unchanged."""
    once = [plain_cell(text) for text, _ in SPOOFS]
    assert [plain_cell(text) for text in once] == once
