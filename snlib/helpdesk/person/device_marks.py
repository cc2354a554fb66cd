"""Which incidents are about which of the person's devices: the same serial number, or its configuration item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from snlib.devices import Computers, Device, serial_key


@dataclass(frozen=True, slots=True)
class Marks:
    """A device's name by the incident's sys_id, and the incidents' sys_ids by the device's id, in the list's order."""

    device_names: Mapping[str, str]
    incidents: Mapping[str, tuple[str, ...]]


def mark(devices: Sequence[Device], frame: pd.DataFrame, computers: Computers | None = None) -> Marks:
    """Return which incidents name one of the devices as their configuration item.

    Args:
        devices: The person's devices; the first is named where two have one serial number.
        frame: Incidents, columns as `snlib.incidents.COLUMNS`; of it ``sys_id``, ``item_sys_id``, ``item_serial``.
        computers: The devices' configuration items, where they were read: these also match by sys_id, for an instance
            that hides the serial number of an incident's configuration item from the agent.
    """
    by_serial: dict[str, list[Device]] = {}
    by_item: dict[str, list[Device]] = {}
    for device in devices:
        if device.serial_key:
            by_serial.setdefault(device.serial_key, []).append(device)
        for computer in computers.of(device) if computers else ():
            by_item.setdefault(computer.sys_id, []).append(device)
    names: dict[str, str] = {}
    incidents: dict[str, tuple[str, ...]] = {}
    columns = (frame[key].fillna("") for key in ("sys_id", "item_sys_id", "item_serial"))
    for sys_id, item, serial in zip(*columns, strict=True):
        matching = by_item.get(item) or by_serial.get(serial_key(serial)) or []
        for device in matching:
            incidents[device.id] = (*incidents.get(device.id, ()), sys_id)
        if matching:
            names[sys_id] = matching[0].name
    return Marks(names, incidents)
