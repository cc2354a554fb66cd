"""What an agent types, turned into a safe search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.errors import InvalidInput
from snlib.graph.search import clean_text, prefix_filter, search_clause, search_params


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


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_quotes(text: str):
    """Whatever is typed stays inside the three quoted clauses, and comes out of them unchanged."""
    clauses, inside, escaped, found = [], False, False, ""
    for character in search_clause(text):
        if escaped:
            found, escaped = found + character, False
        elif character == "\\":
            escaped = True
        elif character == '"':
            if inside:
                clauses.append(found)
            inside, found = not inside, ""
        elif inside:
            found += character
    assert not inside
    assert clauses == [f"{field}:{text}" for field in ("displayName", "mail", "userPrincipalName")]


@given(st.text(alphabet="ab' ),(", max_size=30))
def test_no_quote_ends_a_filter_literal(text: str):
    """In a $filter literal every single quote is doubled, so the literal is the text."""
    literal = prefix_filter(text).removeprefix("startswith(displayName,'").split("') or startswith(mail,'")[0]
    if "startswith" not in text:
        assert literal.replace("''", "'") == text
    assert prefix_filter(text).count("'") % 2 == 0


def test_ampersand_is_searched_by_prefix():
    """A text with an ampersand, which $search misreads, is looked for by $filter; any other by $search."""
    assert "$filter" in search_params("R&D desk", rows=3)
    assert "$search" not in search_params("R&D desk", rows=3)
    assert "$search" in search_params("R and D", rows=3)


def test_search_asks_for_what_it_shows():
    """A search asks for the helpdesk's properties, a count, and no more rows than wanted."""
    params = search_params("anna", rows=26)
    assert params["$top"] == "26"
    assert params["$count"] == "true"
    assert {"accountEnabled", "proxyAddresses", "userType"} <= set(params["$select"].split(","))
