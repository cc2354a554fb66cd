"""The demo Graph's managed devices: of a person, of the tenant, alone; the traps of the real service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from snlib.demo.core.instance import DEFAULT_AS_OF, Setup
from snlib.demo.core.storage import Storage
from snlib.demo.seed import seed_storage
from tests.demo.asking import AGENT, Api
from tests.demo.entra_client import EntraClient
from tests.demo.graph_client import Graph, refused, refused_by_intune

NEVER = "0001-01-01T00:00:00Z"
DEVICES = "/deviceManagement/managedDevices"
SINGLE_ONLY = {
    "physicalMemoryInBytes": 0,
    **dict.fromkeys(("ethernetMacAddress", "iccid", "udid", "meid", "notes", "activationLockBypassCode")),
    **dict.fromkeys(("configurationManagerClientEnabledFeatures", "deviceHealthAttestationState")),
}


@pytest.fixture
def every(graph) -> list[dict]:
    """Every device of the tenant."""
    return graph.all_of(DEVICES)


def when(text: str) -> datetime:
    """Return a Graph time as aware UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def devices_of(graph: Graph, name: str) -> list[dict]:
    """Return the devices of the only person of a name."""
    return graph.all_of(f"/users/{graph.person(name)['id']}/managedDevices")


@pytest.mark.parametrize(
    ("name", "count"),
    [("Oskar Nygård", 0), ("Ingrid Vogel", 1), ("Amélie Fontaine", 3), ("Kiosk Lyon 2", 12)],
)
def test_devices_of_a_person(graph, name, count):
    """People have none, one, several or twelve devices, each with the person's ids, and with a count."""
    person = graph.person(name)
    body = graph.get(f"/users/{person['userPrincipalName']}/managedDevices").json()
    assert body["@odata.context"].endswith(f"#users('{person['id']}')/managedDevices")
    assert (body["@odata.count"], len(body["value"])) == (count, count)
    for device in body["value"]:
        assert device["userId"] == person["id"]
        assert device["userPrincipalName"] == person["userPrincipalName"]
        assert device["emailAddress"] == person["mail"]


def test_pages_of_devices(graph, every):
    """Following next links gives every device once; the page size is 1 to 1000, 1000 when not asked."""
    assert len(every) == len(graph.demo.instance.storage.find("managed_device")) > 500
    paged = graph.all_of(DEVICES, top="400")
    assert [device["id"] for device in paged] == [device["id"] for device in every]
    first = graph.get(DEVICES, top="400").json()
    assert (first["@odata.count"], len(first["value"])) == (len(every), 400)
    for top in ("0", "1001", "x"):
        refused(graph.get(DEVICES, top=top), 400, "Request_BadRequest")
    assert graph.get(DEVICES, top="1000").status_code == 200


@pytest.mark.parametrize(
    "name", ["userPrincipalName", "serialNumber", "deviceName", "azureADDeviceId", "userId", "emailAddress"]
)
def test_filter_by_equality(graph, every, name):
    """The operator eq finds the devices of that value, whatever the case."""
    wanted = next(device for device in every if device["userDisplayName"] == "Hugo Lambert")[name]
    expected = {device["id"] for device in every if device[name].casefold() == wanted.casefold()}
    found = graph.all_of(DEVICES, filter=f"{name} eq '{wanted.upper()}'")
    assert {device["id"] for device in found} == expected
    assert graph.all_of(DEVICES, filter=f"{name} eq 'nobody-has-this'") == []


def test_an_empty_principal_name_finds_every_device(graph, every):
    """The trap: userPrincipalName eq '' is no condition, while an empty serial number is one."""
    assert len(graph.all_of(DEVICES, filter="userPrincipalName eq ''")) == len(every)
    assert any(device["userPrincipalName"] for device in graph.all_of(DEVICES, filter="userPrincipalName eq ''"))
    without = graph.all_of(DEVICES, filter="serialNumber eq ''")
    assert without
    assert {device["serialNumber"] for device in without} == {""}


