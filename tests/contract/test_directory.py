"""One suite for both directories: Microsoft Graph, and ServiceNow's table of users, over the demo instance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from pydantic import SecretStr
from requests.auth import HTTPBasicAuth

from snlib import errors
from snlib.demo.core.faults import Fault
from snlib.demo.core.instance import OidcClient
from snlib.demo.server import Running
from snlib.directory import Directory, GraphDirectory, Person, SearchResult, ServiceNowDirectory
from snlib.graph import GraphClient
from snlib.oauth.app_token import AppToken
from snlib.oauth.client import AppClient
from snlib.servicenow import TableClient
from snlib.transport import Transport

CLIENT = OidcClient("directory-tests", "correct-horse", "http://localhost:8501/login/callback")
API = {"graph": "/v1.0/", "servicenow": "/api/now/table/sys_user"}
SERVICE = {"graph": "Microsoft Graph", "servicenow": "ServiceNow"}
UNKNOWN = {"graph": "00000000-0000-4000-8000-000000000000", "servicenow": "0" * 32}


@dataclass(frozen=True)
class Reached:
    """A directory and the instance behind it."""

    kind: str
    demo: Running
    directory: Directory

    def calls(self) -> int:
        """Return how often the directory's service was asked since its log was cleared."""
        return sum(entry.path.startswith(API[self.kind]) for entry in self.demo.instance.request_log.entries())

    def search(self, text: str, limit: int = 25) -> SearchResult:
        """Search."""
        return self.directory.search(text, limit)

    def names(self, text: str) -> list[str]:
        """Return the names a search finds."""
        return [person.name for person in self.search(text).people]


def directory_of(kind: str, demo: Running) -> Directory:
    """Return one of the two directories; it never waits before a retry."""
    transport = Transport()
    if kind == "servicenow":
        auth = HTTPBasicAuth("admin", "admin")
        return ServiceNowDirectory(TableClient(demo.origin, transport, auth, sleep=lambda _: None))
    endpoint = f"{demo.origin}/{demo.instance.tenant_id}/oauth2/v2.0/token"
    application = AppClient(endpoint, CLIENT.client_id, SecretStr(CLIENT.client_secret))
    token = AppToken(transport, application)
    return GraphDirectory(GraphClient(f"{demo.origin}/v1.0", token, transport, sleep=lambda _: None))


@pytest.fixture(params=["graph", "servicenow"])
def reached(request: pytest.FixtureRequest, start_demo: Callable[..., Running]) -> Reached:
    """A demo instance, and one of the directories over it."""
    demo = start_demo(incidents=0, oidc=CLIENT)
    return Reached(request.param, demo, directory_of(request.param, demo))


def found(person: Person) -> Person:
    """Return the person as a search shows one: who the manager is comes with the person's own record."""
    return replace(person, manager_id="", manager_name="")


@pytest.mark.parametrize(
    "text",
    [
        "Hugo Lambert",
        "hugo lambert",
        "lambert hugo",
        "hugo lam",
        "hugo.lam",
        "hugo.lambert@example.com",
        "  Hugo Lambert <hugo.lambert@example.com>; ",
        "mailto:hugo.lambert@example.com",
        "Lambert, Hugo",
        "“Lambert, Hugo” <hugo.lambert@example.com>; Vogel, Ingrid <ingrid.vogel@example.com>",
        "Hugo\u00a0Lambert,\u200b",
        "Hugo\nLambert",
    ],
)
def test_by_name_and_by_address(reached: Reached, text: str):
    """A person is found by any part of the name, in any order and case, and by the address however it was pasted."""
    assert "Hugo Lambert" in reached.names(text)


def test_by_account_name(reached: Reached):
    """A person is found by the account name, Active Directory's or ServiceNow's user ID, whose case does not matter."""
    storage = reached.demo.instance.storage
    (row,) = storage.find("entra_user", displayName="Oskar Nygård")
    storage.update("entra_user", row["sys_id"], {"onPremisesSamAccountName": "onygar01"})
    storage.update("sys_user", row["service_now_user"], {"user_name": "onygar01"})
    assert reached.names("ONYGAR01") == ["Oskar Nygård"]
    assert reached.names("onygar") == ["Oskar Nygård"]


def test_by_another_address(start_demo: Callable[..., Running]):
    """In Microsoft Entra a person is found by each alias and other address too, whole or by its beginning."""
    demo = start_demo(incidents=0, oidc=CLIENT)
    reached = Reached("graph", demo, directory_of("graph", demo))
    (row,) = demo.instance.storage.find("entra_user", displayName="Oskar Nygård")
    aliases = ["SMTP:oskar.nygard@example.com", "smtp:o'new@alias.example", "X500:/o=x/cn=y"]
    more = {"proxyAddresses": json.dumps(aliases), "otherMails": json.dumps(["Oskar@home.example"])}
    demo.instance.storage.update("entra_user", row["sys_id"], more)
    for typed in ("o'new@alias.example", "O'NEW@alias", "oskar@home.example", "Oskar N. <oskar@home.example>"):
        demo.instance.request_log.clear()
        assert reached.names(typed) == ["Oskar Nygård"], typed
        assert reached.calls() <= 2  # the token comes first


@pytest.mark.parametrize("text", ["Amélie Fontaine", "amelie fontaine", "AMÉLIE", "O'Brien", "Müller", "fontaine"])
def test_accents_and_apostrophes(reached: Reached, text: str):
    """Names are found as they are written, and with accents typed as plain letters."""
    wanted = {"o'brien": "O'Brien", "müller": "Müller"}.get(text.lower(), "Amélie Fontaine")
    assert any(wanted in name for name in reached.names(text)), reached.names(text)


