"""Managed devices: what is sent, what is believed, and the three traps of Intune's lists."""

from datetime import UTC, datetime
from typing import Any

import pytest

from snlib import errors
from snlib.graph import devices
from snlib.graph.devices import MAX_DEVICES
from snlib.graph.fields import read_object
from snlib.graph.managed_device import DETAILS_SELECT, DEVICE_SELECT, Compliance, Device
from tests.unit.graph.scripted import BASE, answer, asked, listed

USER = "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"
DEVICE = "705c034c-0000-4000-8000-5c704c035c70"
LIST_DEFAULTS = {"physicalMemoryInBytes", "ethernetMacAddress", "iccid", "udid", "meid", "notes"}


def row(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a device as Graph writes it."""
    values = {
        "id": f"{DEVICE[:-2]}{number:02x}",
        "userId": USER,
        "deviceName": "LYO-LT-0412",
        "serialNumber": "8KX2ZT3",
        "operatingSystem": "Windows",
        "complianceState": "noncompliant",
        "complianceGracePeriodExpirationDateTime": "2026-03-08T00:00:00Z",
        "lastSyncDateTime": "2026-03-05T07:41:20.1234567Z",
        "isEncrypted": True,
        "jailBroken": "Unknown",
        "totalStorageSpaceInBytes": 511000000000,
        "freeStorageSpaceInBytes": 9126805504,
    }
    return {**values, **changes}


def read(**changes: Any) -> Device:
    """Return the device of a row."""
    device = read_object(Device, row(**changes))
    assert device is not None
    return device


def test_a_device_is_read():
    """The properties come with units and aware times; the free space is below the whole."""
    device = read()
    assert (device.id, device.user_id, device.name) == (DEVICE[:-2] + "00", USER, "LYO-LT-0412")
    assert device.last_check_in == datetime(2026, 3, 5, 7, 41, 20, tzinfo=UTC)
    assert device.grace_until == datetime(2026, 3, 8, tzinfo=UTC)
    assert (device.total_bytes, device.free_bytes) == (511000000000, 9126805504)
    assert (device.encrypted, device.supervised, device.jail_broken) == (True, None, None)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "", None, 7, "soon", "9" * 50])
def test_never_is_no_time(value: object):
    """Intune's two ways of writing never, and what is no time at all, are None."""
    device = read(lastSyncDateTime=value, managementCertificateExpirationDate=value)
    assert device.last_check_in is None
    assert device.certificate_until is None


@pytest.mark.parametrize(
    ("total", "free", "expected"),
    [
        (0, 0, (None, None)),
        (None, 5, (None, None)),
        (100, 0, (100, 0)),
        (100, 200, (100, None)),
        (-1, 5, (None, None)),
        ("100", "7", (100, 7)),
        (True, True, (None, None)),
        (1e3, 5, (None, None)),
    ],
)
def test_storage_that_was_never_counted_is_unknown(total: object, free: object, expected: object):
    """A total of 0 means that nobody looked, and then the free space means nothing either."""
    device = read(totalStorageSpaceInBytes=total, freeStorageSpaceInBytes=free)
    assert (device.total_bytes, device.free_bytes) == expected


def test_odd_values_cost_nothing_but_themselves():
    """Numbers for texts, texts for truths and an unknown user leave the device readable; without an id it is none."""
    device = read(deviceName=7, isEncrypted="yes", userId=None, model="a\u202eb", complianceState="someNewState")
    assert (device.name, device.encrypted, device.user_id) == ("(no name)", None, "")
    assert (device.model, device.compliance) == ("ab", Compliance.UNKNOWN)
    assert read_object(Device, row(id="x")) is None


def test_a_list_never_asks_for_what_lists_answer_by_a_default():
    """The properties that a list answers with 0 or null are asked of one device only."""
    assert LIST_DEFAULTS & set(DEVICE_SELECT.split(",")) == set()
    assert set(DETAILS_SELECT.split(",")) >= LIST_DEFAULTS | set(DEVICE_SELECT.split(","))


def test_devices_of_a_person():
    """One call for the person's list: whoever enrolled a device, it is among those that Graph lists below them."""
    other = "1f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"
    users = [USER, USER.upper(), other, "", None]
    client, script = asked([listed(*(row(number, userId=user) for number, user in enumerate(users)), 7)])
    found = devices.of_user(client, USER)
    assert [device.user_id for device in found.devices] == [USER, USER, other, "", ""]
    assert found.complete
    assert script.paths == [f"{BASE}/users/{USER}/managedDevices"]
    assert script.params() == {"$select": DEVICE_SELECT}


def test_the_primary_users_of_a_device():
    """They are asked for below the device; what is no user is left out, and what is no id is not sent."""
    client, script = asked([listed({"id": USER.upper()}, {"id": USER}, {"id": "x"}, 7)])
    assert devices.primary_user_ids(client, DEVICE) == (USER,)
    assert script.paths == [f"{BASE}/deviceManagement/managedDevices/{DEVICE}/users"]
    with pytest.raises(errors.RecordNotFound):
        devices.primary_user_ids(client, "../users")


@pytest.mark.parametrize("text", ["", "anna", "../me", f"{USER}/x", f"{USER}\n"])
def test_a_person_without_an_object_id_has_no_devices(text: str):
    """What is no object id is part of no address: nothing is sent."""
    client, script = asked([])
    with pytest.raises(errors.InvalidInput):
        devices.of_user(client, text)
    assert script.urls == []


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "a\nb", "x" * 201])
@pytest.mark.parametrize("method", ["by_serial_number", "by_name"])
def test_an_empty_key_is_never_sent(method: str, text: str):
    """A filter for nothing would list every device of the tenant: it is refused before anything is sent."""
    client, script = asked([])
    with pytest.raises(errors.InvalidInput) as caught:
        getattr(devices, method)(client, text)
    assert list(caught.value.fields) == ["search"]
    assert script.urls == []


