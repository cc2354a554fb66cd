"""What was typed, and where it is looked for."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    "text", ["8KX2ZT3", "LYO-LT-0412", "NB-FR-10005", "C02ABC12DEFG", "5CG/1234_X.9", "anna1", "SD0012345"]
)
def test_a_code(text: str):
    """One word with a digit is looked for as a device's name and serial number, and among people as well."""
    assert read_search_text(text) == SearchText(text, people=True, device=True)


@pytest.mark.parametrize("text", ["Anna Berg", "Anne-Marie", "O'Brien", "Amélie's iPhone", "ab1", "iPhone 15", "李雷"])
def test_a_name(text: str):
    """Everything else is a name; a device may be called so too, which is looked for only when nobody is."""
    assert read_search_text(text) == SearchText(text, people=True, device_if_nobody=True)


@pytest.mark.parametrize("text", ["", " ", "a", "a^b", "a\x00b", "x" * 101])
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


ADDRESSES = ("bo.ek@example.com", "o'brien@example.com", "bo_out.example#EXT#@example.com", "bo+1@mail.example.co.uk")
NAMES = ("Bo Ek", "Zoë O'Brien", "李雷", "Anne-Marie Dupont", "Jan J. de Vries")
BEFORE = ("", " ", "<", '"', "'", "“", "(", "[", "\u200b", "\ufeff", "\u00a0", "\n", "\t", "; ", ", ")
AFTER = ("", " ", ">", '"', "'", "”", ")", "]", "\u200b", "\u200d", "\u00a0", "\r\n", "\t", ";", ",", ";,", " ; ", ".")


@pytest.mark.parametrize(
    "form", ["{}", "mailto:{}", "Bo Ek <{}>", "Ek, Bo <mailto:{}>", "{0}<mailto:{0}>", "Bo Ek\n{}"]
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_however_it_is_pasted(address: str, form: str):
    """Whatever stands around an address, it is searched for alone."""
    for before, after in itertools.product(BEFORE, AFTER):
        pasted = before + form.format(address) + after
        assert clean_text(pasted) == address, pasted
    assert clean_text(f"{form.format(address)}; Åsa Berg <asa.berg@example.com>") == address


@pytest.mark.parametrize("name", NAMES)
def test_a_name_however_it_is_pasted(name: str):
    """Quotes, brackets, separators and blanks of any kind around a name go; between names there is one blank."""
    for before, after in itertools.product(BEFORE, set(AFTER) - {"."}):
        assert clean_text(before + name + after) == name, (before, after)
    given, _, last = name.partition(" ")
    if last:
        for between in ("\u00a0", "\n", "\r\n", "\t", "  ", "\u2028", "\x85", "\u200b ", "\u3000"):
            assert clean_text(given + between + last) == name, between
        for between in (", ", ",", " , ", ",\u00a0", ",\n"):
            assert clean_text(f"{last}{between}{given}") == f"{last} {given}", between


@given(st.text(max_size=60))
def test_a_clean_text_stays_as_it_is(text: str):
    """What was cleaned once is clean: it can be given on and cleaned again."""
    try:
        cleaned = clean_text(text)
    except InvalidInput:
        return
    assert clean_text(cleaned) == cleaned


def test_a_joiner_that_makes_another_word_stays():
    """Between letters that need them, invisible joiners are part of the name; elsewhere they came with a paste."""
    assert clean_text("نیم\u200cفاصله") == "نیم\u200cفاصله"
    assert clean_text("Bo\u200d Ek") == "Bo Ek"
