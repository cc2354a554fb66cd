"""Text from outside, made inert for elements that read markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.ui.html import plain

SPECIAL = r"\`*_{}[]()#+-.!|<>~:$&@/="


@pytest.mark.parametrize("character", SPECIAL)
def test_every_special_character_is_escaped(character: str):
    """A character that means something in markdown is preceded by one backslash."""
    assert plain(f"a{character}b") == f"a\\{character}b"


@given(st.text())
def test_nothing_is_lost(text: str):
    """Without our backslashes the text is what it was, on one line."""
    shown = re.sub(r"\\(.)", r"\1", plain(text), flags=re.DOTALL)
    assert shown == text.replace("\r", " ").replace("\n", " ")


@given(st.text(alphabet=SPECIAL + "ab \n"))
def test_no_special_character_stands_bare(text: str):
    """After taking off the escaped ones no special character is left, and there is one line."""
    rest = re.sub(r"\\.", "", plain(text))
    assert not set(rest) & set(SPECIAL)
    assert "\n" not in plain(text)


def test_other_things_than_text():
    """Numbers and missing values show as Python writes them."""
    assert plain(12) == "12"
    assert plain(None) == "None"
