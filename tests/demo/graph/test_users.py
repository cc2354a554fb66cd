"""The demo Graph's list of users: found, filtered, sorted, paged, and what it refuses."""

from __future__ import annotations

import pytest

from tests.demo.graph_client import EVENTUAL, refused

DEFAULT_PROPERTIES = {
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
}


def test_list_without_options(graph):
    """The first page has 100 users with the default properties and a next link; an empty property is null."""
    body = graph.get("/users").json()
    assert body["@odata.context"] == f"{graph.demo.origin}/v1.0/$metadata#users"
    assert len(body["value"]) == 100
    assert all(set(user) == DEFAULT_PROPERTIES for user in body["value"])
    assert "@odata.count" not in body
    assert "" not in {value for user in body["value"] for value in user.values() if isinstance(value, str)}
    assert any(user["mobilePhone"] is None for user in graph.get("/users", top="999").json()["value"])


def test_following_next_links_gives_everybody_once(graph):
    """Following @odata.nextLink as it is gives every user exactly once, with the count on each page."""
    answer = graph.get("/users", EVENTUAL, top="77", select="id", count="true")
    seen: list[str] = []
    while True:
        body = answer.json()
        assert body["@odata.count"] == len(graph.rows)
        seen += [user["id"] for user in body["value"]]
        if "@odata.nextLink" not in body:
            break
        assert len(body["value"]) == 77
        answer = graph.get(body["@odata.nextLink"], EVENTUAL)
    assert len(graph.rows) >= 500
    assert sorted(seen) == sorted(row["id"] for row in graph.rows)


def test_page_token_is_good_for_its_query_only(graph):
    """A token that was made up, or taken to another query, is refused."""
    token = graph.get("/users", top="5").json()["@odata.nextLink"].split("skiptoken=")[1]
    refused(graph.get("/users", top="5", skiptoken="AAAA"), 400, "Directory_ExpiredPageToken")
    refused(graph.get("/users", top="6", skiptoken=token), 400, "Directory_ExpiredPageToken")
    assert graph.get("/users", top="5", skiptoken=token).status_code == 200


def test_select(graph):
    """$select gives the named properties and no other; a property that users have not is refused."""
    body = graph.get("/users", select="id,accountEnabled,proxyAddresses,userType", top="3").json()
    assert body["@odata.context"].endswith("#users(id,accountEnabled,proxyAddresses,userType)")
    for user in body["value"]:
        assert set(user) == {"id", "accountEnabled", "proxyAddresses", "userType"}
        assert isinstance(user["accountEnabled"], bool)
        assert isinstance(user["proxyAddresses"], list)
    assert "'nothing'" in refused(graph.get("/users", select="id,nothing"), 400, "BadRequest")["message"]


def test_search_needs_the_header(graph):
    """$search and $count without ConsistencyLevel: eventual are refused with Request_UnsupportedQuery."""
    refused(graph.get("/users", search='"displayName:hugo"'), 400, "Request_UnsupportedQuery")
    refused(graph.get("/users", count="true"), 400, "Request_UnsupportedQuery")
    refused(graph.get("/users/$count"), 400, "Request_UnsupportedQuery")
    assert graph.get("/users/$count", EVENTUAL).text == str(len(graph.rows))


@pytest.mark.parametrize("text", ["hugo", "LAMBERT", "lamb", "lambert hugo", "Hugo Lambert", "hu la"])
def test_search_by_words_of_the_name(graph, text):
    """The displayName is searched by the beginnings of its words, in any order, whatever the case."""
    assert "Hugo Lambert" in graph.names(search=f'"displayName:{text}"')


@pytest.mark.parametrize("text", ["ambert", "hugo vogel", "hugolambert"])
def test_search_is_not_contains(graph, text):
    """A part from the middle of a word finds nobody, and every word asked for must be there."""
    assert "Hugo Lambert" not in graph.names(search=f'"displayName:{text}"')


