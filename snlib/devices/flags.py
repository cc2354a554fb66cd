"""What an agent should notice about a device, each with the reason in one sentence; pure.

The thresholds are the agent's questions on the phone: is the disk full, has it been silent, will it lose management?
Microsoft counts a device as not compliant once it has been silent for about 30 days
(https://learn.microsoft.com/intune/intune-service/protect/device-compliance-get-started).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from snlib.graph.managed_device import Compliance, Device, Threat

Level = Literal["bad", "warning", "unknown"]

GIGABYTE = 1_000_000_000
"""Disks are sold and shown in decimal gigabytes."""
LOW_DISK_SHARE = 0.10
LOW_DISK_BYTES = 10 * GIGABYTE
SILENT = timedelta(days=7)
LOST = timedelta(days=30)
CERTIFICATE_ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to notice, with two or three words for a badge, and why in one sentence with the figures.

    Attributes:
        key: A stable name, e.g. ``disk``.
        level: ``bad``: hinders work or safety now. ``warning``: will soon. ``unknown``: nobody can say.
    """

    key: str
    level: Level
    label: str
    reason: str


_COMPLIANT = {
    Compliance.COMPLIANT: "Yes",
    Compliance.NONCOMPLIANT: "No",
    Compliance.CONFLICT: "No, policies contradict each other",
    Compliance.ERROR: "Unknown, the check failed",
    Compliance.CONFIGURATION_MANAGER: "Judged by Configuration Manager",
    Compliance.UNKNOWN: "Unknown",
}
_OLDER = "Another record has the same serial number and a later check-in: the device was enrolled anew."


_OTHER_USER = (
    "Microsoft Graph lists this device below this person, but names {user} as its user: that may be who enrolled it."
)
_NO_USER = "Microsoft Graph lists this device below this person, but names nobody as its user."


def flags_by_device(devices: Sequence[Device], now: datetime, user_id: str = "") -> dict[str, tuple[Flag, ...]]:
    """Return what to notice about each device at ``now`` (aware UTC) by its id, the gravest first.

    An older record of the same hardware is flagged too, and a device that names another user than ``user_id``, the
    object id of the person below whom they are listed, if given.
    """
    newest = {device.serial_key: device for device in sorted(devices, key=_age)}
    found = {}
    for device in devices:
        flags = list(_flags(device, now))
        if device.serial_key and newest[device.serial_key].id != device.id:
            flags.append(Flag("older_record", "warning", "Older record", _OLDER))
        if user_id and device.user_id != user_id:
            reason = _OTHER_USER.format(user=device.user_name or "somebody else") if device.user_id else _NO_USER
            flags.append(Flag("user", "unknown", "Another user" if device.user_id else "No user", reason))
        found[device.id] = tuple(sorted(flags, key=lambda flag: ("bad", "warning", "unknown").index(flag.level)))
    return found


def compliance_text(device: Device, now: datetime) -> str:
    """Return the answer to "is it compliant?", with the days of grace that are left."""
    if device.compliance is Compliance.IN_GRACE_PERIOD:
        return f"In grace period, {grace_text(device.grace_until, now)}"
    return _COMPLIANT[device.compliance]


def grace_text(until: datetime | None, now: datetime) -> str:
    """Return how long a grace period still lasts; begun days count, and the last 24 hours are given in hours."""
    if until is None:
        return "end unknown"
    left = until - now
    if left <= timedelta(0):
        return "which has ended"
    if left <= timedelta(days=1):
        hours = math.ceil(left / timedelta(hours=1))
        return f"{hours} hour{'s' if hours > 1 else ''} left"
    return f"{math.ceil(left / timedelta(days=1))} days left"


