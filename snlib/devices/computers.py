"""The computers of ServiceNow's CMDB that are a person's devices: matched by serial number, never by name alone.

``cmdb_ci_computer`` is an optional table: an instance may not have it, and an account may not be let in. Then there is
no link, which is no failure (https://www.servicenow.com/docs/r/servicenow-platform/configuration-management-database-cmdb/).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from snlib.errors import AccessRefused, InvalidInput, RecordNotFound, RequestRejected
from snlib.graph.managed_device import Device, serial_key
from snlib.servicenow.client import TableClient
from snlib.servicenow.encoded_query import Condition, Query, field
from snlib.servicenow.records import Record, is_key
from snlib.text import plain_cell

TABLE = "cmdb_ci_computer"
FIELDS = ("sys_id", "name", "serial_number", "asset_tag", "install_status")
MAX_SERIALS = 60
MAX_COMPUTERS = 100

_GONE = frozenset({"7", "8"})
"""``install_status``: retired, stolen."""


@dataclass(frozen=True, slots=True)
class Computer:
    """A configuration item; texts are cleaned for display, ``in_use`` is False when it is retired or stolen.

    Attributes:
        serial_key: The serial number as `serial_key` compares it.
        status: What the instance calls its install status, e.g. "Installed"; ``""`` when not visible.
    """

    sys_id: str
    name: str
    serial_key: str
    asset_tag: str = ""
    status: str = ""
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class Computers:
    """The computers found, and whether the instance has the table and lets the agent read it."""

    found: tuple[Computer, ...] = ()
    readable: bool = True

    def of(self, device: Device) -> tuple[Computer, ...]:
        """Return the configuration items of this device, those in use first; without a serial number none."""
        own = [one for one in self.found if one.serial_key == device.serial_key and device.serial_key]
        return tuple(sorted(own, key=lambda one: (not one.in_use, one.name.lower(), one.sys_id)))


def find_computers(table: TableClient, devices: Sequence[Device], owner_sys_id: str = "") -> Computers:
    """Return the configuration items of ``devices``, with one call for all of them.

    The computers assigned to the person's ServiceNow user, if known, are asked for as well, because a serial number
    that was typed with a blank in it is not found by its value; of both kinds only those whose serial number is a
    device's are returned.

    Raises:
        SnlibError: What a client raises, but that there is no such table to read.
    """
    serials = {device.serial_key for device in devices} - {""}
    conditions = list(_conditions(sorted(serials)[:MAX_SERIALS], owner_sys_id))
    if not serials or not conditions:
        return Computers()
    query = Query().any_of(*conditions).order_by("name")
    try:
        page = table.page(TABLE, query, fields=FIELDS, limit=MAX_COMPUTERS)
    except (AccessRefused, RecordNotFound, RequestRejected):
        return Computers(readable=False)
    # Checked again here: an instance drops a condition it cannot read and answers with its first rows.
    return Computers(tuple(one for one in map(_computer, page.records) if one and one.serial_key in serials))


def _conditions(serials: Iterable[str], owner_sys_id: str) -> Iterable[Condition]:
    safe = []
    for serial in serials:
        with suppress(InvalidInput):  # a serial number that cannot be asked for safely is not asked for
            safe.append(field("serial_number").is_in([serial]).operand)
    if safe:
        yield field("serial_number").is_in(safe)
    if is_key(owner_sys_id):
        yield field("assigned_to").equals(owner_sys_id)


def _computer(record: Record) -> Computer | None:
    if not is_key(record.sys_id):
        return None
    status = record.cell("install_status")
    return Computer(
        sys_id=record.sys_id,
        name=plain_cell(record.value("name")),
        serial_key=serial_key(record.value("serial_number")),
        asset_tag=plain_cell(record.value("asset_tag")),
        status=plain_cell(status.display_value),
        in_use=status.value not in _GONE,
    )