def test_search_splits_at_symbols_and_ignores_accents(graph):
    """An apostrophe splits a name into words, and accents do not matter (the demo's decision)."""
    assert {name for name in graph.names(search='"displayName:brien"') if "O'Brien" in name}
    accented = next(row for row in graph.rows if row["givenName"] == "José" or "é" in row["givenName"])
    plain = accented["givenName"].replace("é", "e")
    assert accented["displayName"] in graph.names(search=f'"displayName:{plain}"')
    assert accented["displayName"] in graph.names(search=f'"displayName:{accented["givenName"]}"')


def test_search_of_other_properties_is_by_their_beginning(graph):
    """Both mail and userPrincipalName are searched by their beginning, not by words."""
    assert graph.names(search='"mail:hugo.lam"') == {"Hugo Lambert"}
    assert graph.names(search='"userPrincipalName:HUGO.LAMBERT"') == {"Hugo Lambert"}
    assert "Hugo Lambert" not in graph.names(search='"mail:lambert"')


def test_search_joins_clauses(graph):
    """AND binds more tightly than OR, and parentheses more tightly still."""
    hugo, mia, wrong = '"displayName:hugo lambert"', '"displayName:mia novak"', '"mail:nobody-has-this"'
    assert graph.names(search=f"{hugo} OR {mia}") == {"Hugo Lambert", "Mia Novak"}
    assert graph.names(search=f"{hugo} OR {mia} AND {wrong}") == {"Hugo Lambert"}
    assert graph.names(search=f"({hugo} OR {mia}) AND {wrong}") == set()


def test_search_and_filter_both_hold(graph):
    """$search together with $filter gives who meets both."""
    found = graph.names(search='"displayName:hugo" OR "displayName:mia"', filter="startswith(mail,'mia.novak')")
    assert found == {"Mia Novak"}


@pytest.mark.parametrize(
    "text",
    [
        "displayName:hugo",
        '"displayName:hugo',
        '"hugo"',
        '"displayName:"',
        '"displayName:hugo" "mail:hugo"',
        '"displayName:hugo" or "mail:hugo"',
        '("displayName:hugo"',
        '"displayName:hu\\go"',
        "OR",
    ],
)
def test_malformed_search(graph, text):
    """A clause without quotes, colon or text, a lower-case operator, an open parenthesis, a stray backslash: 400."""
    refused(graph.get("/users", EVENTUAL, search=text), 400, "BadRequest")


def test_search_escapes(graph):
    """A quote and a backslash inside a clause are written with a backslash, and cannot leave the clause."""
    assert graph.names(search='"mail:x\\" OR \\"displayName:hugo"') == set()
    assert graph.names(search='"mail:x\\\\"') == set()


def test_search_of_a_property_without_index(graph):
    """A property that cannot be searched is refused with Request_UnsupportedQuery."""
    refused(graph.get("/users", EVENTUAL, search='"officeLocation:x"'), 400, "Request_UnsupportedQuery")


def test_filter_startswith_needs_no_header(graph):
    """The function startswith joined by or works without the header, whatever the case."""
    text = "startswith(displayName,'hugo l') or startswith(mail,'MIA.NOVAK')"
    assert graph.names(headers=None, filter=text) == {"Hugo Lambert", "Mia Novak"}


def test_filter_by_equality(graph):
    """The operator eq compares texts without regard to case and truth values by type; in takes several."""
    disabled = {row["displayName"] for row in graph.rows if row["accountEnabled"] == "false"}
    assert graph.names(headers=None, filter="mail eq 'HUGO.lambert@example.com'") == {"Hugo Lambert"}
    assert graph.names(headers=None, filter="accountEnabled eq false") == disabled
    both = "mail in ('hugo.lambert@example.com', 'mia.novak@example.com') and (userType eq 'Member')"
    assert graph.names(headers=None, filter=both) == {"Hugo Lambert", "Mia Novak"}
    proxies = "proxyAddresses/any(p:p eq 'smtp:hugo.lambert@example.com')"
    assert graph.names(headers=None, filter=proxies) == {"Hugo Lambert"}


