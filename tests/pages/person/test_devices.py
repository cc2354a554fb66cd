"""The tab Devices: what agents ask on the phone, what to notice, and which incident is about which device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from snlib.demo.server import Running
from snlib.helpdesk import runtime
from snlib.helpdesk.services import Services
from snlib.settings import AccessPolicy
from tests.pages import cast
from tests.pages.screen import Screen, open_incidents, open_person
from tests.support import connected_desk, order, paths_asked, restored, sign_in

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The reference time of the demo's devices."""
COMPUTERS = "/api/now/table/cmdb_ci_computer"


@pytest.fixture
def services(demo: Running, serve: Callable[..., Services]) -> Services:
    """Services whose clock is fixed at the reference time, over the shared demo instance."""
    return serve(demo, lambda: AS_OF)


def devices_of(demo: Running, someone: dict[str, str]) -> list[dict[str, str]]:
    """The person's managed devices as stored."""
    return demo.instance.storage.find("managed_device", userId=someone["id"])


def open_devices(services: Services, someone: dict[str, str], **query: str) -> Screen:
    """Open a person's tab Devices as a helpdesk agent who is not authenticated with ServiceNow."""
    return open_person(sign_in(services, "helpdesk-agent"), someone, "Devices", **query)


def graph_paths(demo: Running) -> list[str]:
    """What Microsoft Graph was asked about devices."""
    return [entry.path for entry in demo.instance.request_log.entries() if "managedDevices" in entry.path]


def test_every_device_has_a_card(services: Services, demo: Running):
    """All of the person's devices are shown by name, the latest check-in first, and nobody else's."""
    someone = cast.named(demo, "Amélie Fontaine")
    stored = sorted(devices_of(demo, someone), key=lambda row: row["lastSyncDateTime"], reverse=True)
    screen = open_devices(services, someone)
    assert [heading.value.rpartition(": ")[2] for heading in screen.at.main.subheader] == [
        row["deviceName"].replace("-", "\\-") for row in stored
    ]
    for row in stored:
        assert row["osVersion"].removeprefix("10.0.") in screen.wire
        assert row["serialNumber"] in screen.wire


def test_what_to_notice(services: Services, demo: Running):
    """A nearly full disk, a running grace period and a long silence are flagged, each with its reason."""
    text = open_devices(services, cast.named(demo, "Amélie Fontaine")).text
    assert (
        "In grace period] The device breaks a compliance policy and is still let in: grace period, 3 days left." in text
    )
    assert "Disk nearly full]" in text
    assert "Silent for 40 days]" in text
    assert "Nothing to notice" in text


def test_grace_days_are_on_the_card(services: Services, demo: Running):
    """The answer to "compliant?" names the days left in the grace period."""
    assert "In grace period, 3 days left" in open_devices(services, cast.named(demo, "Amélie Fontaine")).wire


def test_never_checked_in(services: Services, demo: Running):
    """A device that has never checked in: its defaults are "unknown", and no time of the year 1 appears."""
    screen = open_devices(services, cast.person(demo, "userPrincipalName = 'lotte.lindqvist@example.com'"))
    assert "Never checked in]" in screen.text
    assert "Not encrypted" not in screen.text
    assert "0001" not in screen.wire
    assert screen.wire.count("Unknown") >= 3


def test_twelve_devices(services: Services, demo: Running):
    """An account with twelve devices shows twelve cards; a placeholder for a serial number is no link to anything."""
    someone = cast.person(demo, "userPrincipalName = 'kiosk.lyon.2@example.com'")
    screen = open_devices(services, someone)
    assert len(devices_of(demo, someone)) == len(screen.at.main.subheader) == 12
    assert any(caption.startswith("**12 devices** · as of ") for caption in screen.captions)
    assert "Serial number: unknown (the manufacturer left “System Serial Number” there)" in screen.captions
    assert "Serial number: unknown" in screen.captions


def test_two_records_of_one_device(services: Services, demo: Running):
    """Of two records with one serial number the older says that it is."""
    text = open_devices(services, cast.person(demo, "userPrincipalName = 'tomas.herrera@example.com'")).text
    assert text.count("Older record]") == 1


