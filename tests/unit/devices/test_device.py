"""A managed device: its serial number as it is compared, its system in words, its links."""

from __future__ import annotations

import pytest

from snlib.devices.device import Device, serial_key, system_name

DEVICE_ID = "705c034c-0000-4000-8000-5c704c035c70"


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
    assert Device(DEVICE_ID, "A").admin_centre_url == url + DEVICE_ID
    for wrong in ("", "x", DEVICE_ID + "/../evil", DEVICE_ID.upper(), DEVICE_ID + "\n"):
        assert Device(wrong, "A").admin_centre_url == ""


@pytest.mark.parametrize(
    ("system", "there"),
    [("Windows", True), ("macOS", True), ("Android", True), ("iOS", False), ("Linux", False), ("", False)],
)
def test_remote_help_by_platform(system: str, there: bool) -> None:
    """Remote Help is offered for Windows, macOS and Android only."""
    assert Device(DEVICE_ID, "A", operating_system=system).has_remote_help == there


def test_the_maker_is_named_once() -> None:
    """A model that begins with its maker's name is not prefixed with it again."""
    assert Device(DEVICE_ID, "A", manufacturer="HP", model="HP EliteBook 840").hardware == "HP EliteBook 840"
    assert Device(DEVICE_ID, "A", manufacturer="LENOVO", model="ThinkPad T14").hardware == "LENOVO ThinkPad T14"
    assert Device(DEVICE_ID, "A").hardware == ""
