"""Managed devices of Intune: of a person, by serial number or by name, and one device's details.

Vendor: https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice. Three traps are known there
(microsoft-graph-docs #20196): a filter for an empty text returns every device of the tenant, so nothing is sent for
one and every row that comes back is compared with what was asked for; a list answers some properties with a default,
so those are part of `DeviceDetails` only, which one device's own address gives; "never" is written 0001-01-01.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from snlib.errors import InvalidInput, RecordNotFound, UnexpectedAnswer
from snlib.graph.calls import GraphCalls
from snlib.graph.fields import flag, is_object_id, moment, object_id, text, whole_number
from snlib.graph.protocol import SERVICE
from snlib.graph.subjects import DEVICES

MAX_DEVICES = 100
"""Of one person: more is no person but an enrolment account."""
MAX_KEY_CHARS = 200


@dataclass(frozen=True, slots=True)
class ManagedDevice:
    """A device as a list gives it. Texts are cleaned for display; an absent one is ``""``, an unknown value None.

    Attributes:
        id: Intune's own id of the device, a lower-case GUID.
        user_id: Object id of the primary user, ``""`` for a shared device.
        managed_device_name: Intune's generated name ("user_Windows_date"); ``device_name`` is what people say.
        owner_type: "company", "personal" or "unknown".
        compliance_state: "compliant", "noncompliant", "inGracePeriod", "conflict", "error", "configManager", "unknown".
        grace_period_ends_at: When a device in its grace period becomes non-compliant.
        management_agent: "mdm", "easMdm", "configurationManagerClientMdm" and so on; newer values pass through.
        jail_broken: "True", "False" or "Unknown": Graph sends a text.
        total_storage_bytes: None when Intune says 0 or nothing: it has not been inventoried.
        free_storage_bytes: None while the total is unknown.
        threat_state: Of the partner's threat defence: "secured", "lowSeverity", "mediumSeverity", "highSeverity", …
        certificate_expires_at: When the management certificate ends.
    """

    id: str
    user_id: str
    device_name: str
    managed_device_name: str
    user_principal_name: str
    user_display_name: str
    operating_system: str
    os_version: str
    owner_type: str
    compliance_state: str
    grace_period_ends_at: datetime | None
    last_sync_at: datetime | None
    enrolled_at: datetime | None
    management_agent: str
    enrollment_type: str
    registration_state: str
    azure_ad_registered: bool | None
    azure_ad_device_id: str
    category: str
    manufacturer: str
    model: str
    serial_number: str
    imei: str
    is_encrypted: bool | None
    is_supervised: bool | None
    jail_broken: str
    total_storage_bytes: int | None
    free_storage_bytes: int | None
    wifi_mac_address: str
    phone_number: str
    subscriber_carrier: str
    android_security_patch_level: str
    threat_state: str
    certificate_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceDetails:
    """One device with what a list answers by a default.

    Attributes:
        physical_memory_bytes: None when not inventoried.
        remote_assistance_url: Of a running session, ``""`` for none.
    """

    device: ManagedDevice
    physical_memory_bytes: int | None
    ethernet_mac_address: str
    iccid: str
    udid: str
    meid: str
    notes: str
    remote_assistance_url: str


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Devices found.

    Attributes:
        complete: Whether these are all.
    """

    devices: tuple[ManagedDevice, ...]
    complete: bool


_TEXTS = {
    "device_name": "deviceName",
    "managed_device_name": "managedDeviceName",
    "user_principal_name": "userPrincipalName",
    "user_display_name": "userDisplayName",
    "operating_system": "operatingSystem",
    "os_version": "osVersion",
    "owner_type": "managedDeviceOwnerType",
    "compliance_state": "complianceState",
    "management_agent": "managementAgent",
    "enrollment_type": "deviceEnrollmentType",
    "registration_state": "deviceRegistrationState",
    "azure_ad_device_id": "azureADDeviceId",
    "category": "deviceCategoryDisplayName",
    "manufacturer": "manufacturer",
    "model": "model",
    "serial_number": "serialNumber",
    "imei": "imei",
    "jail_broken": "jailBroken",
    "wifi_mac_address": "wiFiMacAddress",
    "phone_number": "phoneNumber",
    "subscriber_carrier": "subscriberCarrier",
    "android_security_patch_level": "androidSecurityPatchLevel",
    "threat_state": "partnerReportedThreatState",
}
_MOMENTS = {
    "grace_period_ends_at": "complianceGracePeriodExpirationDateTime",
    "last_sync_at": "lastSyncDateTime",
    "enrolled_at": "enrolledDateTime",
    "certificate_expires_at": "managementCertificateExpirationDate",
}
_FLAGS = {
    "azure_ad_registered": "azureADRegistered",
    "is_encrypted": "isEncrypted",
    "is_supervised": "isSupervised",
}
_STORAGE = {"total_storage_bytes": "totalStorageSpaceInBytes", "free_storage_bytes": "freeStorageSpaceInBytes"}