def ago_text(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that says enough; "never" for None."""
    if moment is None:
        return "never"
    minutes = int((now - moment) / timedelta(minutes=1))
    for size, unit, least in ((1440, "day", 2), (60, "hour", 1), (1, "minute", 1)):
        if (count := minutes // size) >= least:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def gigabytes(size_bytes: int) -> str:
    """Return a size in decimal gigabytes, exact to a tenth below 10."""
    size = size_bytes / GIGABYTE
    return f"{size:.1f} GB" if size < 9.95 else f"{size:,.0f} GB"


def free_share(device: Device) -> float | None:
    """Return the free part of the disk, 0 to 1; None when it is unknown."""
    if not device.total_bytes or device.free_bytes is None:
        return None
    return device.free_bytes / device.total_bytes


def _flags(device: Device, now: datetime) -> Iterator[Flag]:
    yield from _compliance(device, now)
    yield from _check_in(device, now)
    yield from _disk(device)
    yield from _protection(device)
    yield from _certificate(device, now)


def _compliance(device: Device, now: datetime) -> Iterator[Flag]:
    match device.compliance:
        case Compliance.NONCOMPLIANT:
            yield Flag("compliance", "bad", "Not compliant", "Intune says that the device breaks a compliance policy.")
        case Compliance.CONFLICT:
            reason = "Two policies ask for different things, so neither is met."
            yield Flag("compliance", "bad", "Policy conflict", reason)
        case Compliance.IN_GRACE_PERIOD:
            left = grace_text(device.grace_until, now)
            reason = f"The device breaks a compliance policy and is still let in: grace period, {left}."
            yield Flag("compliance", "warning", "In grace period", reason)
        case Compliance.ERROR:
            yield Flag("compliance", "unknown", "Compliance unknown", "Intune could not check the policies: an error.")
        case Compliance.UNKNOWN:
            yield Flag("compliance", "unknown", "Compliance unknown", "Intune has no result for this device yet.")
        case Compliance.COMPLIANT | Compliance.CONFIGURATION_MANAGER:
            return


def _check_in(device: Device, now: datetime) -> Iterator[Flag]:
    if device.last_check_in is None:
        yield Flag("check_in", "unknown", "Never checked in", "It was enrolled and has not been heard of since.")
        return
    silent = now - device.last_check_in
    label = f"Silent for {silent.days} days"
    if silent > LOST:
        reason = "No check-in for more than 30 days: what is shown here is old, and Intune stops trusting the device."
        yield Flag("check_in", "bad", label, reason)
    elif silent > SILENT:
        reason = "No check-in for more than 7 days: it may be off, offline or unused, and what is shown here is old."
        yield Flag("check_in", "warning", label, reason)


def _disk(device: Device) -> Iterator[Flag]:
    share = free_share(device)
    if share is None or device.free_bytes is None or device.total_bytes is None:
        yield Flag("disk", "unknown", "Disk unknown", "The device has not reported its disk.")
        return
    sizes = f"{gigabytes(device.free_bytes)} of {gigabytes(device.total_bytes)} are free"
    if share < LOW_DISK_SHARE:
        level: Level = "bad" if share < LOW_DISK_SHARE / 5 else "warning"
        yield Flag("disk", level, "Disk nearly full", f"{sizes}, less than 10 %.")
    elif device.free_bytes < LOW_DISK_BYTES:
        yield Flag("disk", "warning", "Little disk left", f"{sizes}, less than 10 GB.")


def _protection(device: Device) -> Iterator[Flag]:
    if device.encrypted is False:
        yield Flag("encryption", "bad", "Not encrypted", "Whoever holds the device can read its disk.")
    if device.jail_broken:
        yield Flag("jail_broken", "bad", "Jailbroken", "The system's own protection has been taken off.")
    match device.threat:
        case Threat.MEDIUM | Threat.HIGH:
            level = "medium" if device.threat is Threat.MEDIUM else "high"
            yield Flag("threat", "bad", f"Threat: {level}", f"Its threat protection reports a {level} threat.")
        case Threat.COMPROMISED:
            yield Flag("threat", "bad", "Compromised", "Its threat protection calls the device compromised.")
        case Threat.UNRESPONSIVE | Threat.MISCONFIGURED:
            reason = f"Its threat protection is {device.threat}, so nobody knows whether there is a threat."
            yield Flag("threat", "warning", f"Threat protection {device.threat}", reason)


def _certificate(device: Device, now: datetime) -> Iterator[Flag]:
    if device.certificate_until is None:
        return  # Android is managed without one
    left = device.certificate_until - now
    day = f"{device.certificate_until:%Y-%m-%d}"
    if left <= timedelta(0):
        reason = f"Its management certificate ended on {day}: it must be enrolled anew."
        yield Flag("certificate", "bad", "Certificate expired", reason)
    elif left <= CERTIFICATE_ENDS_SOON:
        days = math.ceil(left / timedelta(days=1))
        ends = f"in {days} day{'s' if days > 1 else ''}, on {day}"
        reason = f"Its management certificate ends {ends}; it renews itself at a check-in."
        yield Flag("certificate", "warning", "Certificate ends soon", reason)


def _age(device: Device) -> tuple[float, str]:
    heard = device.last_check_in or device.enrolled_at
    return heard.timestamp() if heard else -math.inf, device.id
