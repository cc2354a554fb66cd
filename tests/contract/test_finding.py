"""The one search box over the demo instance: names, devices, incidents, each to the right person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from snlib import errors
from snlib.demo.core.faults import Fault
from snlib.demo.server import Running
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person.finding import find
from snlib.helpdesk.services import Services
from snlib.settings import AccessPolicy
from tests.support import connect, connected_desk, demo_services, desk_for, desk_of, restored, sign_in

AGENT = "helpdesk-agent"


@pytest.fixture
def make_services(demo: Running, tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Services of one's own over the shared demo instance, which is put back afterwards."""
    with ExitStack() as stack:
        stack.enter_context(restored(demo))

        def make(**options: object) -> Services:
            services = demo_services(demo, tmp_path, **options)
            stack.callback(services.engine.dispose)
            return services

        yield make


@pytest.fixture
def desk(make_services: Callable[..., Services]) -> Desk:
    """A helpdesk agent's desk, not authenticated with ServiceNow."""
    return desk_of(make_services(), AGENT)


def device(demo: Running, condition: str) -> dict[str, str]:
    """Return the first managed device that meets ``condition``."""
    return demo.instance.storage.rows(f"SELECT * FROM managed_device WHERE {condition} ORDER BY id LIMIT 1")[0]


def asked(demo: Running) -> list[str]:
    """Return the paths asked of Graph and of ServiceNow."""
    return [
        entry.path
        for entry in demo.instance.request_log.entries()
        if entry.path.startswith(("/v1.0", "/beta", "/api/now"))
    ]


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_a_serial_number_leads_to_the_person_and_the_device(demo: Running, desk: Desk, case: Callable[[str], str]):
    """A serial number, in any case, leads to the device's primary user with that device; the log says so."""
    row = device(demo, "deviceName = 'NB-FR-10005'")
    (hit,) = find(desk, case(row["serialNumber"])).hits
    assert hit.person.name == "Amélie Fontaine"
    assert hit.device is not None
    assert hit.device.id == row["id"]
    noted = desk._services.audit.recent(1)[0]
    assert (noted.action, noted.target, noted.detail) == ("device.find", hit.person.id, row["serialNumber"])


@pytest.mark.parametrize("text", ["NB-FR-10005", "Amélie's iPhone"])
def test_a_device_name_leads_to_the_person(desk: Desk, text: str):
    """A device's name, with a digit or with a space and an apostrophe, leads to its primary user."""
    hits = find(desk, text).hits
    assert [(hit.person.name, hit.device and hit.device.name) for hit in hits] == [("Amélie Fontaine", text)]


def test_several_devices_of_one_serial_number(demo: Running, desk: Desk):
    """A serial number that two records share gives both, each with its own device."""
    row = demo.instance.storage.rows(
        "SELECT serialNumber, count(*) AS n FROM managed_device WHERE serialNumber <> '' AND userId <> '' "
        "GROUP BY serialNumber HAVING n > 1 ORDER BY n, serialNumber LIMIT 1"
    )[0]
    hits = [hit for hit in find(desk, row["serialNumber"]).hits if hit.device]
    assert len({hit.device.id for hit in hits if hit.device}) == len(hits) == int(row["n"])


def test_a_name_asks_for_no_device(demo: Running, desk: Desk):
    """A person's name that finds people is one call of the directory, and no device is asked for."""
    assert [hit.person.name for hit in find(desk, "hugo lambert").hits] == ["Hugo Lambert"]
    assert asked(demo) == ["/v1.0/users"]


def test_an_object_id_is_opened(demo: Running, desk: Desk):
    """An object id leads to its person, an unknown one to a sentence."""
    (row,) = demo.instance.storage.find("entra_user", mail="mia.novak@example.com")
    assert [hit.person.name for hit in find(desk, row["id"].upper()).hits] == ["Mia Novak"]
    found = find(desk, "00000000-0000-4000-8000-000000000000")
    assert found.hits == ()
    assert "not in the directory" in found.notes[0]


def test_more_than_are_shown(desk: Desk):
    """At most 25 are shown, and that there are more is said."""
    found = find(desk, "ma")
    assert (len(found.hits), found.more) == (25, True)


