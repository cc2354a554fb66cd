"""Managed devices of a person, what to notice about them, and their configuration items in ServiceNow."""

from __future__ import annotations

from snlib.devices.computers import Computer, Computers, find_computers
from snlib.devices.facts import facts_of, newest_first
from snlib.devices.flags import Flag, ago_text, compliance_text, flags_by_device, free_share, gigabytes
from snlib.graph.managed_device import Device, serial_key

__all__ = [
    "Computer",
    "Computers",
    "Device",
    "Flag",
    "ago_text",
    "compliance_text",
    "facts_of",
    "find_computers",
    "flags_by_device",
    "free_share",
    "gigabytes",
    "newest_first",
    "serial_key",
]
