"""From what Microsoft Graph answers to what the dashboard shows: its defaults and sentinels mean "unknown"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from snlib.devices.device import Compliance, Device, Threat
from snlib.graph.devices import DeviceDetails, ManagedDevice

E = TypeVar("E", bound=StrEnum)

_NO_LIMIT_YEAR = 9000
"""Intune writes 9999-12-31 as the end of a grace period that there is not."""
_NO_GUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a device's details."""

    label: str
    value: str


def device_of(managed: ManagedDevice) -> Device:
    """Return the device that a list of Microsoft Graph describes.

    A device that has never checked in reports nothing: what Graph sends for it are defaults, and count as unknown.
    """
    silent = managed.last_sync_at is None
    return Device(
        id=managed.id,
        name=managed.device_name or managed.managed_device_name or "(no name)",
        operating_system=managed.operating_system,
        os_version=managed.os_version,
        manufacturer=managed.manufacturer,
        model=managed.model,
        serial_number=managed.serial_number,
        owner=managed.owner_type if managed.owner_type in ("company", "personal") else "unknown",
        category="" if managed.category.lower() == "unknown" else managed.category,
        compliance=_known(Compliance, managed.compliance_state, Compliance.UNKNOWN),
        grace_until=_limit(managed.grace_period_ends_at),
        last_check_in=managed.last_sync_at,
        enrolled_at=managed.enrolled_at,
        certificate_until=_limit(managed.certificate_expires_at),
        total_bytes=managed.total_storage_bytes,
        free_bytes=managed.free_storage_bytes,
        encrypted=None if silent and not managed.is_encrypted else managed.is_encrypted,
        jail_broken={"true": True, "false": False}.get(managed.jail_broken.lower()),
        threat=_known(Threat, managed.threat_state, Threat.UNKNOWN),
    )


def facts_of(details: DeviceDetails) -> tuple[Fact, ...]:
    """Return the details that only one device's own address gives, as lines; what is unknown is left out."""
    device = details.device
    memory = details.physical_memory_bytes
    entra_id = "" if device.azure_ad_device_id == _NO_GUID else device.azure_ad_device_id
    lines = {
        # Memory is counted in binary units but sold under the decimal name.
        "Memory": f"{memory / 2**30:.0f} GB" if memory else "",
        "Wi-Fi address": _mac(device.wifi_mac_address),
        "Ethernet address": _mac(details.ethernet_mac_address),
        "Phone number": device.phone_number,
        "Carrier": device.subscriber_carrier,
        "IMEI": device.imei,
        "MEID": details.meid,
        "ICCID": details.iccid,
        "UDID": details.udid,
        "Security patch level": device.android_security_patch_level,
        "Managed by": device.management_agent,
        "Enrolment": device.enrollment_type,
        "Registration": device.registration_state,
        "Supervised": {True: "Yes", False: "No", None: ""}[device.is_supervised],
        "Entra device ID": entra_id,
        "Intune device ID": device.id,
        "Name in Intune": device.managed_device_name,
        "Notes": details.notes,
    }
    return tuple(Fact(label, value) for label, value in lines.items() if value)


def newest_first(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    """Return the devices, the one heard of last first; those never heard of come last, by name."""
    return tuple(sorted(devices, key=lambda one: (-_heard(one), one.name.lower(), one.id)))


def _heard(device: Device) -> float:
    return device.last_check_in.timestamp() if device.last_check_in else -math.inf


def _known(kind: type[E], value: str, default: E) -> E:
    return next((one for one in kind if one.value.lower() == value.lower()), default)


def _limit(moment: datetime | None) -> datetime | None:
    return None if moment is None or moment.year >= _NO_LIMIT_YEAR else moment


def _mac(text: str) -> str:
    """Return a hardware address as it is printed: "AABBCCDDEEFF" with colons."""
    if len(text) == 12 and text.isalnum():
        return ":".join(text[at : at + 2] for at in range(0, 12, 2)).upper()
    return text
