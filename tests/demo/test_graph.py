"""The demo Graph: users found, filtered, paged and read one by one, and what it refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from snlib.demo.entra import keys
from tests.demo.entra_client import EntraClient

EVENTUAL = {"ConsistencyLevel": "eventual"}
DEFAULT_PROPERTIES = {
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
}


class Graph:
    """A client of the demo Graph with an app-only token, on plain requests."""

    def __init__(self, demo, token: str) -> None:
        self.demo = demo
        self.token = token
        self.rows = demo.instance.storage.find("entra_user")

    def get(self, path: str, headers: dict[str, str] | None = None, **options: str) -> requests.Response:
        """Ask for a path below /v1.0; an option's name gets its $ here."""
        return requests.get(
            path if path.startswith("http") else f"{self.demo.origin}/v1.0{path}",
            params={f"${name}": value for name, value in options.items()},
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
            timeout=10,
        )

    def names(self, path: str = "/users", headers: dict[str, str] | None = EVENTUAL, **options: str) -> set[str]:
        """Return the display names that a list request finds; the whole answer must fit on one page."""
        answer = self.get(path, headers, **({"top": "999"} | options))
        assert answer.status_code == 200, answer.text
        assert "@odata.nextLink" not in answer.json()
        return {user["displayName"] for user in answer.json()["value"]}


@pytest.fixture
def graph(demo) -> Iterator[Graph]:
    with EntraClient(demo) as client:
        yield Graph(demo, client.app_token())


@pytest.fixture
def entra(demo) -> Iterator[EntraClient]:
    with EntraClient(demo) as client:
        yield client


def refused(answer: requests.Response, status_code: int, code: str) -> dict[str, Any]:
    """Assert Graph's error shape and return the error."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status_code, code), answer.text
    assert error["message"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert {"date", "client-request-id"} <= set(error["innerError"])
    return error


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
    """Following @odata.nextLink as it is gives every user of the directory exactly once, with the count on each page."""
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
    """displayName is searched by the beginnings of its words, in any order, whatever the case."""
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
    """mail and userPrincipalName are searched by their beginning, not by words."""
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
    """A clause without quotes, colon or text, a lower-case operator, an open parenthesis or a stray backslash is refused."""
    refused(graph.get("/users", EVENTUAL, search=text), 400, "BadRequest")


def test_search_escapes(graph):
    """A quote and a backslash inside a clause are written with a backslash, and cannot leave the clause."""
    assert graph.names(search='"mail:x\\" OR \\"displayName:hugo"') == set()
    assert graph.names(search='"mail:x\\\\"') == set()


def test_search_of_a_property_without_index(graph):
    """A property that cannot be searched is refused with Request_UnsupportedQuery."""
    refused(graph.get("/users", EVENTUAL, search='"officeLocation:x"'), 400, "Request_UnsupportedQuery")


def test_filter_startswith_needs_no_header(graph):
    """startswith joined by or works without the header, whatever the case."""
    text = "startswith(displayName,'hugo l') or startswith(mail,'MIA.NOVAK')"
    assert graph.names(headers=None, filter=text) == {"Hugo Lambert", "Mia Novak"}


def test_filter_by_equality(graph):
    """eq compares texts without regard to case and truth values by type; in takes several."""
    disabled = {row["displayName"] for row in graph.rows if row["accountEnabled"] == "false"}
    assert graph.names(headers=None, filter="mail eq 'HUGO.lambert@example.com'") == {"Hugo Lambert"}
    assert graph.names(headers=None, filter="accountEnabled eq false") == disabled
    both = "mail in ('hugo.lambert@example.com', 'mia.novak@example.com') and (userType eq 'Member')"
    assert graph.names(headers=None, filter=both) == {"Hugo Lambert", "Mia Novak"}
    proxies = "proxyAddresses/any(p:p eq 'smtp:hugo.lambert@example.com')"
    assert graph.names(headers=None, filter=proxies) == {"Hugo Lambert"}


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


def test_single_user(graph):
    """A user is read by object id or by user principal name, also a guest's with its # encoded, but not by mail."""
    guest = next(row for row in graph.rows if "#EXT#" in row["userPrincipalName"])
    for name in (guest["id"], guest["userPrincipalName"].replace("#", "%23")):
        for path in (f"/users/{name}", f"/users('{name}')"):
            assert graph.get(path).json()["id"] == guest["id"]
    body = graph.get(f"/users/{guest['id']}", select="id,displayName").json()
    assert body["@odata.context"].endswith("#users(id,displayName)/$entity")
    refused(graph.get(f"/users/{guest['mail']}"), 404, "Request_ResourceNotFound")
    refused(graph.get("/users/00000000-0000-0000-0000-000000000000"), 404, "Request_ResourceNotFound")