def test_somebody_without_devices(services: Services, demo: Running):
    """A person without devices gets one sentence."""
    someone = cast.person(demo, "id NOT IN (SELECT userId FROM managed_device) AND userType = 'Member'")
    screen = open_devices(services, someone)
    assert screen.alert[::2] == ("info", "Intune has no device whose primary user is this person.")


def test_a_device_that_somebody_else_enrolled(services: Services, demo: Running):
    """It is among its primary user's devices and says whom it names; by serial number both are offered, as what."""
    ronan, ingrid = cast.named(demo, "Ronan Keane"), cast.named(demo, "Ingrid Vogel")
    (row,) = (row for row in devices_of(demo, ingrid) if row["primary_user"] == ronan["id"])
    screen = open_devices(services, ronan)
    assert len(screen.at.main.subheader) == 1
    assert "Another user] Microsoft Graph lists this device below this person, but names ingrid.vogel@" in screen.text
    offered = screen.type("Find a person", q=row["serialNumber"]).component("Find a person")["options"]
    assert [(one["name"], one["detail"].split(" · ")[0]) for one in offered] == [
        ("Ronan Keane", f"Device {row['deviceName']}"),
        ("Ingrid Vogel", f"Enrolled the device {row['deviceName']}, and is not its primary user"),
    ]
    assert offered[1]["id"] == f"{ingrid['id']}|Devices|"
    # Where the primary user cannot be read, nobody is said to be it.
    order(demo, "fault", match=f"/v1.0/deviceManagement/managedDevices/{row['id']}/users", kind="403", count=9)
    again = Screen(sign_in(services, "team-lead"), "troubleshooting").type("Find a person", q=row["serialNumber"])
    (only,) = again.component("Find a person")["options"]
    assert only["name"] == "Ingrid Vogel"
    assert only["detail"].startswith(f"Device {row['deviceName']}, which they may only have enrolled")


def test_links(services: Services, demo: Running):
    """Each device opens in the admin centre by its id; Remote Help is offered for Windows, not for iOS."""
    someone = cast.named(demo, "Amélie Fontaine")
    wire = open_devices(services, someone).wire
    for row in devices_of(demo, someone):
        count = 2 if row["operatingSystem"] == "Windows" else 1
        assert wire.count(f"overview/mdmDeviceId/{row['id']}") == count
    assert "Start Remote Help" in wire


def test_the_device_searched_for_comes_first(services: Services, demo: Running):
    """A device named in the address comes first and says why; an id of another person's device changes nothing."""
    someone = cast.named(demo, "Amélie Fontaine")
    phone = next(row for row in devices_of(demo, someone) if row["operatingSystem"] == "iOS")
    screen = open_devices(services, someone, device=phone["id"])
    assert "iPhone" in screen.at.main.subheader[0].value
    assert screen.text.count("The device you searched for") == 1
    foreign = open_devices(services, cast.named(demo, "Mia Novak"), device=phone["id"])
    assert "iPhone" not in foreign.wire
    assert "The device you searched for" not in foreign.text


def test_details_are_asked_for_when_opened(services: Services, demo: Running):
    """Defaults in Graph's lists are not shown as facts: opening the details requests the single device, once."""
    someone = cast.named(demo, "Mia Novak")
    (row,) = devices_of(demo, someone)
    screen = open_devices(services, someone)
    single = f"/v1.0/deviceManagement/managedDevices/{row['id']}"
    assert single not in graph_paths(demo)
    assert "Memory" not in screen.wire
    screen.at.session_state[f"sn.device.more.{row['id']}"] = True
    screen.run().run()
    assert graph_paths(demo).count(single) == 1
    rows = dict(screen.component("Details")["rows"])
    assert rows["Memory"] == f"{int(row['physicalMemoryInBytes']) // 2**30} GB"
    assert rows["Ethernet address"].replace(":", "") == row["ethernetMacAddress"]


def test_lazy(services: Services, demo: Running):
    """Nothing is asked about devices before the tab is opened; opened, one question, and none on a rerun."""
    someone = cast.named(demo, "Mia Novak")
    with restored(demo):
        open_person(sign_in(services, "helpdesk-agent"), someone)
        assert graph_paths(demo) == []
        open_devices(services, someone).run()
        assert graph_paths(demo) == [f"/v1.0/users/{someone['id']}/managedDevices"]


