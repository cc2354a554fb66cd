"""A search of Microsoft Graph: what is sent for a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.graph.users import MAX_ALTERNATIVES, prefix_filter, search_clause, search_params, with_keys
from tests.unit.graph.scripted import asked, listed


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_quotes(text: str):
    """Whatever is typed stays inside the quoted clauses, and comes out of them unchanged."""
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
    assert clauses == [
        f"{field}:{text}" for field in ("displayName", "mail", "userPrincipalName", "onPremisesSamAccountName")
    ]


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
    """A search asks for the helpdesk's properties, a count, and no more rows than it may show."""
    params = search_params("anna", rows=26)
    assert params["$top"] == "26"
    assert params["$count"] == "true"
    assert {"accountEnabled", "proxyAddresses", "userType"} <= set(params["$select"].split(","))


@pytest.mark.parametrize("addresses", range(6))
@pytest.mark.parametrize("account_name", ["", "  ", "anna", "o'b", "anna@example.com"])
def test_by_keys(addresses: int, account_name: str):
    """Every key is asked for by equality, no empty one, in no more conditions than Graph takes; else it is said."""
    client, script = asked([listed()] * bool(addresses or account_name in ("anna", "o'b")))
    found = with_keys(client, ["", *(f"a{number}@example.com" for number in range(addresses))], account_name)
    if not script.urls:
        assert (addresses, found.more) == (0, False)
        return
    text = script.params()["$filter"]
    assert text.count(" or ") < MAX_ALTERNATIVES
    assert "eq ''" not in text
    assert found.more is not all(f"'a{number}@example.com'" in text for number in range(addresses))
    assert ("onPremisesSamAccountName eq" in text) is (account_name in ("anna", "o'b"))