def test_manager(graph):
    """A user's manager is a user; whoever has none gets 404."""
    managed = next(row for row in graph.rows if row["manager_id"])
    body = graph.get(f"/users/{managed['id']}/manager").json()
    assert body["@odata.type"] == "#microsoft.graph.user"
    assert body["id"] == managed["manager_id"]
    expanded = graph.get(f"/users/{managed['id']}", expand="manager($select=displayName)").json()
    assert expanded["manager"]["displayName"] == body["displayName"]
    boss = next(row for row in graph.rows if not row["manager_id"])
    refused(graph.get(f"/users/{boss['id']}/manager"), 404, "Request_ResourceNotFound")


def test_photo(graph):
    """Nobody has a photo: 404 with ImageNotFound, and with Request_ResourceNotFound for nobody."""
    person = graph.rows[0]["id"]
    for path in ("photo", "photo/$value", "photos/48x48/$value"):
        refused(graph.get(f"/users/{person}/{path}"), 404, "ImageNotFound")
    refused(graph.get("/users/nobody/photo/$value"), 404, "Request_ResourceNotFound")


def test_unknown_paths_and_methods(graph):
    """An unknown path and a changing method are refused in Graph's shape."""
    refused(graph.get("/nothing/here"), 400, "BadRequest")
    refused(graph.get(f"/users/{graph.rows[0]['id']}/nothing"), 400, "BadRequest")
    headers = {"Authorization": f"Bearer {graph.token}"}
    answer = requests.post(f"{graph.demo.origin}/v1.0/users", json={}, headers=headers, timeout=10)
    refused(answer, 405, "Request_BadRequest")


def test_request_ids(graph):
    """The client's own request id comes back, in good answers and in refusals."""
    own = {"client-request-id": "11111111-2222-3333-4444-555555555555"}
    assert graph.get("/users", own, top="1").headers["client-request-id"] == own["client-request-id"]
    error = refused(graph.get("/users/nobody", own), 404, "Request_ResourceNotFound")
    assert error["innerError"]["client-request-id"] == own["client-request-id"]


def test_tokens_that_graph_refuses(graph, entra):
    """No token, another key's, another issuer's, another audience's, an ID token and an expired one get 401."""
    claims = keys.read(graph.token)
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": keys.signing_key().kid}
    id_token = entra.redeem(entra.code()).json()["id_token"]
    for token in (
        "",
        "not.a.token",
        jwt.encode(header, claims, key),
        keys.sign(claims | {"iss": "https://sts.windows.net/other/"}),
        keys.sign(claims | {"aud": "https://other.example"}),
        keys.sign(claims | {"exp": int(time.time()) - 1}),
        id_token,
    ):
        answer = requests.get(
            f"{graph.demo.origin}/v1.0/users", headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        refused(answer, 401, "InvalidAuthenticationToken")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert requests.get(f"{graph.demo.origin}/v1.0/users", timeout=10).status_code == 401


def test_token_expires_by_the_instances_clock(start_demo):
    """An hour later by the instance's clock the token is refused, so that a test can expire one."""
    with EntraClient(start_demo()) as client:
        graph = Graph(client.demo, client.app_token())
        assert graph.get("/users", top="1").status_code == 200
        client.demo.instance.clock.advance(3600)
        refused(graph.get("/users", top="1"), 401, "InvalidAuthenticationToken")


def test_me(graph, entra):
    """/me is the person of a delegated token; an application has none."""
    me = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read"))
    assert me.get("/me").json()["displayName"] == "Mia Novak"
    assert me.get("/me", select="department").json()["department"]
    refused(me.get("/me/photo/$value"), 404, "ImageNotFound")
    refused(graph.get("/me"), 400, "BadRequest")


def test_delegated_permissions(graph, entra):
    """User.Read lists nobody, User.ReadBasic.All shows basic properties only, User.Read.All shows all."""
    own = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read"))
    refused(own.get("/users"), 403, "Authorization_RequestDenied")
    refused(own.get(f"/users/{graph.rows[0]['id']}"), 403, "Authorization_RequestDenied")
    basic = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.ReadBasic.All"))
    refused(basic.get("/users", select="department"), 403, "Authorization_RequestDenied")
    listed = {user["displayName"]: user for user in basic.get("/users", top="999").json()["value"]}
    assert listed["Hugo Lambert"]["mail"]
    assert listed["Hugo Lambert"]["jobTitle"] is None
    full = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read.All"))
    assert full.get("/users", select="department", top="1").status_code == 200


def test_guests_list_nobody(graph, entra):
    """A guest's token may not list users, whatever its scopes."""
    guest = next(
        row for row in graph.rows if row["userType"] == "Guest" and row["accountEnabled"] == "true" and row["mail"]
    )
    token = entra.delegated_token(guest["mail"], "User.Read.All")
    refused(Graph(graph.demo, token).get("/users"), 403, "Authorization_RequestDenied")


def test_sign_in_activity(start_demo):
    """signInActivity takes a premium tenant, and then a permission that the application has not."""
    with EntraClient(start_demo()) as client:
        graph = Graph(client.demo, client.app_token())
        refused(graph.get("/users", select="id,signInActivity"), 403, "Authorization_RequestDenied")
        client.demo.instance.switches.set("premium_tenant", False)
        answer = graph.get("/users", select="id,signInActivity")
        refused(answer, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
