"""What is understood of a short description."""

from __future__ import annotations

import pytest

from snlib.recurrence import vocabulary
from snlib.recurrence.spelling import Spelling
from snlib.recurrence.vocabulary import read


@pytest.mark.parametrize(
    ("text", "things", "troubles"),
    [
        ("PDF files do not open", {"pdf"}, {"opens_not"}),
        ("Please open the door", {"badge"}, set()),
        ("Plus de son dans Teams", {"teams", "sound"}, {"sound_trouble"}),
        ("moniter stays balck!!!", {"screen"}, {"no_picture"}),
        ("VPN from my home office", {"vpn"}, set()),
        ("canot print", {"printer"}, {"prints_not"}),
        ("S: missing", {"shared_drive"}, {"missing"}),
    ],
)
def test_things_and_troubles(text: str, things: set[str], troubles: set[str]):
    """Words, phrases, misspellings and a "not" before a verb are understood; a phrase takes its words."""
    found = read(text)
    assert things <= found.things
    assert troubles <= found.troubles
    assert "office" not in found.things
    assert troubles or not found.troubles


def test_a_verb_is_a_trouble_only_where_the_text_says_no():
    """Who says that something opens reports no trouble; who says that it does not, does."""
    assert "opens_not" not in read("Outlook opens").troubles
    assert "opens_not" in read("Outlook doesn't open").troubles


@pytest.mark.parametrize(
    "text", ["How do I print on A3?", "Please install Visio", "Change the greeting", "Créer un compte"]
)
def test_who_asks(text: str):
    """Orders, questions and wishes are understood as such, in both languages."""
    assert read(text).asks


@pytest.mark.parametrize("text", ["Printer does not print", "When I dial, nothing happens", "Copier out of order"])
def test_who_does_not_ask(text: str):
    """A fault is no request, though it begins like a question or an order."""
    assert not read(text).asks


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀😀",
        "مشكلة في الطابعة",
        "<script>alert(1)</script>",
        "a" * 5_000,
        "not " * 1_250,
        "\x00\n\t",
        "????^^",
        "İ",
    ],
)
def test_odd_texts_are_read(text: str):
    """Nothing, emoji, right-to-left letters, markup, control characters and 5,000 characters are read like any text."""
    found = read(text)
    assert len(found.text) <= 5_000
    assert found == read(text)


def test_a_ticket_number_says_nothing():
    """Texts that differ by the number of another ticket are the same text."""
    assert read("VPN drops INC0012345") == read("VPN drops (INC0099999)")


def test_every_name_has_a_label():
    """What can be a reason can be written on the page."""
    known = vocabulary._vocabulary()
    assert all(vocabulary.label(name) for name in known.things | known.troubles)
    assert all(entry["of"] in known.things for entry in known.troubles.values() if "of" in entry)
    assert not known.things.keys() & known.troubles.keys()


def test_no_beginning_is_so_short_that_it_swallows_other_words():
    """A star stands after four letters at least; a shorter beginning would be that of words nobody thought of."""
    stems = {pattern for way in vocabulary._vocabulary().phrases for pattern in way if pattern.endswith("*")}
    assert {stem for stem in stems if len(stem) < 5 and not stem[0].isdigit()} == set()


@pytest.mark.parametrize(
    ("token", "word"),
    [
        ("printr", "printer"),
        ("pritner", "printer"),
        ("printter", "printer"),
        ("pronter", "printer"),
        ("ful", "full"),
        ("lat", "late"),
        ("atachmnet", "attachment"),
        ("sharepont", "sharepoint"),
        ("zzzz", "zzzz"),
        ("full", "full"),
    ],
)
def test_spelling(token: str, word: str):
    """A letter missing, changed with its neighbour, doubled or wrong; two in a long word; what is unlike all stays."""
    assert Spelling(["printer", "full", "late", "attachment", "sharepoint", "print*", "share*"]).corrected(token) in (
        word,
        token,
    )
    assert word in (*Spelling(["printer", "full", "late", "attachment", "sharepoint", "zzzz"]).patterns(token), "")