def test_account_names_and_addresses_elsewhere(graph):
    """An account name is found by the beginning, and filtered by with the header only; guests have their own mail."""
    assert graph.names(search='"onPremisesSamAccountName:hugo.lamb"') == {"Hugo Lambert"}
    text = "onPremisesSamAccountName eq 'HUGO.lambert'"
    refused(graph.get("/users", filter=text, headers=None), 400, "Request_UnsupportedQuery")
    assert graph.names(filter=text, count="true") == {"Hugo Lambert"}
    guest = next(row for row in graph.rows if row["userType"] == "Guest" and row["mail"])
    assert guest["displayName"] in graph.names(headers=None, filter=f"otherMails/any(m:m eq '{guest['mail']}')")


def test_filter_quotes_are_doubled(graph):
    """A single quote in a text is doubled; left single it is a syntax error, not a way out of the text."""
    expected = {row["displayName"] for row in graph.rows if row["surname"] == "O'Brien"}
    assert expected
    assert graph.names(headers=None, filter="surname eq 'O''Brien'") == expected
    refused(graph.get("/users", filter="surname eq 'O'Brien'"), 400, "BadRequest")


@pytest.mark.parametrize(
    ("text", "keep"),
    [
        ("userType ne 'Guest'", lambda row: row["userType"] != "Guest"),
        ("not(accountEnabled eq true)", lambda row: row["accountEnabled"] != "true"),
        ("endsWith(mail,'@example.com')", lambda row: row["mail"].endswith("@example.com")),
        ("mail eq null", lambda row: not row["mail"]),
    ],
)
def test_advanced_filters(graph, text, keep):
    """ne, not, endswith and null work with header and $count=true, and are refused without either of them."""
    assert graph.names(filter=text, count="true") == {row["displayName"] for row in graph.rows if keep(row)}
    refused(graph.get("/users", EVENTUAL, filter=text), 400, "Request_UnsupportedQuery")
    refused(graph.get("/users", filter=text), 400, "Request_UnsupportedQuery")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("contains(displayName,'hugo')", "Request_BadRequest"),
        ("nothing eq 'x'", "BadRequest"),
        ("accountEnabled eq 'true'", "BadRequest"),
        ("displayName eq true", "BadRequest"),
        ("displayName gt 'x'", "Request_UnsupportedQuery"),
        ("proxyAddresses eq 'x'", "Request_UnsupportedQuery"),
        ("startswith(displayName,'x'", "BadRequest"),
        ("displayName eq", "BadRequest"),
        ("(" * 60 + "displayName eq 'x'" + ")" * 60, "BadRequest"),
    ],
)
def test_refused_filters(graph, text, code):
    """Unknown functions and properties, wrong types, unsupported operators and broken syntax are refused with 400."""
    refused(graph.get("/users", filter=text), 400, code)


@pytest.mark.parametrize("top", ["0", "1000", "-1", "x", "99999999999999999999", "٥"])
def test_page_size_bounds(graph, top):
    """$top is 1 to 999."""
    refused(graph.get("/users", top=top), 400, "Request_BadRequest")


def test_skip_and_unknown_options(graph):
    """$skip is not supported, an unknown $option neither, and none may be given twice."""
    refused(graph.get("/users", skip="5"), 400, "Request_BadRequest")
    refused(graph.get("/users", sort="x"), 400, "BadRequest")
    refused(graph.get("/users?$top=5&$top=6"), 400, "BadRequest")


def test_order(graph):
    """$orderby sorts by display name; together with a filter it needs header and count."""
    found = graph.get("/users", orderby="displayName desc", top="999").json()["value"]
    names = [user["displayName"].casefold() for user in found if user["displayName"].isascii()]
    assert names == sorted(names, reverse=True)
    text = {"orderby": "displayName", "filter": "startswith(displayName,'a')"}
    refused(graph.get("/users", **text), 400, "Request_UnsupportedQuery")
    assert graph.get("/users", EVENTUAL, count="true", **text).status_code == 200
    refused(graph.get("/users", orderby="city"), 400, "Request_UnsupportedQuery")
