"""The configuration items of a person's devices: asked for once, matched by serial number, never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from snlib.devices.computers import Computers, find_computers
from snlib.errors import AccessRefused, RecordNotFound, RequestRejected, ServiceFailure, SignInRequired, SnlibError
from snlib.graph.managed_device import Device
from snlib.servicenow.protocol import Page
from snlib.servicenow.records import Record, record_of
from tests.list_model import page_with

OWNER = "5137153cc611227c000bbd1bd8cd2005"


def device(serial: str, number: int = 1) -> Device:
    """A device with this serial number."""
    return Device(f"{number:08x}-0000-4000-8000-000000000000", "A", serial_number=serial)


def computer(number: int, serial: str, status: str = "1") -> Record:
    """A configuration item as the Table API sends it."""
    shown = {"1": "Installed", "7": "Retired"}[status]
    return record_of(
        {
            "sys_id": f"{number:032x}",
            "name": f"PC-{number}",
            "serial_number": serial,
            "asset_tag": f"A{number}",
            "install_status": {"value": status, "display_value": shown},
        }
    )


class Table:
    """Answers with one page or an error, whatever it is asked, and remembers the questions."""

    def __init__(self, *records: Record, error: SnlibError | None = None) -> None:
        self.answer = page_with(records, has_links=True)
        self.error = error
        self.asked: list[str] = []

    def page(self, table: str, query: Any, fields: Any, limit: int) -> Page:
        query.check(table)
        self.asked.append(f"{table}?{query.encode(ordered=False)}")
        if self.error:
            raise self.error
        return self.answer


def find(table: Table, *devices: Device, owner: str = "") -> Computers:
    """What ``table`` knows of the devices."""
    return find_computers(table, devices, owner)  # type: ignore[arg-type]


def test_one_question_for_all_serial_numbers() -> None:
    """All serial numbers are in one question, each once, with the computers assigned to the person."""
    table = Table()
    find(table, device("b2"), device("A1"), device(" a 1", 2), device("0", 3), owner=OWNER)
    assert table.asked == [f"cmdb_ci_computer?serial_numberINA1,B2^ORassigned_to={OWNER}"]


@pytest.mark.parametrize("serial", ["", " ", "0", "To be filled by O.E.M."])
def test_without_a_serial_number_nothing_is_asked(serial: str) -> None:
    """No serial number, no question: an empty value would match every computer without one."""
    table = Table(computer(1, ""))
    assert find(table, device(serial), owner=OWNER).of(device(serial)) == ()
    assert table.asked == []


@pytest.mark.parametrize("serial", ["A^B", "A,B", "javascript:gs.getUserID()"])
def test_a_serial_number_that_would_change_the_query_is_not_asked_for(serial: str) -> None:
    """Such a serial number is left out; the other devices' are asked for all the same."""
    table = Table()
    find(table, device(serial), device("A1", 2))
    assert table.asked == ["cmdb_ci_computer?serial_numberINA1"]
    assert find(table, device(serial)) == Computers()
    assert len(table.asked) == 1


def test_only_the_same_serial_number_counts() -> None:
    """However it is spelled, the same number matches; any other computer that comes back is left out."""
    table = Table(
        computer(1, " 8kx2 zt3"), computer(2, "OTHER"), computer(3, ""), record_of({"serial_number": "8KX2ZT3"})
    )
    found = find(table, device("8KX2ZT3"), owner=OWNER)
    assert [one.sys_id for one in found.found] == [f"{1:032x}"]
    assert found.of(device("8kx2zt3")) == found.found
    assert found.of(device("")) == ()


def test_those_in_use_come_first() -> None:
    """Of several items with one serial number the retired ones stand last, and say so."""
    found = find(Table(computer(1, "A1", "7"), computer(2, "A1")), device("A1"))
    assert [(one.name, one.status, one.in_use) for one in found.of(device("A1"))] == [
        ("PC-2", "Installed", True),
        ("PC-1", "Retired", False),
    ]


@pytest.mark.parametrize("kind", [AccessRefused, RecordNotFound, RequestRejected])
def test_the_table_is_optional(kind: type[SnlibError]) -> None:
    """An instance without the table, or one that refuses it (400, 403, 404), means no links and no failure."""
    error = kind("No.", service="ServiceNow")  # type: ignore[call-arg]
    found = find(Table(error=error), device("A1"))
    assert (found.readable, found.of(device("A1"))) == (False, ())


@pytest.mark.parametrize("error", [SignInRequired("Again."), ServiceFailure("No.", service="ServiceNow")])
def test_other_failures_are_told(error: SnlibError) -> None:
    """That the agent must authenticate, or that the instance fails, is not taken for "there is none"."""
    with pytest.raises(type(error)):
        find(Table(error=error), device("A1"))