def test_an_incident_number_leads_to_its_caller(demo: Running, make_services: Callable[..., Services]):
    """An incident's number leads to the person it was opened for; the log says so."""
    desk = connected_desk(make_services(), "intune-administrator")
    row = demo.instance.storage.rows(
        "SELECT incident.number, entra_user.id FROM incident JOIN sys_user ON caller_id = sys_user.sys_id "
        "JOIN entra_user ON entra_user.service_now_user = sys_user.sys_id WHERE sys_user.email = entra_user.mail "
        "AND entra_user.mail <> '' ORDER BY incident.number LIMIT 1"
    )[0]
    (hit,) = find(desk, row["number"].lower()).hits
    assert (hit.person.id, hit.incident) == (row["id"], row["number"])
    noted = desk._services.audit.recent(1)[0]
    assert (noted.action, noted.target, noted.detail) == ("incident.find", row["id"], row["number"])


def test_an_incident_number_needs_servicenow(demo: Running, desk: Desk):
    """Before authenticating, the answer says that it is an incident's number and what to do; nothing is asked."""
    found = find(desk, "INC0010001")
    assert (found.hits, found.sign_in) == ((), "ServiceNow")
    assert found.notes == ("INC0010001 is an incident's number: authenticate with ServiceNow to find its caller.",)
    assert asked(demo) == []
    assert connect(desk._services, desk.agent, AGENT).ok
    assert not find(desk, "INC0010001").sign_in


def test_an_incident_that_is_not_there(make_services: Callable[..., Services]):
    """An unknown number is a sentence, and nobody is offered."""
    found = find(connected_desk(make_services(), AGENT), "INC9999999999")
    assert found.hits == ()
    assert "no incident INC9999999999" in found.notes[0]


def test_without_a_permission_its_look_up_is_left_out(demo: Running, make_services: Callable[..., Services]):
    """Who may search but not see devices or incidents gets people only; who may not search gets nothing at all."""
    services = make_services()
    changed = replace_policy(services)
    searcher = desk_for(changed, sign_in(changed, AGENT, "Searcher"))
    row = device(demo, "deviceName = 'NB-FR-10005'")
    assert find(searcher, row["serialNumber"]).hits == ()
    assert "/v1.0/deviceManagement/managedDevices" not in asked(demo)
    assert "Ask an administrator" in find(searcher, "INC0010001").notes[0]
    with pytest.raises(errors.PermissionDenied):
        find(desk_of(services, "auditor"), "anna")


def replace_policy(services: Services) -> Services:
    """Return the services with an app role Searcher that may only search."""
    access = AccessPolicy(app_roles="Searcher=users.search")
    return replace(services, settings=services.settings.model_copy(update={"access": access}))


def test_devices_that_cannot_be_searched_do_not_hide_people(demo: Running, desk: Desk):
    """When Intune refuses, the people found are still shown, with a sentence about the devices."""
    demo.instance.faults.order(Fault("/v1.0/deviceManagement/managedDevices", "403", count=5))
    found = find(desk, "anna.schmidt2")
    assert [hit.person.username for hit in found.hits] == ["anna.schmidt2@example.com"]
    assert found.notes[0].startswith("Devices were not searched. Microsoft Graph refused to let")


@pytest.mark.parametrize("text", ["", "a", "a^b"])
def test_what_cannot_be_searched_for_is_not_sent(demo: Running, desk: Desk, text: str):
    """A text that cannot be searched for is refused before any service is asked."""
    with pytest.raises(errors.InvalidInput):
        find(desk, text)
    assert asked(demo) == []


def test_people_kept_in_servicenow(demo: Running, make_services: Callable[..., Services]):
    """With ServiceNow as the directory the agent authenticates first; then names, devices and incidents work alike."""
    services = make_services(directory="servicenow")
    desk = desk_of(services, AGENT)
    with pytest.raises(errors.SignInRequired) as caught:
        find(desk, "hugo lambert")
    assert caught.value.service == "ServiceNow"
    assert connect(services, desk.agent, AGENT).ok
    (hugo,) = find(desk, "hugo lambert").hits
    (row,) = demo.instance.storage.find("sys_user", user_name=hugo.person.account_name)
    assert hugo.person.id == row["sys_id"]
    serial = device(demo, "deviceName = 'NB-FR-10005'")["serialNumber"]
    assert [(hit.person.name, bool(hit.device)) for hit in find(desk, serial).hits] == [("Amélie Fontaine", True)]
