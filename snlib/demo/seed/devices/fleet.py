"""Made-up managed devices: who has which, and the row that Intune keeps of each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import graph_time
from snlib.demo.seed.accounts import laptop_name, laptop_serial
from snlib.demo.seed.devices.known import KNOWN_DEVICES, Spec
from snlib.demo.seed.devices.models import (
    CATEGORIES,
    ENROLMENTS,
    GIGABYTE,
    NEVER,
    NO_LIMIT,
    Model,
    model_named,
    models_of,
)
from snlib.demo.seed.devices.troubles import SHARES, TROUBLES
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.people import Person

_SETS: dict[tuple[str, ...], int] = {
    (): 14,
    ("laptop",): 42,
    ("laptop", "phone"): 26,
    ("laptop", "phone", "tablet"): 4,
    ("laptop", "workstation"): 6,
    ("phone",): 5,
    ("laptop", "phone", "phone", "workstation"): 3,
}
"""What people have, by share."""

_SPARES = 3
"""How many devices have no user."""


@dataclass(frozen=True)
class Device:
    """A device before its row is made.

    Attributes:
        key: What its ids follow from.
        person: Whose it is; ``None`` for nobody's.
        spec: What was asked for.
        model: The hardware.
        serial: The serial number that is printed on it; Intune may know another spelling or none.
        name: The device's name.
    """

    key: str
    person: Person | None
    spec: Spec
    model: Model
    serial: str
    name: str


def insert_devices(storage: Storage, seed: int, as_of: datetime, people: list[Person]) -> list[Device]:
    """Insert everybody's managed devices and some that are nobody's; return them."""
    rng = random.Random(f"{seed}:devices")
    devices = [device for person in people for device in _devices_of(rng, seed, person)]
    for number in range(1, _SPARES + 1):
        model = model_named("Latitude 7450")
        serial = sys_id(seed, "device serial", f"spare.{number}")[:7].upper()
        name = f"SPARE-{number:02d}"
        devices.append(Device(f"spare.{number}", None, Spec("laptop"), model, serial, name))
    by_local = {person.local: person for person in people}
    rows = [_row(rng, seed, as_of, device, by_local.get(device.spec.enrolled_by)) for device in devices]
    storage.insert_many("managed_device", rows)
    return devices


def _devices_of(rng: random.Random, seed: int, person: Person) -> Iterator[Device]:
    """Yield one person's devices: those chosen for a known one, drawn at random for everybody else."""
    serial = ""
    for number, spec in enumerate(_specs(rng, person)):
        models = models_of(spec.kind)
        model = (
            model_named(spec.model)
            if spec.model
            else rng.choices(models, [candidate.weight for candidate in models])[0]
        )
        key = f"{person.index}.{number}"
        if not spec.twin:
            serial = _serial(seed, person, spec, model, key)
        yield Device(key, person, spec, model, serial, spec.name or _name(rng, person, model, number))


def _specs(rng: random.Random, person: Person) -> tuple[Spec, ...]:
    if person.local in KNOWN_DEVICES:
        return KNOWN_DEVICES[person.local]
    if person.part.quirk.startswith("guest"):
        return ()
    kinds = rng.choices(list(_SETS), list(_SETS.values()))[0]
    troubles = rng.choices(list(SHARES), list(SHARES.values()), k=len(kinds))
    return tuple(Spec(kind, troubles=(name,) if name else ()) for kind, name in zip(kinds, troubles, strict=True))


def _serial(seed: int, person: Person, spec: Spec, model: Model, key: str) -> str:
    """Return a serial number; the first laptop has that of the person's configuration item in ServiceNow."""
    if spec.kind == "laptop" and key.endswith(".0"):
        return laptop_serial(seed, person)
    digits = sys_id(seed, "device serial", key).upper()
    return digits[: 12 if model.manufacturer == "Apple" else 7]


def _name(rng: random.Random, person: Person, model: Model, number: int) -> str:
    if model.kind == "laptop" and number == 0:
        return laptop_name(person)
    if model.kind == "workstation":
        # A computer that was enrolled anew keeps its name.
        return f"WS-{person.city.code}-{10000 + person.index}"
    if model.operating_system == "iOS":
        # Whoever does not rename a phone has the name of half the company's phones.
        return rng.choice((model.name.partition(" ")[0], f"{person.part.given}'s {model.name.partition(' ')[0]}"))
    return f"{person.local}_AndroidEnterprise_{number}"


def _row(rng: random.Random, seed: int, as_of: datetime, device: Device, enroller: Person | None) -> dict[str, str]:
    """Return the row of a device: a healthy one, then what is wrong with it."""
    row = {
        **_identity(seed, device, enroller or device.person),
        **_hardware(rng, seed, device),
        **_management(rng, as_of, device),
    }
    for trouble in device.spec.troubles:
        row |= TROUBLES[trouble](as_of, row)
    return row


