"""Whoever a person's page matches to a caller is found from that caller's incident number, and the other way round."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import callers, people
from snlib.helpdesk.person.finding import Findings, find
from snlib.helpdesk.services import Services
from snlib.incidents import CallerMatch
from tests.pages import cast
from tests.support import connect, connected_desk, demo_services, desk_for, desk_of

AGENT = "helpdesk-agent"
NUMBER = "INC7700001"
COLUMN = "employee_number"
"""Stands for an organisation's own column of user principal names; the demo instance has none."""


@dataclass(frozen=True)
class World:
    """Oskar, who is in the directory and in ServiceNow, and an incident of his; an agent who looks for him."""

    demo: Running
    services: Services
    desk: Desk

    @property
    def oskar(self) -> dict[str, str]:
        """As the directory stores him."""
        return cast.named(self.demo, "Oskar Nygård")

    def in_entra(self, **values: str) -> None:
        """Change Oskar in the directory."""
        self.demo.instance.storage.update("entra_user", self.oskar["sys_id"], values)

    def in_servicenow(self, **values: str) -> None:
        """Change Oskar's ServiceNow account."""
        self.demo.instance.storage.update("sys_user", self.oskar["service_now_user"], values)

    def add_incident(self, caller: str, number: str = NUMBER) -> None:
        """Add an incident of this caller."""
        storage = self.demo.instance.storage
        storage.insert("incident", {**storage.find("incident")[0], "sys_id": "", "number": number, "caller_id": caller})

    def match(self, person_id: str = "") -> CallerMatch:
        """What the person's page says."""
        person = people.person(self.desk, person_id or self.oskar["id"])
        return callers.applied(self.desk, person, callers.match(self.desk, person))


@pytest.fixture
def world(start_demo: Callable[..., Running], tmp_path: Path) -> Iterator[World]:
    """A demo instance of one's own, and an agent authenticated with it."""
    demo = start_demo(incidents=5)
    services = demo_services(demo, tmp_path)
    services = replace(services, settings=services.settings.model_copy(update={"caller_column": COLUMN}))
    found = World(demo, services, connected_desk(services, AGENT))
    found.in_servicenow(user_name="x", email="", **{COLUMN: ""})
    found.add_incident(found.oskar["service_now_user"])
    yield found
    services.engine.dispose()


def by_mail(world: World) -> None:
    """The account has the mail address."""
    world.in_servicenow(email=world.oskar["mail"].upper())


def by_principal_name_as_user_id(world: World) -> None:
    """The user ID is the user principal name, which is no mail address."""
    world.in_entra(userPrincipalName="onygar@corp.example.com")
    world.in_servicenow(user_name="ONYGAR@corp.example.com", email="other@elsewhere.example")


def by_principal_name_as_mail(world: World) -> None:
    """The account's e-mail is the user principal name."""
    world.in_entra(userPrincipalName="onygar@corp.example.com")
    world.in_servicenow(email="onygar@corp.example.com")


def by_alias(world: World) -> None:
    """The account's e-mail is a secondary address of the mailbox."""
    world.in_entra(proxyAddresses=json.dumps(["SMTP:oskar.nygard@example.com", "smtp:Oskar.Old@example.com"]))
    world.in_servicenow(email="oskar.old@example.com")


def by_other_mail(world: World) -> None:
    """The account's e-mail is among the other addresses."""
    world.in_entra(otherMails=json.dumps(["oskar@home.example"]))
    world.in_servicenow(email="Oskar@home.example")


def by_account_name(world: World) -> None:
    """The user ID is the account name of Active Directory."""
    world.in_entra(onPremisesSamAccountName="ONYGAR01")
    world.in_servicenow(user_name="onygar01")


def by_local_part(world: World) -> None:
    """The user ID is what stands before the @ of the user principal name."""
    world.in_entra(onPremisesSamAccountName="", userPrincipalName="o.nygard@example.com")
    world.in_servicenow(user_name="o.nygard")


def by_own_column(world: World) -> None:
    """The organisation's own column holds the user principal name; nothing else is the same."""
    world.in_servicenow(email="other@elsewhere.example", **{COLUMN: world.oskar["userPrincipalName"]})


def by_choice(world: World) -> None:
    """Two accounts have his address, and an agent chose this one."""
    world.in_servicenow(email=world.oskar["mail"])
    storage, key = world.demo.instance.storage, world.oskar["service_now_user"]
    storage.insert("sys_user", {**storage.find("sys_user", sys_id=key)[0], "sys_id": "", "user_name": "twin"})
    person = people.person(world.desk, world.oskar["id"])
    assert callers.match(world.desk, person).kind == "several"
    callers.choose(world.desk, person, key)