def test_an_agent_without_the_permission(services: Services, demo: Running):
    """Without devices.view the tab says who grants it, nothing is asked, and the refusal is logged."""
    access = AccessPolicy(app_roles="Helpdesk.Agent=users.search,Devices=devices.view")
    runtime.install(replace(services, settings=services.settings.model_copy(update={"access": access})))
    with restored(demo):
        screen = open_devices(services, cast.named(demo, "Mia Novak"))
        assert graph_paths(demo) == []
    kind, title, sentence = screen.alert
    assert (kind, title) == ("warning", "You do not have permission")
    assert sentence.startswith("You can't see devices.")
    newest = services.audit.recent(1)[0]
    assert (newest.action, newest.outcome) == ("devices.read", "refused")


@pytest.mark.parametrize(("fault", "kind"), [("403", "error"), ("404", "error"), ("429", "error"), ("502", "error")])
def test_graph_fails(services: Services, demo: Running, fault: str, kind: str):
    """An error of Microsoft Graph is shown in the tab; the person's header stays."""
    someone = cast.named(demo, "Mia Novak")
    agent = sign_in(services, "helpdesk-agent")
    open_person(agent, someone)
    order(demo, "fault", match=f"/v1.0/users/{someone['id']}/managedDevices", kind=fault, count=5)
    screen = open_person(agent, someone, "Devices")
    assert [alert[0] for alert in screen.alerts] == [kind]
    assert "Mia Novak" in screen.text


def about(demo: Running) -> tuple[dict[str, str], dict[str, str], list[dict[str, str]]]:
    """Somebody whose managed laptop is the configuration item of incidents: the person, the device, the incidents."""
    known = "SELECT c.sys_id FROM cmdb_ci_computer c JOIN managed_device m ON m.serialNumber = c.serial_number"
    someone = cast.busiest(demo, f"cmdb_ci IN ({known})")
    (laptop,) = demo.instance.storage.rows(
        "SELECT m.* FROM managed_device m JOIN cmdb_ci_computer c ON m.serialNumber = c.serial_number "
        "JOIN incident i ON i.cmdb_ci = c.sys_id WHERE m.userId = ? AND i.caller_id = ? GROUP BY m.id",
        (someone["id"], someone["service_now_user"]),
    )
    (item,) = demo.instance.storage.find("cmdb_ci_computer", serial_number=laptop["serialNumber"])
    return (
        someone,
        {**laptop, "item": item["sys_id"]},
        cast.incidents_of(demo, someone, f"cmdb_ci = '{item['sys_id']}'"),
    )


def test_the_card_knows_its_incidents(services: Services, demo: Running):
    """Once authenticated, a card lists the incidents about the device, with links, and its record in ServiceNow."""
    someone, laptop, incidents = about(demo)
    agent = connected_desk(services, "helpdesk-agent").agent
    with restored(demo):
        screen = open_person(agent, someone, "Devices")
        assert paths_asked(demo).count(COMPUTERS) == 1
    plural = "s" if len(incidents) > 1 else ""
    assert f"**{len(incidents)} incident{plural} about this device**" in screen.text
    for row in incidents[:5]:
        assert row["number"] in screen.text
        assert f"incident.do%3Fsys_id%3D{row['sys_id']}" in screen.wire
    assert f"cmdb_ci_computer.do%3Fsys_id%3D{laptop['item']}" in screen.wire


def test_the_list_knows_the_device(services: Services, demo: Running):
    """The incident list has a column Device: the name beside exactly those incidents that are about it."""
    someone, laptop, incidents = about(demo)
    grid = open_incidents(connected_desk(services, "helpdesk-agent").agent, someone).grid
    marked = dict(zip(grid["number"], grid["device"].fillna(""), strict=True))
    assert {number for number, name in marked.items() if name} == {row["number"] for row in incidents}
    assert set(marked.values()) - {""} == {laptop["deviceName"]}