def _identity(seed: int, device: Device, person: Person | None) -> dict[str, str]:
    """Return who and what a device is; ``person`` is whom it names as its user: the one who enrolled it."""
    object_id = guid(seed, "managed_device", device.key)
    return {
        "sys_id": object_id.replace("-", ""),
        "id": object_id,
        "deviceName": device.name,
        "serialNumber": device.serial,
        "azureADDeviceId": guid(seed, "entra device", device.key),
        "userId": person.object_id(seed) if person else "",
        "userPrincipalName": person.upn if person else "",
        "userDisplayName": person.display if person else "",
        "emailAddress": person.mail if person else "",
        "primary_user": device.person.object_id(seed) if device.person else "",
    }


def _hardware(rng: random.Random, seed: int, device: Device) -> dict[str, str]:
    model, digest = device.model, sys_id(seed, "device hardware", device.key)
    is_mobile = model.kind in {"phone", "tablet"} or model.name == "TC58"
    # Disks are sold by the decimal gigabyte and a part of each is set aside for recovery.
    total = int(model.storage_gb * 0.93) * GIGABYTE
    return {
        "operatingSystem": model.operating_system,
        "osVersion": rng.choices(model.versions, [8 // 2**place for place in range(len(model.versions))])[0],
        "manufacturer": model.manufacturer,
        "model": model.name,
        "totalStorageSpaceInBytes": str(total),
        "freeStorageSpaceInBytes": str(int(total * rng.uniform(0.15, 0.8))),
        "physicalMemoryInBytes": str(model.memory_gb * 2**30),
        "wiFiMacAddress": digest[:12].upper(),
        "ethernetMacAddress": "" if is_mobile or model.operating_system == "macOS" else digest[12:24].upper(),
        "imei": str(int(digest[:15], 16))[:15] if is_mobile and model.kind == "phone" else "",
        "iccid": "89" + str(int(digest[16:], 16))[:17] if model.kind == "phone" else "",
        "udid": digest if model.operating_system == "iOS" else "",
        "phoneNumber": f"+*******{int(digest[:8], 16) % 10000:04d}" if model.kind == "phone" else "",
        "subscriberCarrier": rng.choice(("Vodafone", "Orange", "")) if model.kind == "phone" else "",
        "androidSecurityPatchLevel": "2026-10-05" if model.operating_system == "Android" else "",
        "activationLockBypassCode": "-".join(digest[at : at + 5].upper() for at in range(0, 20, 5))
        if model.operating_system == "iOS"
        else "",
        "isSupervised": "true" if model.operating_system == "iOS" else "false",
        "isEncrypted": "true",
        "jailBroken": "False" if is_mobile else "Unknown",
        "deviceHealthAttestationState": json.dumps({"bitLockerStatus": "on", "secureBoot": "enabled"})
        if model.operating_system == "Windows"
        else "",
    }


def _management(rng: random.Random, as_of: datetime, device: Device) -> dict[str, str]:
    system = device.model.operating_system
    agent, enrolment = ENROLMENTS[system]
    enrolled = as_of - timedelta(days=rng.randint(60, 900), seconds=rng.randrange(86400))
    synced = as_of - timedelta(minutes=rng.randint(4, 2200))
    local = device.person.local if device.person else "spare"
    results = []
    if rng.random() < 0.3:
        started = synced - timedelta(minutes=rng.randint(1, 50))
        results.append(
            {
                "actionName": "syncDevice",
                "actionState": "done",
                "startDateTime": graph_time(started),
                "lastUpdatedDateTime": graph_time(synced),
            }
        )
    return {
        "managedDeviceName": f"{local}_{system}_{enrolled.month}/{enrolled.day}/{enrolled.year}_{enrolled:%I:%M %p}",
        "managedDeviceOwnerType": "company",
        "enrolledDateTime": graph_time(enrolled),
        "lastSyncDateTime": graph_time(synced),
        "complianceState": "compliant",
        "complianceGracePeriodExpirationDateTime": NO_LIMIT,
        "managementAgent": agent,
        "deviceEnrollmentType": enrolment,
        "azureADRegistered": "true",
        "deviceRegistrationState": "registered",
        "deviceCategoryDisplayName": CATEGORIES[device.model.kind],
        "partnerReportedThreatState": "activated" if system == "Windows" else "unknown",
        # Android is managed without a certificate of its own.
        "managementCertificateExpirationDate": NEVER
        if system == "Android"
        else graph_time(as_of + timedelta(days=rng.randint(60, 360))),
        "easActivated": "false",
        "easActivationDateTime": NEVER,
        "exchangeAccessState": "none",
        "exchangeAccessStateReason": "none",
        "exchangeLastSuccessfulSyncDateTime": NEVER,
        "deviceActionResults": json.dumps(results),
    }