SELECT = ("id", "userId", *_TEXTS.values(), *_MOMENTS.values(), *_FLAGS.values(), *_STORAGE.values())
DETAILS_SELECT = (
    *SELECT,
    "physicalMemoryInBytes",
    "ethernetMacAddress",
    "iccid",
    "udid",
    "meid",
    "notes",
    "remoteAssistanceSessionUrl",
)
"""Asked of one device only: in a list these are 0 or null whatever the device has."""


def of_user(calls: GraphCalls, user_id: str) -> DeviceList:
    """Return the devices whose primary user is the one with this object id.

    Raises:
        InvalidInput: ``search``: not an object id; nothing was sent.
        ServiceError: Graph answered with an error.
        ServiceUnreachable: Graph did not answer.
    """
    if not is_object_id(user_id):
        raise InvalidInput({"search": "Devices are listed for a person of Microsoft Entra only."})
    path = f"/users/{user_id}/managedDevices"
    return _listed(calls, path, {}, lambda device: device.user_id == user_id.lower())


def by_serial_number(calls: GraphCalls, serial_number: str) -> DeviceList:
    """Return the devices with exactly this serial number; case does not matter. Errors as `of_user`."""
    wanted = _key(serial_number, "serial number")
    return _filtered(calls, "serialNumber", wanted, lambda device: device.serial_number.casefold() == wanted.casefold())


def by_name(calls: GraphCalls, device_name: str) -> DeviceList:
    """Return the devices with exactly this name; case does not matter. Errors as `of_user`."""
    wanted = _key(device_name, "device name")
    return _filtered(calls, "deviceName", wanted, lambda device: device.device_name.casefold() == wanted.casefold())


def details(calls: GraphCalls, device_id: str) -> DeviceDetails:
    """Return one device with everything that only its own address gives.

    Raises:
        RecordNotFound: There is no such device, or the text is no id.
        ServiceError: Graph answered with another error.
        ServiceUnreachable: Graph did not answer.
    """
    if not is_object_id(device_id):
        raise RecordNotFound(DEVICES.missing, service=SERVICE, detail="not an id")
    path = f"/deviceManagement/managedDevices/{device_id}"
    answer = calls.get(path, {"$select": ",".join(DETAILS_SELECT)}, subject=DEVICES)
    device = read_device(answer)
    if device is None or device.id != device_id.lower():
        sentence = "Microsoft Graph answered with another device than was asked for, so nothing is shown."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=200)
    return DeviceDetails(
        device=device,
        physical_memory_bytes=whole_number(answer, "physicalMemoryInBytes") or None,
        ethernet_mac_address=text(answer, "ethernetMacAddress"),
        iccid=text(answer, "iccid"),
        udid=text(answer, "udid"),
        meid=text(answer, "meid"),
        notes=text(answer, "notes"),
        remote_assistance_url=text(answer, "remoteAssistanceSessionUrl"),
    )


def read_device(properties: Mapping[str, object]) -> ManagedDevice | None:
    """Return the device ``properties`` describe, or None when they carry no id to know the device by."""
    device_id = object_id(properties)
    if not device_id:
        return None
    total = whole_number(properties, "totalStorageSpaceInBytes") or None
    free = whole_number(properties, "freeStorageSpaceInBytes")
    values: dict[str, object] = {
        "id": device_id,
        "user_id": object_id(properties, "userId"),
        **{name: text(properties, theirs) for name, theirs in _TEXTS.items()},
        **{name: moment(properties, theirs) for name, theirs in _MOMENTS.items()},
        **{name: flag(properties, theirs) for name, theirs in _FLAGS.items()},
        "total_storage_bytes": total,
        "free_storage_bytes": free if total is not None and free is not None and free <= total else None,
    }
    return ManagedDevice(**{one.name: values[one.name] for one in fields(ManagedDevice)})  # type: ignore[arg-type]


def _filtered(calls: GraphCalls, name: str, wanted: str, matches: Callable[[ManagedDevice], bool]) -> DeviceList:
    quoted = wanted.replace("'", "''")
    return _listed(calls, "/deviceManagement/managedDevices", {"$filter": f"{name} eq '{quoted}'"}, matches)


def _listed(
    calls: GraphCalls, path: str, params: Mapping[str, str], matches: Callable[[ManagedDevice], bool]
) -> DeviceList:
    rows = calls.rows(path, {**params, "$select": ",".join(SELECT)}, subject=DEVICES, max_rows=MAX_DEVICES)
    read = [device for one in rows.objects if (device := read_device(one))]
    # What was not asked for is never shown: a filter that the service ignored would list the whole tenant.
    mine = {device.id: device for device in read if matches(device)}
    return DeviceList(tuple(mine.values()), complete=rows.complete)


def _key(value: str, what: str) -> str:
    wanted = value.strip()
    if not wanted:
        raise InvalidInput({"search": f"Type a {what}: an empty one would match every device."})
    if len(wanted) > MAX_KEY_CHARS or any(character < " " or character == "\x7f" for character in wanted):
        raise InvalidInput({"search": f"This is no {what}."})
    return wanted
