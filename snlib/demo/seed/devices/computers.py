"""Computers as ServiceNow's configuration items: everybody's laptop, and what else the CMDB knows, well or badly."""

from __future__ import annotations

from datetime import datetime, timedelta

from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import to_text
from snlib.demo.seed.accounts import laptop_id, laptop_name, laptop_serial
from snlib.demo.seed.devices.fleet import Device
from snlib.demo.seed.devices.models import MODELS
from snlib.demo.seed.ids import sys_id
from snlib.demo.seed.organisation import COMPANY, Organisation
from snlib.demo.seed.people import Person

_SYSTEMS = {"Windows": "Windows 11 Enterprise", "macOS": "Mac OS X"}


def insert_computers(
    storage: Storage, seed: int, as_of: datetime, people: list[Person], devices: list[Device], made: Organisation
) -> None:
    """Insert ``cmdb_ci_computer``: a row for each laptop of ``cmdb_ci``, and for most workstations of Intune.

    Laptops have no more than name, serial number and user where Intune has no such device. A workstation's serial
    number is written as somebody typed it: right, in lower case or with blanks. Phones are no configuration items.
    """
    known = {device.serial: device for device in devices if device.person is not None}
    laptops = [
        _computer(seed, as_of, laptop_id(seed, person), person, made, known.get(laptop_serial(seed, person)))
        for person in people
        if person.users
    ]
    stations = [
        _workstation(seed, as_of, device, device.person, made)
        for device in devices
        if device.person is not None and device.person.users and device.model.kind == "workstation"
        if device.person.index % 3 < 2  # the rest never reached the CMDB
    ]
    rows = [*laptops, *stations]
    storage.insert_many("cmdb_ci_computer", rows)
    parent = ("sys_id", "name", "asset_tag", "serial_number", "assigned_to", "location", "sys_class_name")
    storage.insert_many("cmdb_ci", [{name: row[name] for name in parent} for row in rows])
    storage.insert_many(
        "core_company",
        [
            {"sys_id": sys_id(seed, "core_company", name), "name": name, "sys_created_by": "admin"}
            for name in sorted({model.manufacturer for model in MODELS} - {COMPANY})
        ],
    )
    storage.insert_many(
        "cmdb_model",
        [{"sys_id": sys_id(seed, "cmdb_model", model.name), "name": model.name} for model in MODELS],
    )


def _computer(
    seed: int, as_of: datetime, key: str, person: Person, made: Organisation, device: Device | None
) -> dict[str, str]:
    """Return a computer's row; without a device the discovery has not seen it for a year."""
    row = {
        "sys_id": key,
        "name": laptop_name(person),
        "asset_tag": f"A{20000 + person.index}",
        "serial_number": laptop_serial(seed, person),
        "assigned_to": person.users[0],
        "location": made.locations[person.city.name],
        "department": made.departments[person.part.department],
        "company": made.company,
        "install_status": "1",
        "operational_status": "1",
        "virtual": "false",
        "sys_class_name": "cmdb_ci_computer",
        "last_discovered": to_text(as_of - timedelta(days=1 if device else 400, hours=person.index % 24)),
        "sys_created_on": to_text(person.created),
        "sys_created_by": "admin",
        "sys_updated_on": to_text(person.created),
        "sys_updated_by": "admin",
    }
    if device is not None:
        row |= {
            "manufacturer": sys_id(seed, "core_company", device.model.manufacturer),
            "model_id": sys_id(seed, "cmdb_model", device.model.name),
            "os": _SYSTEMS[device.model.operating_system],
            "ram": str(device.model.memory_gb * 1024),
            "disk_space": str(device.model.storage_gb),
            "chassis_type": "Desktop" if device.model.kind == "workstation" else "Laptop",
            "discovery_source": "Service Graph Connector for Microsoft Intune",
            "most_frequent_user": person.users[0],
        }
    return row


def _workstation(seed: int, as_of: datetime, device: Device, person: Person, made: Organisation) -> dict[str, str]:
    serial = device.serial
    spellings = (serial, f"{serial[:4]} {serial[4:]}", serial.lower(), f" {serial} ")
    row = _computer(seed, as_of, sys_id(seed, "cmdb_ci", f"workstation.{device.key}"), person, made, device)
    row |= {"name": device.name, "asset_tag": f"W{20000 + person.index}", "serial_number": spellings[person.index % 4]}
    if "stale_40_days" in device.spec.troubles and device.key.endswith(".0"):
        row |= {"install_status": "7", "operational_status": "6"}
    return row