def test_filters_joined_and_quoted(graph):
    """Conditions are joined by and and or, and a quote is doubled; left single it is refused."""
    found = graph.all_of(DEVICES, filter="deviceName eq 'Siobhán''s iPhone' or deviceName eq 'nothing'")
    assert [device["userDisplayName"] for device in found] == ["Siobhán O'Brien"]
    none = graph.all_of(DEVICES, filter="deviceName eq 'Siobhán''s iPhone' and operatingSystem eq 'Windows'")
    assert none == []
    refused(graph.get(DEVICES, filter="deviceName eq 'Siobhán's iPhone'"), 400, "BadRequest")


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "deviceName"},
        {"filter": "contains(deviceName,'x')"},
        {"filter": "notes eq 'x'"},
        {"filter": "deviceName eq 'x' or"},
        {"search": '"deviceName:x"'},
        {"orderby": "deviceName"},
        {"expand": "detectedApps"},
        {"select": "id,nothing"},
        {"count": "yes"},
        {"skip": "5"},
    ],
)
def test_refused_queries(graph, options):
    """What the demo's Intune does not evaluate it refuses instead of passing over it."""
    assert graph.get(DEVICES, **options).status_code == 400


def test_lists_give_defaults(graph, every):
    """A list has defaults for what a single device's $select gives, also when the list itself selects it."""
    assert all({name: device[name] for name in SINGLE_ONLY} == SINGLE_ONLY for device in every)
    selected = graph.get(DEVICES, select="id,physicalMemoryInBytes", top="5").json()
    assert selected["@odata.context"].endswith("managedDevices(id,physicalMemoryInBytes)")
    assert all(set(device) == {"id", "physicalMemoryInBytes"} for device in selected["value"])
    assert {device["physicalMemoryInBytes"] for device in selected["value"]} == {0}


def test_single_device_needs_select_for_real_values(graph):
    """A single device has the defaults, too, without $select, and the real values with it."""
    laptop = devices_of(graph, "Amélie Fontaine")[0]
    path = f"{DEVICES}/{laptop['id']}"
    plain = graph.get(path).json()
    assert {name: plain[name] for name in SINGLE_ONLY} == SINGLE_ONLY
    real = graph.get(path, select="id,physicalMemoryInBytes,ethernetMacAddress,notes").json()
    assert real["physicalMemoryInBytes"] == 32 * 2**30
    assert len(real["ethernetMacAddress"]) == 12
    assert real["notes"] is None
    assert "deviceName" not in real
    assert graph.get(f"{DEVICES}('{laptop['id']}')").json()["id"] == laptop["id"]
    assert graph.send("GET", f"/beta{path}").json()["id"] == laptop["id"]


def test_a_device_that_somebody_else_enrolled(graph):
    """It names who enrolled it, and is listed below its primary user, whom its own list of users has."""
    (laptop,) = devices_of(graph, "Ronan Keane")
    assert laptop["userDisplayName"] == "Ingrid Vogel"
    (user,) = graph.get(f"{DEVICES}/{laptop['id']}/users").json()["value"]
    assert user["displayName"] == "Ronan Keane"
    assert laptop["id"] not in {device["id"] for device in devices_of(graph, "Ingrid Vogel")}
    refused_by_intune(graph.get(f"{DEVICES}/00000000-0000-4000-8000-000000000000/users"), 404, "ResourceNotFound")


def test_unknown_device_and_person(graph):
    """A device that is not there and a person who is not there are 404."""
    refused_by_intune(graph.get(f"{DEVICES}/00000000-0000-4000-8000-000000000000"), 404, "ResourceNotFound")
    refused(graph.get("/users/nobody/managedDevices"), 404, "Request_ResourceNotFound")


