"""What was typed, and where it is looked for."""

import pytest

from snlib.directory.search_text import SearchText, clean_text, read_search_text
from snlib.errors import InvalidInput

GUID = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"


@pytest.mark.parametrize("text", ["INC0010023", "inc0010023", " #INC0010023 ", "\u200eInc0010023"])
def test_an_incident_number(text: str):
    """An incident's number, however it was pasted, is looked for as nothing else."""
    assert read_search_text(text) == SearchText(text.replace("\u200e", "").strip(), incident="INC0010023")


@pytest.mark.parametrize(
    "text", ["INC", "INC12", "INCIDENT", "Incardona", "INC0010023 and more", "INC00100231234567890"]
)
def test_no_incident_number(text: str):
    """A name that begins like a number, or more than a number, is no incident."""
    assert not read_search_text(text).incident
    assert read_search_text(text).people


@pytest.mark.parametrize("text", [GUID, GUID.upper()])
def test_an_object_id(text: str):
    """An object id is opened, not searched for."""
    assert read_search_text(text) == SearchText(text, person_id=GUID)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("anna@example.com", "anna@example.com"),
        ("Anna Berg <anna@example.com>", "anna@example.com"),
        ("mailto:anna@example.com?subject=x", "anna@example.com"),
        ("an1na@example.com", "an1na@example.com"),
    ],
)
def test_an_address(text: str, cleaned: str):
    """An address is looked for among people only."""
    assert read_search_text(text) == SearchText(cleaned, people=True)


@pytest.mark.parametrize("text", ["8KX2ZT3", "LYO-LT-0412", "NB-FR-10005", "C02ABC12DEFG", "5CG/1234_X.9", "anna1"])
def test_a_code(text: str):
    """One word with a digit is looked for as a device's name and serial number, and among people as well."""
    assert read_search_text(text) == SearchText(text, people=True, device=True)


@pytest.mark.parametrize("text", ["Anna Berg", "Anne-Marie", "O'Brien", "Amélie's iPhone", "ab1", "iPhone 15", "李雷"])
def test_a_name(text: str):
    """Everything else is a name; a device may be called so too, which is looked for only when nobody is."""
    assert read_search_text(text) == SearchText(text, people=True, device_if_nobody=True)


@pytest.mark.parametrize("text", ["", " ", "a", "a^b", "a\nb", "x" * 101])
def test_what_cannot_be_looked_for(text: str):
    """A text that cannot be searched for is refused before it is looked at any further."""
    with pytest.raises(InvalidInput) as caught:
        read_search_text(text)
    assert list(caught.value.fields) == ["search"]


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("  Anna  ", "Anna"),
        ("Anna   Berg", "Anna Berg"),
        ("Bo Ek <bo.ek@example.com>", "bo.ek@example.com"),
        ('"Ek, Bo" <bo.ek@example.com>;', "bo.ek@example.com"),
        ("<bo.ek@example.com>", "bo.ek@example.com"),
        ("mailto:bo.ek@example.com?subject=x", "bo.ek@example.com"),
        ("Bo Ek <mailto:bo.ek@example.com>", "bo.ek@example.com"),
        ("anna\u200b", "anna"),
        ("anna\n", "anna"),
        ("O'Brien", "O'Brien"),
        ("Zoë", "Zoë"),
        ("李雷", "李雷"),
    ],
)
def test_what_is_searched_for(typed: str, sought: str):
    """Surrounding space, invisible marks and the name around a pasted address are dropped; the rest stays as typed."""
    assert clean_text(typed) == sought


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "at least 2"),
        (" a ", "at least 2"),
        ("\u200b\u200b", "at least 2"),
        ("an^na", "^"),
        ("an＾na", "^"),
        ("anna\x00", "control"),
        ("anna\nberg", "line break"),
        ("anna\x85berg", "control"),
        ("a" * 101, "at most 100"),
        ("a" * 100_000, "at most 100"),
    ],
)
def test_what_cannot_be_searched_for(typed: str, word: str):
    """A text that cannot be searched for gets one clear sentence at the field `search`."""
    with pytest.raises(InvalidInput) as caught:
        clean_text(typed)
    assert list(caught.value.fields) == ["search"]
    assert word in caught.value.fields["search"]
