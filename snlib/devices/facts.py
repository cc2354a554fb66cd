"""One device's details as lines, and the order of devices; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from snlib.graph import Device, DeviceDetails

_NO_GUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a device's details."""

    label: str
    value: str


def facts_of(device: DeviceDetails) -> tuple[Fact, ...]:
    """Return the details that a card does not show, as lines; what is unknown is left out."""
    lines = {
        # Memory is counted in binary units but sold under the decimal name.
        "Memory": f"{device.memory_bytes / 2**30:.0f} GB" if device.memory_bytes else "",
        "Wi-Fi address": _mac(device.wifi_address),
        "Ethernet address": _mac(device.ethernet_address),
        "Phone number": device.phone_number,
        "Carrier": device.carrier,
        "IMEI": device.imei,
        "MEID": device.meid,
        "ICCID": device.iccid,
        "UDID": device.udid,
        "Security patch level": device.security_patch_level,
        "Managed by": device.management_agent,
        "Enrolment": device.enrolment,
        "Registration": device.registration,
        "Supervised": {True: "Yes", False: "No", None: ""}[device.supervised],
        "Entra device ID": "" if device.entra_id == _NO_GUID else device.entra_id,
        "Intune device ID": device.id,
        "Name in Intune": device.managed_name,
        "Notes": device.notes,
    }
    return tuple(Fact(label, value) for label, value in lines.items() if value)


def newest_first(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    """Return the devices, the one heard of last first; those never heard of come last, by name."""
    return tuple(sorted(devices, key=lambda one: (-_heard(one), one.name.lower(), one.id)))


def _heard(device: Device) -> float:
    return device.last_check_in.timestamp() if device.last_check_in else -math.inf


def _mac(text: str) -> str:
    """Return a hardware address as it is printed: "AABBCCDDEEFF" with colons."""
    if len(text) == 12 and text.isalnum():
        return ":".join(text[at : at + 2] for at in range(0, 12, 2)).upper()
    return text