def test_every_awkward_value_occurs(every):
    """Each compliance state, system, string for jailBroken, sentinel, empty text and null is there somewhere."""
    states = {"unknown", "compliant", "noncompliant", "conflict", "error", "inGracePeriod", "configManager"}
    assert {device["complianceState"] for device in every} == states
    assert {device["operatingSystem"] for device in every} == {"Windows", "macOS", "iOS", "Android"}
    assert {"True", "False", "Unknown"} <= {device["jailBroken"] for device in every}
    threats = {device["partnerReportedThreatState"] for device in every}
    assert {"highSeverity", "mediumSeverity", "compromised", "secured", "activated", "unknown"} <= threats
    assert {device["managedDeviceOwnerType"] for device in every} == {"company", "personal", "unknown"}
    assert {device["isEncrypted"] for device in every} == {True, False}
    assert None in {device["azureADRegistered"] for device in every}
    for name in ("lastSyncDateTime", "managementCertificateExpirationDate", "easActivationDateTime"):
        assert NEVER in {device[name] for device in every}, name
    for name in ("serialNumber", "osVersion", "model", "imei", "userId", "emailAddress", "phoneNumber"):
        assert "" in {device[name] for device in every}, name
    assert 0 in {device["totalStorageSpaceInBytes"] for device in every}
    assert any(action["actionState"] == "failed" for d in every for action in d["deviceActionResults"])


def test_devices_that_need_attention(graph):
    """Known people have a device in grace with low disk, an old check-in, a certificate near its end, a threat."""
    laptop, phone, station = devices_of(graph, "Amélie Fontaine")
    assert laptop["complianceState"] == "inGracePeriod"
    assert when(laptop["complianceGracePeriodExpirationDateTime"]) - DEFAULT_AS_OF == timedelta(days=3)
    assert laptop["freeStorageSpaceInBytes"] / laptop["totalStorageSpaceInBytes"] < 0.1
    assert phone["deviceName"] == "Amélie's iPhone"
    assert DEFAULT_AS_OF - when(station["lastSyncDateTime"]) > timedelta(days=40)
    (stale,) = devices_of(graph, "Mia Novak")
    assert timedelta(days=8) < DEFAULT_AS_OF - when(stale["lastSyncDateTime"]) < timedelta(days=9)
    nora = devices_of(graph, "Nora Bergström")[0]
    assert nora["complianceState"] == "error"
    assert when(nora["managementCertificateExpirationDate"]) - DEFAULT_AS_OF == timedelta(days=5)
    assert devices_of(graph, "Priya Raman")[0]["partnerReportedThreatState"] == "highSeverity"
    assert devices_of(graph, "Siobhán O'Brien")[0]["isEncrypted"] is False
    first, second = devices_of(graph, "Tomás Herrera")
    assert first["serialNumber"] == second["serialNumber"]
    assert first["id"] != second["id"]


def test_names_of_devices_are_not_unique(every):
    """Phones that nobody renamed are all called the same."""
    assert len([device for device in every if device["deviceName"] == "iPhone"]) > 5


def test_devices_follow_the_seed_and_the_reference_time():
    """The same seed makes the same devices, another one others, and times move with the reference time."""
    as_of = datetime(2027, 3, 1, 12, tzinfo=UTC)
    setups = (Setup(seed=3, incidents=0), Setup(seed=3, incidents=0), Setup(seed=4, incidents=0))
    storages = [Storage() for _ in range(4)]
    for storage, setup in zip(storages, (*setups, Setup(seed=3, incidents=0, as_of=as_of)), strict=True):
        seed_storage(storage, setup)
    one, same, other, later = (storage.find("managed_device") for storage in storages)
    assert one == same
    assert {row["id"] for row in one}.isdisjoint({row["id"] for row in other})
    synced = [when(row["lastSyncDateTime"]) for row in later if row["lastSyncDateTime"] != NEVER]
    assert timedelta() < as_of - max(synced) < timedelta(days=1)
    for table in ("cmdb_ci_computer", "entra_group", "entra_membership", "entra_photo", "license_assignment"):
        assert storages[0].find(table) == storages[1].find(table)