def test_devices_that_could_not_be_read_are_asked_for_again(services: Services, demo: Running):
    """While Intune fails the list shows without the column and says why; the next run marks the incidents."""
    someone, _, _ = about(demo)
    agent = connected_desk(services, "helpdesk-agent").agent
    order(demo, "fault", match=f"/v1.0/users/{someone['id']}/managedDevices", kind="403", count=1)
    screen = open_incidents(agent, someone)
    assert "device" not in screen.grid.columns
    assert any("no incident is marked with one" in caption for caption in screen.captions)
    assert "device" in screen.run().grid.columns
    assert not any("no incident is marked" in caption for caption in screen.captions)


def test_a_list_without_such_incidents_has_no_column(services: Services, demo: Running):
    """Where no incident is about one of the person's devices there is no column Device."""
    someone = cast.busiest(
        demo, "cmdb_ci = '' AND caller_id NOT IN (SELECT caller_id FROM incident WHERE cmdb_ci <> '')"
    )
    with restored(demo):
        grid = open_incidents(connected_desk(services, "helpdesk-agent").agent, someone).grid
        assert graph_paths(demo) == []
    assert "device" not in grid.columns


@pytest.mark.parametrize("fault", ["403", "404"])
def test_the_cmdb_is_optional(services: Services, demo: Running, fault: str):
    """When the instance lacks or refuses the table, only the link is missing: no notice, incidents still marked."""
    someone, laptop, incidents = about(demo)
    agent = connected_desk(services, "helpdesk-agent").agent
    order(demo, "fault", match=COMPUTERS, kind=fault, count=5)
    screen = open_person(agent, someone, "Devices")
    assert not screen.alerts
    assert laptop["item"] not in screen.wire
    assert incidents[0]["number"] in screen.text


def test_the_cards_stand_when_servicenow_fails(services: Services, demo: Running):
    """When ServiceNow fails, the cards are there, and one line says what is missing."""
    someone, laptop, _ = about(demo)
    agent = connected_desk(services, "helpdesk-agent").agent
    order(demo, "fault", match="/api/now/", kind="500_html", count=50)
    screen = open_person(agent, someone, "Devices")
    assert laptop["serialNumber"] in screen.wire
    assert any("ServiceNow's records are missing" in caption for caption in screen.captions)


def test_before_authenticating(services: Services, demo: Running):
    """Without ServiceNow the cards lack only its records, and nothing is sent to it."""
    someone, laptop, _ = about(demo)
    with restored(demo):
        screen = open_devices(services, someone)
        assert paths_asked(demo) == []
    assert laptop["serialNumber"] in screen.wire
    assert any("Authenticate with ServiceNow" in caption for caption in screen.captions)


def test_what_was_read_is_written_down(services: Services, demo: Running):
    """Reading devices, one device's details and groups are in the access log, each once, about the person."""
    someone = cast.named(demo, "Mia Novak")
    (row,) = devices_of(demo, someone)
    screen = open_devices(services, someone)
    screen.at.session_state[f"sn.device.more.{row['id']}"] = True
    screen.run().run()
    open_person(sign_in(services, "helpdesk-agent"), someone, "Groups")
    events = [(event.action, event.target, event.outcome) for event in services.audit.recent()]
    for action in ("devices.read", "device.read", "groups.read"):
        assert events.count((action, someone["id"], "ok")) == 1, action


def test_groups(services: Services, demo: Running):
    """The tab Groups lists what the person is in, directly or through other groups, each with its object id."""
    someone = cast.named(demo, "Mia Novak")
    storage = demo.instance.storage
    direct = {row["container"] for row in storage.find("entra_membership", member=someone["id"])}
    every, fresh = set(direct), set(direct)
    while fresh:
        fresh = {row["container"] for one in fresh for row in storage.find("entra_membership", member=one)} - every
        every |= fresh
    table = open_person(sign_in(services, "helpdesk-agent"), someone, "Groups").component("Groups")
    assert table["headings"] == ["Name", "Type", "Membership", "Direct or transitive", "Object ID"]
    assert {row[4] for row in table["rows"] if row[3] == "Direct"} == direct
    assert {row[4] for row in table["rows"]} == every
    assert len(table["rows"]) == len(every)
    assert all(row[1] != "Unknown" for row in table["rows"])
