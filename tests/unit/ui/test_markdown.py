"""Text from outside, made inert for elements that read markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.ui.html import APART, plain
from tests.markup import MARKUP

SPECIAL = r"\`*_{}[]()#+-.!|<>~:$&@/="


@pytest.mark.parametrize("character", SPECIAL)
def test_every_special_character_is_escaped(character: str):
    """A character that means something in markdown is preceded by one backslash."""
    assert plain(f"a{character}b").replace(APART, "") == f"a\\{character}b"


@given(st.text())
def test_nothing_is_lost(text: str):
    """Without our backslashes the text is what it was, on one line."""
    shown = re.sub(r"\\(.)", r"\1", plain(text).replace(APART, ""), flags=re.DOTALL)
    assert shown == text.replace("\r", " ").replace("\n", " ")


@given(st.text(alphabet=SPECIAL + "ab \n"))
def test_no_special_character_stands_bare(text: str):
    """After taking off the escaped ones no special character is left, and there is one line."""
    rest = re.sub(r"\\.", "", plain(text).replace(APART, ""))
    assert not set(rest) & set(SPECIAL)
    assert "\n" not in plain(text)


REPLACED = re.compile(
    r"https?://|www\.|[-.\w+]+@[-\w]+(\.[-\w]+)+|:streamlit:|:material_\w+:|:[\w+-]+:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)
"""What Streamlit's frontend makes something of within one piece of text (StreamlitMarkdown.js, 1.67)."""


@pytest.mark.parametrize("text", MARKUP)
def test_no_piece_is_something(text: str):
    """No piece of text between the empty elements holds an address, an icon or an arrow, backslashes taken off."""
    pieces = [re.sub(r"\\(.)", r"\1", piece) for piece in plain(text).split(APART)]
    assert [piece for piece in pieces if REPLACED.search(piece)] == []


@given(st.text(alphabet="wW.:/@<>-=~a htps_"))
def test_no_piece_of_any_text_is_something(text: str):
    """The same for texts made of the characters of addresses, icons and arrows."""
    pieces = [re.sub(r"\\(.)", r"\1", piece) for piece in plain(text).split(APART)]
    assert [piece for piece in pieces if REPLACED.search(piece)] == []


def test_other_things_than_text():
    """Numbers and missing values show as Python writes them."""
    assert plain(12) == "12"
    assert plain(None) == "None"
