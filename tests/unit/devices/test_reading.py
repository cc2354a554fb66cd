"""From Microsoft Graph's answer to a device: defaults and sentinels are "unknown", never facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from snlib.devices.device import Compliance, Device, Threat
from snlib.devices.reading import device_of, facts_of, newest_first
from snlib.graph.devices import DeviceDetails, read_device

ID = "705c034c-0000-4000-8000-5c704c035c70"
SAMPLE = {
    "id": ID.upper(),
    "userId": "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01",
    "deviceName": "LYO-LT-0412",
    "managedDeviceName": "cdupont_Windows_4/19/2024",
    "managedDeviceOwnerType": "company",
    "enrolledDateTime": "2024-04-19T08:00:00Z",
    "lastSyncDateTime": "2026-03-05T07:41:20Z",
    "operatingSystem": "Windows",
    "osVersion": "10.0.26100.3194",
    "complianceState": "noncompliant",
    "complianceGracePeriodExpirationDateTime": "2026-03-08T00:00:00Z",
    "jailBroken": "Unknown",
    "azureADDeviceId": "9e3490a3-0000-4000-8000-06a786dd605f",
    "deviceCategoryDisplayName": "Laptop",
    "isEncrypted": True,
    "manufacturer": "Dell Inc.",
    "model": "Latitude 7440",
    "serialNumber": "8KX2ZT3",
    "totalStorageSpaceInBytes": 511000000000,
    "freeStorageSpaceInBytes": 9126805504,
    "partnerReportedThreatState": "highSeverity",
    "wiFiMacAddress": "AABBCCDDEEFF",
    "managementCertificateExpirationDate": "2027-01-01T00:00:00Z",
}
NEVER = "0001-01-01T00:00:00Z"
NO_LIMIT = "9999-12-31T23:59:59Z"


def read(**changes: Any) -> Device:
    """The documented sample with these changes, as a device."""
    managed = read_device({**SAMPLE, **changes})
    assert managed is not None
    return device_of(managed)


def test_the_documented_sample() -> None:
    """Every fact of Microsoft's own shape arrives."""
    assert read() == Device(
        id=ID,
        name="LYO-LT-0412",
        operating_system="Windows",
        os_version="10.0.26100.3194",
        manufacturer="Dell Inc.",
        model="Latitude 7440",
        serial_number="8KX2ZT3",
        owner="company",
        category="Laptop",
        compliance=Compliance.NONCOMPLIANT,
        grace_until=datetime(2026, 3, 8, tzinfo=UTC),
        last_check_in=datetime(2026, 3, 5, 7, 41, 20, tzinfo=UTC),
        enrolled_at=datetime(2024, 4, 19, 8, tzinfo=UTC),
        certificate_until=datetime(2027, 1, 1, tzinfo=UTC),
        total_bytes=511_000_000_000,
        free_bytes=9_126_805_504,
        encrypted=True,
        jail_broken=None,
        threat=Threat.HIGH,
    )


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"lastSyncDateTime": NEVER}, "last_check_in", None),
        ({"complianceGracePeriodExpirationDateTime": NEVER}, "grace_until", None),
        ({"complianceGracePeriodExpirationDateTime": NO_LIMIT}, "grace_until", None),
        ({"managementCertificateExpirationDate": NEVER}, "certificate_until", None),
        ({"totalStorageSpaceInBytes": 0, "freeStorageSpaceInBytes": 0}, "total_bytes", None),
        ({"totalStorageSpaceInBytes": 0, "freeStorageSpaceInBytes": 0}, "free_bytes", None),
        ({"freeStorageSpaceInBytes": 0}, "free_bytes", 0),
        ({"isEncrypted": False}, "encrypted", False),
        ({"isEncrypted": False, "lastSyncDateTime": NEVER}, "encrypted", None),
        ({"isEncrypted": None}, "encrypted", None),
        ({"jailBroken": "True"}, "jail_broken", True),
        ({"jailBroken": "false"}, "jail_broken", False),
        ({"jailBroken": True}, "jail_broken", None),
        ({"complianceState": "somethingNew"}, "compliance", Compliance.UNKNOWN),
        ({"complianceState": None}, "compliance", Compliance.UNKNOWN),
        ({"partnerReportedThreatState": "somethingNew"}, "threat", Threat.UNKNOWN),
        ({"managedDeviceOwnerType": "somethingNew"}, "owner", "unknown"),
        ({"deviceCategoryDisplayName": "Unknown"}, "category", ""),
        ({"deviceName": ""}, "name", "cdupont_Windows_4/19/2024"),
        ({"deviceName": "", "managedDeviceName": ""}, "name", "(no name)"),
    ],
)
def test_defaults_and_sentinels(changes: dict[str, Any], name: str, value: object) -> None:
    """What Graph writes for "never", "none" and "not asked yet" is unknown; new words of its are too."""
    assert getattr(read(**changes), name) == value


def test_details_leave_out_what_is_unknown() -> None:
    """Memory is told in the units it is sold in, hardware addresses as they are printed; empty facts are no lines."""
    managed = read_device({**SAMPLE, "azureADDeviceId": "00000000-0000-0000-0000-000000000000"})
    assert managed is not None
    details = DeviceDetails(managed, 17_179_869_184, "001122334455", "", "", "", "Loaner.", "")
    facts = {fact.label: fact.value for fact in facts_of(details)}
    assert (facts["Memory"], facts["Wi-Fi address"], facts["Ethernet address"]) == (
        "16 GB",
        "AA:BB:CC:DD:EE:FF",
        "00:11:22:33:44:55",
    )
    assert facts["Notes"] == "Loaner."
    assert not {"ICCID", "UDID", "Entra device ID", "Carrier"} & set(facts)
    assert all(facts.values())


def test_the_one_heard_of_last_comes_first() -> None:
    """Devices are in the order of their last check-in; one that was never heard of is last."""
    never, old, new = (
        read(id=f"{number:08d}-0000-4000-8000-000000000000", lastSyncDateTime=when)
        for number, when in enumerate((NEVER, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"))
    )
    assert newest_first((never, old, new)) == (new, old, never)
