"""Managed devices of Intune: of a person, by serial number or by name, and one device's details.

Vendor: https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice. Three traps are known there
(microsoft-graph-docs #20196): a filter for an empty text returns every device of the tenant, so nothing is sent for
one and every row that comes back is compared with what was asked for; a list answers some properties with a default,
so those are part of `DeviceDetails` only, which one device's own address gives; "never" is written 0001-01-01.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from snlib.errors import InvalidInput, RecordNotFound, UnexpectedAnswer
from snlib.graph.client import GraphClient
from snlib.graph.fields import is_object_id, object_id, read_object
from snlib.graph.managed_device import DETAILS_SELECT, DEVICE_SELECT, Device, DeviceDetails
from snlib.graph.protocol import DEVICES, SERVICE

MAX_DEVICES = 100
"""Of one person: more is no person but an enrolment account."""
MAX_KEY_CHARS = 200
MAX_USERS = 10
"""Of one device, which has one primary user or none."""


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Devices found, and whether these are all."""

    devices: tuple[Device, ...]
    complete: bool


def of_user(graph: GraphClient, user_id: str) -> DeviceList:
    """Return the devices that Graph lists below the user with this object id, whoever ``user_id`` of a device names.

    A device's own user can be who enrolled it, or nobody, while this person is its primary user
    (https://techcommunity.microsoft.com/blog/intunecustomersuccess/understanding-the-intune-device-object-and-user-principal-name/3657593).

    Raises:
        InvalidInput: ``search``: not an object id; nothing was sent.
    """
    if not is_object_id(user_id):
        raise InvalidInput({"search": "Devices are listed for a person of Microsoft Entra only."})
    path = f"/users/{user_id}/managedDevices"
    return _listed(graph, path, {}, lambda device: True)


def primary_user_ids(graph: GraphClient, device_id: str) -> tuple[str, ...]:
    """Return the object ids of the device's primary users; none for a shared device.

    Vendor: https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice (relationship ``users``).
    """
    if not is_object_id(device_id):
        raise RecordNotFound(DEVICES.missing, service=SERVICE, detail="not an id")
    found = graph.rows(f"/deviceManagement/managedDevices/{device_id}/users", {}, subject=DEVICES, max_rows=MAX_USERS)
    return tuple(dict.fromkeys(filter(None, (object_id(one.get("id")) for one in found.objects))))


def by_serial_number(graph: GraphClient, serial_number: str) -> DeviceList:
    """Return the devices with exactly this serial number; case does not matter."""
    return _with(graph, "serialNumber", serial_number, "serial number", lambda device: device.serial_number)


def by_name(graph: GraphClient, device_name: str) -> DeviceList:
    """Return the devices with exactly this name; case does not matter."""
    return _with(graph, "deviceName", device_name, "device name", lambda device: device.name)


def details(graph: GraphClient, device_id: str) -> DeviceDetails:
    """Return one device with everything that only its own address gives.

    Raises:
        RecordNotFound: There is no such device, or the text is no id.
    """
    if not is_object_id(device_id):
        raise RecordNotFound(DEVICES.missing, service=SERVICE, detail="not an id")
    path = f"/deviceManagement/managedDevices/{device_id}"
    device = read_object(DeviceDetails, graph.get(path, {"$select": DETAILS_SELECT}, subject=DEVICES))
    if device is None or device.id != device_id.lower():
        sentence = "Microsoft Graph answered with another device than was asked for, so nothing is shown."
        raise UnexpectedAnswer(sentence, service=SERVICE, status=200)
    return device


def _listed(graph: GraphClient, path: str, params: Mapping[str, str], matches: Callable[[Device], bool]) -> DeviceList:
    rows = graph.rows(path, {**params, "$select": DEVICE_SELECT}, subject=DEVICES, max_rows=MAX_DEVICES)
    read = [device for one in rows.objects if (device := read_object(Device, one))]
    # What was not asked for is never shown: a filter that the service ignored would list the whole tenant.
    mine = {device.id: device for device in read if matches(device)}
    return DeviceList(tuple(mine.values()), complete=rows.complete)


def _with(graph: GraphClient, name: str, value: str, what: str, read: Callable[[Device], str]) -> DeviceList:
    key = value.strip()
    if not key:
        raise InvalidInput({"search": f"Type a {what}: an empty one would match every device."})
    if len(key) > MAX_KEY_CHARS or any(character < " " or character == "\x7f" for character in key):
        raise InvalidInput({"search": f"This is no {what}."})
    quoted = key.replace("'", "''")
    params = {"$filter": f"{name} eq '{quoted}'"}
    path = "/deviceManagement/managedDevices"
    return _listed(graph, path, params, lambda device: read(device).casefold() == key.casefold())