def test_the_best_match_comes_first(reached: Reached):
    """The person whose whole address or name was typed stands first."""
    assert reached.search("hugo.lambert@example.com").people[0].name == "Hugo Lambert"
    assert reached.names("Mia Novak")[0] == "Mia Novak"


def test_a_search_is_one_call(reached: Reached):
    """One search asks the service once, whatever it finds."""
    reached.search("anna", limit=5)
    assert reached.calls() == 1


def test_more_people_than_shown(reached: Reached):
    """A search that finds more than it shows says so; one that shows all does not."""
    few, every = reached.search("anna", limit=2), reached.search("anna", limit=300)
    assert (len(few.people), few.more) == (2, True)
    assert len(every.people) > 2
    assert not every.more
    assert few.total in (None, len(every.people))


@pytest.mark.parametrize(
    "text",
    ['"', "\\", "') or true or (", '" OR "displayName:a', "R&D #1 100% +x", "%22", "李雷", "ORname=admin", "=", ","],
)
def test_no_text_breaks_the_search(reached: Reached, text: str):
    """Signs of query languages are searched for as they stand and find nobody: never everybody."""
    assert reached.search(f"zzz{text}").people == ()


@pytest.mark.parametrize("text", ["a", "", " ", "an^na", "＾ORDERBYname", "mi\u0000a", "x" * 101, "\u202e"])
def test_what_cannot_be_searched_for_is_not_sent(reached: Reached, text: str):
    """An empty or dangerous text is one sentence at the field `search`, and nothing is sent: nobody gets everyone."""
    with pytest.raises(errors.InvalidInput) as caught:
        reached.search(text)
    assert list(caught.value.fields) == ["search"]
    assert reached.calls() == 0


def test_a_person_read_is_the_person_found(reached: Reached):
    """A person opened by key is the one the search showed, and the key is stable."""
    people = reached.search("anna", limit=10).people
    assert people
    for person in people:
        assert found(reached.directory.get(person.id)) == person


def test_who_the_manager_is(reached: Reached):
    """The manager comes with the person and is a person of the same directory; the top has none."""
    managed = [reached.directory.get(person.id) for person in reached.search("ma", limit=25).people]
    managed = [person for person in managed if person.manager_id]
    assert managed
    for person in managed[:5]:
        assert reached.directory.get(person.manager_id).name == person.manager_name


@pytest.mark.parametrize("person_id", ["unknown", "nobody", "", "../servicePrincipals", "x\n", "sys_user?sysparm=1"])
def test_an_unknown_person(reached: Reached, person_id: str):
    """A key that names nobody is RecordNotFound with one clear sentence; what is no key is not even sent.

    ServiceNow's keys may be any text, so there more is asked for, as one quoted part of the address.
    """
    is_key = person_id == "unknown"
    is_asked = is_key or (reached.kind == "servicenow" and person_id in ("nobody", "sys_user?sysparm=1"))
    with pytest.raises(errors.RecordNotFound) as caught:
        reached.directory.get(UNKNOWN[reached.kind] if is_key else person_id)
    assert "not in the directory" in caught.value.user_message
    assert reached.calls() == (1 if is_asked else 0)


@pytest.mark.parametrize(
    ("kind", "count", "error"),
    [
        ("429", 1, errors.RateLimited),
        ("403", 1, errors.AccessRefused),
        ("500_html", 3, errors.ServiceFailure),
        ("not_json", 1, errors.UnexpectedAnswer),
        ("redirect", 1, errors.UnexpectedAnswer),
    ],
)
def test_a_fault_is_one_error_of_the_tree(reached: Reached, kind: str, count: int, error: type[errors.SnlibError]):
    """Whatever goes wrong is one error of the tree that names the service; the next search works again."""
    path = API[reached.kind].rstrip("/") + ("/users" if reached.kind == "graph" else "")
    reached.demo.instance.faults.order(Fault(path, kind, count=count))
    with pytest.raises(error) as caught:
        reached.search("anna")
    assert SERVICE[reached.kind] in caught.value.user_message
    assert reached.search("hugo").people


def test_a_photo_or_none(reached: Reached):
    """A photo is a JPEG or PNG; a person without one has None; ServiceNow's table holds none at all."""
    photos = [reached.directory.photo(person.id) for person in reached.search("ma", limit=12).people]
    kinds = {photo.content_type if photo else "" for photo in photos}
    assert kinds == ({"image/jpeg", ""} if reached.kind == "graph" else {""})


def test_a_condition_the_instance_drops_shows_nobody(start_demo: Callable[..., Running]):
    """ServiceNow answers with anybody when it cannot read a condition: rows that do not match are left out."""
    demo = start_demo(incidents=0)
    table = TableClient(demo.origin, Transport(), HTTPBasicAuth("admin", "admin"), sleep=lambda _: None)

    class Deaf(TableClient):
        def page(self, table_name, query, fields, **limits):  # type: ignore[no-untyped-def]
            return table.page(table_name, type(query)(), fields, **limits)

    directory = ServiceNowDirectory(Deaf(demo.origin, Transport(), HTTPBasicAuth("admin", "admin")))
    result = directory.search("nobody is called this")
    assert (result.people, result.more, result.total) == ((), False, None)