WAYS = (
    *(by_mail, by_principal_name_as_user_id, by_principal_name_as_mail, by_alias, by_other_mail, by_account_name),
    *(by_local_part, by_own_column, by_choice),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_both_directions(world: World, way: Callable[[World], None]):
    """However the person is matched to the caller, the caller's incident leads to the person, and to nobody else."""
    way(world)
    match = world.match()
    assert match.caller is not None
    assert match.caller.sys_id == world.oskar["service_now_user"]
    found = find(world.desk, NUMBER)
    assert [(hit.person.id, hit.incident) for hit in found.hits] == [(world.oskar["id"], NUMBER)]
    assert found.notes == ()


def test_the_demos_own_people(world: World):
    """People whose account has another e-mail than they, or a twin, are found from the numbers of their callers."""
    storage = world.demo.instance.storage
    other = "SELECT sys_id FROM sys_user u WHERE lower(u.email) <> lower(entra_user.mail)"
    rows = storage.rows(f"SELECT * FROM entra_user WHERE service_now_user IN ({other}) ORDER BY id LIMIT 8")
    for at, row in enumerate([*rows, cast.with_two_accounts(world.demo)]):
        match = world.match(row["id"])
        for candidate in match.candidates if match.caller is None else [match.caller]:
            number = f"INC88{at:05}{match.candidates.index(candidate)}"
            world.add_incident(candidate.sys_id, number)
            assert row["id"] in {hit.person.id for hit in find(world.desk, number).hits}, (row, candidate)


def other_choice(world: World) -> str:
    """An agent chose the twin of this caller; returns words of the sentence."""
    by_choice(world)
    (twin,) = world.demo.instance.storage.find("sys_user", user_name="twin")
    callers.choose(world.desk, people.person(world.desk, world.oskar["id"]), twin["sys_id"])
    return "Nobody was found in the directory who is this user"


def another_address(world: World) -> str:
    """The user ID is Oskar's, and the e-mail is not."""
    world.in_servicenow(user_name="oskar.nygard", email="somebody@elsewhere.example")
    return "Nobody was found in the directory who is this user"


def no_keys(world: World) -> str:
    """ServiceNow shows no key of the user."""
    world.in_servicenow(user_name="", email="")
    return "the directory could not be searched"


def one_key(world: World) -> str:
    """Only the user ID is there, which nobody has: a person could be known by another key."""
    world.in_servicenow(user_name="nobody.there", email="")
    return "Nobody was found in the directory who is this user. Looked for: user ID = nobody.there."


def proven(world: World) -> str:
    """Both keys are there, and nobody has either."""
    world.in_servicenow(user_name="ext.temp", email="temp@elsewhere.example")
    return "who is not in the directory. Looked for: user ID = ext.temp, e-mail = temp@elsewhere.example."


def failing(world: World) -> str:
    """The directory fails."""
    world.in_servicenow(user_name="ext.temp", email="temp@elsewhere.example")
    world.demo.instance.faults.order(Fault("/v1.0/users", "403", count=3))
    return "could not be looked up. Microsoft Graph refused"


@pytest.mark.parametrize(
    "case", [other_choice, another_address, no_keys, one_key, proven, failing], ids=lambda case: case.__name__
)
def test_nobody_is_said_with_what_is_known(world: World, case: Callable[[World], str]):
    """The sentence claims that the caller is not in the directory only when it was proven, and has no gap."""
    words = case(world)
    (sentence,) = found_nobody(find(world.desk, NUMBER)).notes
    assert words in sentence
    assert sentence.startswith(f"{NUMBER} was opened for Oskar Nygård")
    assert ("not in the directory" in sentence) is (case is proven)
    assert_no_gap(sentence)


@pytest.mark.parametrize("directory", ["graph", "servicenow"])
@pytest.mark.parametrize("caller", ["d" * 32, ""])
def test_a_caller_who_is_gone(start_demo: Callable[..., Running], tmp_path: Path, directory: str, caller: str):
    """A deleted or hidden caller, or none, is a sentence of its own."""
    demo = start_demo(incidents=5)
    services = demo_services(demo, tmp_path, directory=directory)
    agent = desk_of(services, AGENT).agent
    assert connect(services, agent, AGENT).ok
    world = World(demo, services, desk_for(services, agent))
    world.add_incident(caller)
    (sentence,) = found_nobody(find(world.desk, NUMBER)).notes
    assert ("whose record is deleted, or hidden" if caller else "has no caller") in sentence
    assert_no_gap(sentence)
    services.engine.dispose()


def test_several_records_of_one_number(world: World):
    """A number is no key: the callers of all its incidents are offered, each once."""
    world.in_servicenow(email=world.oskar["mail"])
    mia = cast.named(world.demo, "Mia Novak")
    for caller in (mia["service_now_user"], mia["service_now_user"]):
        world.add_incident(caller)
    found = find(world.desk, NUMBER)
    assert sorted(hit.person.id for hit in found.hits) == sorted([world.oskar["id"], mia["id"]])


def test_numbers_of_another_prefix(world: World):
    """An instance gives its records a prefix of its own: whichever it is, the number leads to the caller."""
    world.in_servicenow(email=world.oskar["mail"])
    for number, typed in (
        ("SD0012345", "#sd0012345, "),
        ("HR-2026-00017", "hr-2026-00017"),
        ("00098765", "00098765"),
        ("R/2026/4711", "<R/2026/4711>"),
    ):
        world.add_incident(world.oskar["service_now_user"], number)
        assert [hit.person.id for hit in find(world.desk, typed).hits] == [world.oskar["id"]], typed


def test_a_device_named_like_an_incident(world: World):
    """Where records have another prefix, a device may be called INC…: it is found, and that there is no incident."""
    (row,) = world.demo.instance.storage.find("managed_device", deviceName="NB-FR-10005")
    world.demo.instance.storage.update("managed_device", row["sys_id"], {"deviceName": "INC0099999"})
    found = find(world.desk, "inc0099999")
    assert [hit.device and hit.device.name for hit in found.hits] == ["INC0099999"]
    assert "no incident INC0099999" in found.notes[0]


def test_before_authenticating_any_code_may_be_a_number(world: World):
    """What nobody matches could be an incident's number: the sentence says so, and the button comes with it."""
    found = found_nobody(find(desk_of(world.services, "team-lead"), "SD0012345"))
    assert found.sign_in == "ServiceNow"
    assert "If it is an incident's number" in found.notes[0]


def found_nobody(found: Findings) -> Findings:
    """Return what was found, in which nobody is."""
    assert found.hits == ()
    return found


def assert_no_gap(sentence: str) -> None:
    """No value is missing where one should stand."""
    for gap in ("  ", " ,", " .", "()", "( ", "for ,", "for .", "= ,", "= ."):
        assert gap not in sentence, sentence
