"""One device's details as lines, and the order of devices; pure."""

from __future__ import annotations

import math

from snlib.graph import Device, DeviceDetails

_NO_GUID = "00000000-0000-0000-0000-000000000000"


def facts_of(device: DeviceDetails) -> dict[str, str]:
    """Return the details that a card does not show, by label; what is unknown is left out."""
    facts = {
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
    return {label: value for label, value in facts.items() if value}


def newest_first(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    """Return the devices, the one heard of last first; those never heard of come last, by name."""

    def order(device: Device) -> tuple[float, str, str]:
        heard = device.last_check_in.timestamp() if device.last_check_in else -math.inf
        return -heard, device.name.lower(), device.id

    return tuple(sorted(devices, key=order))


def _mac(text: str) -> str:
    """Return a hardware address as it is printed: "AABBCCDDEEFF" with colons."""
    if len(text) == 12 and text.isalnum():
        return ":".join(text[at : at + 2] for at in range(0, 12, 2)).upper()
    return text
