"""A managed device as the dashboard knows one, and the small words that describe it.

Vendor: https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice (properties and their values).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from snlib.graph.fields import (
    AS_GRAPH_WRITES,
    Flag,
    Moment,
    ObjectId,
    Text,
    WholeNumber,
    object_id,
    selected,
    text,
    whole_number,
)

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


def _one_of(kind: type[StrEnum]) -> BeforeValidator:
    """Return a reader of ``kind`` to which words it does not know, and other values, are "unknown"."""
    by_name = {member.lower(): member for member in kind}
    return BeforeValidator(lambda value: by_name.get(text(value).lower(), kind("unknown")))


Size = Annotated[int | None, BeforeValidator(lambda value: whole_number(value) or None)]
"""In bytes; Graph's 0 means that it was not inventoried."""


def _owner(value: object) -> str:
    return value if isinstance(value, str) and value in ("company", "personal") else "unknown"


def _category(value: object) -> str:
    return "" if text(value).lower() == "unknown" else text(value)


def _jail_broken(value: object) -> bool | None:
    # Graph sends a text: "True", "False" or "Unknown".
    return {"true": True, "false": False}.get(str(value).lower())


@dataclass(frozen=True, slots=True, config=AS_GRAPH_WRITES)
class Device:
    """A managed device as a list gives it. Texts are cleaned for display; what is unknown is ``""`` or None.

    Graph writes defaults and dates of its own for "never", "none" and "not asked yet": these are unknown here.

    Attributes:
        name: As people say it, else as Intune made it up, else "(no name)".
        managed_name: Intune's generated name ("user_Windows_date").
        user_id: Object id of the primary user, ``""`` for a shared device.
        owner: "company", "personal" or "unknown".
        grace_until: End of the grace period; None when there is none. Aware UTC, as all times here.
        last_check_in: None when the device has never checked in.
        certificate_until: End of the management certificate; None where the platform has none.
        free_bytes: Free space; None when it was not reported or cannot be right.
        jail_broken: Whether Intune calls it jailbroken or rooted; None when it does not know.
        management_agent: "mdm", "easMdm", "configurationManagerClientMdm" and so on; newer values pass through.
    """

    id: str
    name: Text = Field(default="", validation_alias="deviceName")
    managed_name: Text = Field(default="", validation_alias="managedDeviceName")
    user_id: ObjectId = ""
    user_name: Text = Field(default="", validation_alias="userPrincipalName")
    operating_system: Text = ""
    os_version: Text = ""
    manufacturer: Text = ""
    model: Text = ""
    serial_number: Text = ""
    owner: Annotated[str, BeforeValidator(_owner)] = Field(default="unknown", validation_alias="managedDeviceOwnerType")
    category: Annotated[str, BeforeValidator(_category)] = Field(
        default="", validation_alias="deviceCategoryDisplayName"
    )
    compliance: Annotated[Compliance, _one_of(Compliance)] = Field(
        default=Compliance.UNKNOWN, validation_alias="complianceState"
    )
    grace_until: Moment = Field(default=None, validation_alias="complianceGracePeriodExpirationDateTime")
    last_check_in: Moment = Field(default=None, validation_alias="lastSyncDateTime")
    enrolled_at: Moment = Field(default=None, validation_alias="enrolledDateTime")
    certificate_until: Moment = Field(default=None, validation_alias="managementCertificateExpirationDate")
    total_bytes: Size = Field(default=None, validation_alias="totalStorageSpaceInBytes")
    free_bytes: WholeNumber = Field(default=None, validation_alias="freeStorageSpaceInBytes")
    encrypted: Flag = Field(default=None, validation_alias="isEncrypted")
    jail_broken: Annotated[bool | None, BeforeValidator(_jail_broken)] = None
    threat: Annotated[Threat, _one_of(Threat)] = Field(
        default=Threat.UNKNOWN, validation_alias="partnerReportedThreatState"
    )
    supervised: Flag = Field(default=None, validation_alias="isSupervised")
    management_agent: Text = ""
    enrolment: Text = Field(default="", validation_alias="deviceEnrollmentType")
    registration: Text = Field(default="", validation_alias="deviceRegistrationState")
    entra_id: Text = Field(default="", validation_alias="azureADDeviceId")
    imei: Text = ""
    wifi_address: Text = Field(default="", validation_alias="wiFiMacAddress")
    phone_number: Text = ""
    carrier: Text = Field(default="", validation_alias="subscriberCarrier")
    security_patch_level: Text = Field(default="", validation_alias="androidSecurityPatchLevel")

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.managed_name or "(no name)")
        if self.total_bytes is None or (self.free_bytes or 0) > self.total_bytes:
            object.__setattr__(self, "free_bytes", None)
        if self.last_check_in is None and not self.encrypted:
            object.__setattr__(self, "encrypted", None)  # it has reported nothing yet: this is a default

    @property
    def serial_key(self) -> str:
        """The serial number as it is compared; ``""`` when there is none to compare."""
        return serial_key(self.serial_number)

    @property
    def admin_centre_url(self) -> str:
        """The device's page in the Intune admin centre; ``""`` when its id cannot be part of an address."""
        return f"{_ADMIN_CENTRE}/mdmDeviceId/{self.id}" if self.id and self.id == object_id(self.id) else ""

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


@dataclass(frozen=True, slots=True, config=AS_GRAPH_WRITES)
class DeviceDetails(Device):
    """One device with what a list answers with 0 or null, whatever the device has."""

    memory_bytes: Size = Field(default=None, validation_alias="physicalMemoryInBytes")
    ethernet_address: Text = Field(default="", validation_alias="ethernetMacAddress")
    iccid: Text = ""
    udid: Text = ""
    meid: Text = ""
    notes: Text = ""


DEVICE_SELECT = selected(Device)
DETAILS_SELECT = selected(DeviceDetails)
"""Asked of one device only."""
