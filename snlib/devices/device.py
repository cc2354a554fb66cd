"""A managed device as the dashboard knows one, and the small words that describe it.

Vendor: https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice (properties and their values).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

GIGABYTE = 1_000_000_000
"""Disks are sold and shown in decimal gigabytes."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ADMIN_CENTRE = "https://intune.microsoft.com/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview"
_REMOTE_HELP_PLATFORMS = frozenset({"windows", "macos", "android"})

_PLACEHOLDER_SERIALS = frozenset(
    {
        *("", "0", "NA", "N/A", "NONE", "NULL", "UNKNOWN", "INVALID", "DEFAULTSTRING", "NOTSPECIFIED"),
        *("NOTAPPLICABLE", "NOTAVAILABLE", "SYSTEMSERIALNUMBER", "TOBEFILLEDBYO.E.M.", "CHASSISSERIALNUMBER"),
        *("SERNUM", "123456789", "0123456789"),
    }
)
"""What firmware holds where the maker left the serial number out, as ``serial_key`` would write it."""

# The release a Windows build belongs to: https://learn.microsoft.com/windows/release-health/
_WINDOWS_RELEASES = {
    19044: "Windows 10 21H2",
    19045: "Windows 10 22H2",
    22000: "Windows 11 21H2",
    22621: "Windows 11 22H2",
    22631: "Windows 11 23H2",
    26100: "Windows 11 24H2",
    26200: "Windows 11 25H2",
}


class Compliance(StrEnum):
    """What Intune says about a device and its policies (``complianceState``)."""

    COMPLIANT = "compliant"
    NONCOMPLIANT = "noncompliant"
    IN_GRACE_PERIOD = "inGracePeriod"
    CONFLICT = "conflict"
    ERROR = "error"
    CONFIGURATION_MANAGER = "configManager"
    UNKNOWN = "unknown"


class Threat(StrEnum):
    """What the device's threat protection reports (``partnerReportedThreatState``)."""

    UNKNOWN = "unknown"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    SECURED = "secured"
    LOW = "lowSeverity"
    MEDIUM = "mediumSeverity"
    HIGH = "highSeverity"
    UNRESPONSIVE = "unresponsive"
    COMPROMISED = "compromised"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True)
class Device:
    """A managed device. Texts are cleaned for display; what is unknown is ``""`` or None.

    Attributes:
        id: Intune's key of the device, a lower-case GUID.
        owner: "company", "personal" or "unknown".
        grace_until: End of the grace period; None when there is none. Aware UTC, as all times here.
        last_check_in: None when the device has never checked in.
        certificate_until: End of the management certificate; None where the platform has none.
        total_bytes: Size of the disk; None when it was not reported.
        free_bytes: Free space; None when it was not reported or cannot be right.
        encrypted: None when it was not reported.
        jail_broken: Whether Intune calls it jailbroken or rooted; None when it does not know.
    """

    id: str
    name: str
    operating_system: str = ""
    os_version: str = ""
    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    owner: str = "unknown"
    category: str = ""
    compliance: Compliance = Compliance.UNKNOWN
    grace_until: datetime | None = None
    last_check_in: datetime | None = None
    enrolled_at: datetime | None = None
    certificate_until: datetime | None = None
    total_bytes: int | None = None
    free_bytes: int | None = None
    encrypted: bool | None = None
    jail_broken: bool | None = None
    threat: Threat = Threat.UNKNOWN

    @property
    def serial_key(self) -> str:
        """The serial number as it is compared; ``""`` when there is none to compare."""
        return serial_key(self.serial_number)

    @property
    def admin_centre_url(self) -> str:
        """The device's page in the Intune admin centre; ``""`` when its id cannot be part of an address."""
        return f"{_ADMIN_CENTRE}/mdmDeviceId/{self.id}" if _GUID.fullmatch(self.id) else ""

    @property
    def has_remote_help(self) -> bool:
        """Whether Remote Help exists for its platform: Windows, macOS and Android."""
        return self.operating_system.lower() in _REMOTE_HELP_PLATFORMS

    @property
    def hardware(self) -> str:
        """Maker and model, the maker only once: "HP EliteBook 840", not "HP HP EliteBook 840"."""
        if self.model.lower().startswith(self.manufacturer.lower()):
            return self.model
        return f"{self.manufacturer} {self.model}".strip()

    @property
    def system(self) -> str:
        """Operating system and version; of Windows also the release that the build belongs to."""
        return system_name(self.operating_system, self.os_version)


def serial_key(text: str) -> str:
    """Return a serial number as it is compared: without blanks, in capitals; ``""`` for a maker's placeholder.

    >>> serial_key(" 8kx2 zt3 "), serial_key("System Serial Number")
    ('8KX2ZT3', '')
    """
    key = "".join(text.split()).upper()
    return "" if key in _PLACEHOLDER_SERIALS else key


def system_name(operating_system: str, version: str) -> str:
    """Return operating system and version for a card.

    >>> system_name("Windows", "10.0.26100.7171"), system_name("iOS", "18.7.2"), system_name("Windows", "")
    ('Windows 11 24H2, build 26100.7171', 'iOS 18.7.2', 'Windows')
    """
    if operating_system.lower() == "windows" and (build := re.fullmatch(r"10\.0\.(\d{4,6})(\.\d+)?", version)):
        release = _WINDOWS_RELEASES.get(int(build[1]), "Windows")
        return f"{release}, build {build[1]}{build[2] or ''}"
    return f"{operating_system} {version}".strip()