def test_a_filter_the_service_ignored_shows_nobody_elses_devices():
    """Rows with another serial number or name are dropped, whatever the service says they match."""
    rows = [row(number, serialNumber=f"S{number}", deviceName=f"D{number}") for number in range(50)]
    client, script = asked([listed(*rows), listed(*rows)])
    assert [device.serial_number for device in devices.by_serial_number(client, " s7 ").devices] == ["S7"]
    assert [device.name for device in devices.by_name(client, "d9").devices] == ["D9"]
    assert script.params(0)["$filter"] == "serialNumber eq 's7'"


def test_an_apostrophe_stays_inside_the_filter():
    """A quote in a name is doubled and the whole is percent-encoded: it cannot end the text it stands in."""
    client, script = asked([listed(row(deviceName="Anna's iPhone"))])
    assert devices.by_name(client, "Anna's iPhone").devices
    assert script.params()["$filter"] == "deviceName eq 'Anna''s iPhone'"
    assert " " not in script.urls[0]


def test_one_device_in_full():
    """Memory and network address come from the device's own address, and never 0 for unknown."""
    client, script = asked(
        [
            answer(200, row(physicalMemoryInBytes=34359738368, ethernetMacAddress="AABBCC", notes="hot")),
            answer(200, row(physicalMemoryInBytes=0)),
        ]
    )
    details = devices.details(client, DEVICE[:-2] + "00")
    assert (details.memory_bytes, details.ethernet_address) == (34359738368, "AABBCC")
    assert (details.notes, details.serial_number) == ("hot", "8KX2ZT3")
    assert script.params() == {"$select": DETAILS_SELECT}
    assert devices.details(client, DEVICE[:-2] + "00").memory_bytes is None


def test_another_device_than_asked_for_is_not_shown():
    """An answer about another device is an unexpected answer; what is no id is not found, without a call."""
    client, script = asked([answer(200, row(9))])
    with pytest.raises(errors.UnexpectedAnswer):
        devices.details(client, DEVICE)
    with pytest.raises(errors.RecordNotFound) as caught:
        devices.details(client, "../users")
    assert "Intune does not know this device" in caught.value.user_message
    assert len(script.urls) == 1


def test_more_devices_than_a_person_has():
    """A list longer than any person's is cut, and says so."""
    rows = [row(number, id=f"{DEVICE[:-4]}{number:04x}") for number in range(MAX_DEVICES + 1)]
    client, _ = asked([listed(*rows)])
    found = devices.of_user(client, USER)
    assert (len(found.devices), found.complete) == (MAX_DEVICES, False)