def test_delegated_tokens_need_the_scope(graph, entra):
    """Without the devices' scope Intune refuses in its own way; with it anybody may, while no RBAC is asked for."""
    refusal = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "User.Read.All"))
    person = graph.person("Hugo Lambert")["id"]
    for path in (DEVICES, f"/users/{person}/managedDevices", f"{DEVICES}/x"):
        message = refused_by_intune(refusal.get(path), 403, "Forbidden")
        assert "DeviceManagementManagedDevices.Read.All" in message
    scope = "DeviceManagementManagedDevices.Read.All"
    allowed = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", scope))
    assert len(allowed.all_of(f"/users/{person}/managedDevices")) == 2


def test_intune_rbac(start_demo):
    """With the switch a delegated call also needs the person's own right in Intune."""
    with EntraClient(start_demo()) as client:
        client.demo.instance.switches.set("intune_rbac", True)
        scope = "DeviceManagementManagedDevices.Read.All"
        agent = Graph(client.demo, client.delegated_token("hugo.lambert@example.com", scope))
        message = refused_by_intune(agent.get(DEVICES), 403, "Forbidden")
        assert "Microsoft.Intune_ManagedDevices_Read" in message
        for mail in ("friedrich.maier@example.com", "ingrid.vogel@example.com"):
            assert Graph(client.demo, client.delegated_token(mail, scope)).get(DEVICES).status_code == 200
        assert Graph(client.demo, client.app_token()).get(DEVICES).status_code == 200


def test_computers_in_servicenow(demo, every):
    """About half of the devices have a computer in the CMDB; some serial numbers are written differently there."""
    rows = Api(demo).rows(table="cmdb_ci_computer", limit=2000, fields="sys_id,serial_number,assigned_to,name")
    exact = {row["serial_number"] for row in rows}
    alike = {serial.replace(" ", "").casefold() for serial in exact}
    serials = [device["serialNumber"] for device in every if device["serialNumber"]]
    found = [serial for serial in serials if serial.casefold() in alike]
    assert 0.4 < len(found) / len(every) < 0.7
    assert [serial for serial in found if serial not in exact]
    assert any(" " in serial for serial in exact)
    parents = {row["sys_id"]: row for row in demo.instance.storage.find("cmdb_ci")}
    assert all(parents[row["sys_id"]]["serial_number"] == row["serial_number"] for row in rows)


def test_a_device_is_its_persons_computer_and_in_incidents(demo, graph):
    """Amélie's laptop leads by its serial number to the CI that some of her incidents name."""
    laptop = devices_of(graph, "Amélie Fontaine")[0]
    agent = Api(demo, AGENT)
    query = f"serial_number={laptop['serialNumber']}"
    (computer,) = agent.rows(query, table="cmdb_ci_computer", display_value="all")
    assert computer["assigned_to"]["display_value"] == "Amélie Fontaine"
    assert computer["model_id"]["display_value"] == laptop["model"]
    assert computer["manufacturer"]["display_value"] == laptop["manufacturer"]
    assert computer["install_status"] == {"display_value": "Installed", "value": "1"}
    assert computer["name"]["value"] == laptop["deviceName"]
    assert agent.rows(f"cmdb_ci={computer['sys_id']['value']}", fields="number")


def test_one_serial_number_can_be_two_computers(demo, graph):
    """A computer that was enrolled anew is in the CMDB twice: retired, and installed."""
    serial = devices_of(graph, "Tomás Herrera")[0]["serialNumber"]
    rows = Api(demo).rows(table="cmdb_ci_computer", limit=2000, fields="serial_number,install_status")
    same = [r["install_status"] for r in rows if r["serial_number"].replace(" ", "").casefold() == serial.casefold()]
    assert sorted(same) == ["1", "7"]


def test_computers_need_a_role(demo):
    """Whoever has no role reads no computers."""
    assert Api(demo, ("mia.novak", "demo")).rows(table="cmdb_ci_computer", limit=5) == []
