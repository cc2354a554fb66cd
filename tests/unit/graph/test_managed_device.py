"""A managed device: what Graph's defaults mean, its serial number as it is compared, its system in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from snlib.graph.fields import read_object
from snlib.graph.managed_device import Compliance, Device, Threat, serial_key, system_name

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
    """Return the documented sample with these changes, as a device."""
    device = read_object(Device, {**SAMPLE, **changes})
    assert device is not None
    return device


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("8KX2ZT3", "8KX2ZT3"),
        ("8kx2zt3", "8KX2ZT3"),
        (" 8KX2 ZT3 ", "8KX2ZT3"),
        ("8KX2\u00a0ZT3", "8KX2ZT3"),
        *(
            (text, "")
            for text in ("", " ", "0", "System Serial Number", "To be filled by O.E.M.", "Default string", "n/a")
        ),
    ],
)
def test_serial_numbers_are_compared_as_they_are_printed(text: str, key: str) -> None:
    """Case and blanks do not count; what a maker wrote instead of a number matches nothing."""
    assert serial_key(text) == key


@pytest.mark.parametrize(
    ("system", "version", "words"),
    [
        ("Windows", "10.0.26200.7171", "Windows 11 25H2, build 26200.7171"),
        ("Windows", "10.0.19045.6456", "Windows 10 22H2, build 19045.6456"),
        ("Windows", "10.0.99999.1", "Windows, build 99999.1"),
        ("Windows", "", "Windows"),
        ("Windows", "10.0", "Windows 10.0"),
        ("macOS", "26.1 (25B78)", "macOS 26.1 (25B78)"),
        ("", "16", "16"),
    ],
)
def test_the_system_in_words(system: str, version: str, words: str) -> None:
    """A known Windows build is named by its release; everything else stays as it was reported."""
    assert system_name(system, version) == words


def test_the_link_needs_an_id() -> None:
    """Only a GUID becomes part of the admin centre's address."""
    url = "https://intune.microsoft.com/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/"
    assert Device(ID, "A").admin_centre_url == url + ID
    for wrong in ("", "x", ID + "/../evil", ID.upper(), ID + "\n"):
        assert Device(wrong, "A").admin_centre_url == ""


@pytest.mark.parametrize(
    ("system", "there"),
    [("Windows", True), ("macOS", True), ("Android", True), ("iOS", False), ("Linux", False), ("", False)],
)
def test_remote_help_by_platform(system: str, there: bool) -> None:
    """Remote Help is offered for Windows, macOS and Android only."""
    assert Device(ID, "A", operating_system=system).has_remote_help == there


def test_the_maker_is_named_once() -> None:
    """A model that begins with its maker's name is not prefixed with it again."""
    assert Device(ID, "A", manufacturer="HP", model="HP EliteBook 840").hardware == "HP EliteBook 840"
    assert Device(ID, "A", manufacturer="LENOVO", model="ThinkPad T14").hardware == "LENOVO ThinkPad T14"
    assert Device(ID, "A").hardware == ""


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
        managed_name="cdupont_Windows_4/19/2024",
        user_id="0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01",
        entra_id="9e3490a3-0000-4000-8000-06a786dd605f",
        wifi_address="AABBCCDDEEFF",
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
        ({"jailBroken": True}, "jail_broken", True),
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
