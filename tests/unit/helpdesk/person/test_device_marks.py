"""Which incidents are about which of the person's devices."""

from __future__ import annotations

import pandas as pd

from snlib.devices import Computer, Computers, Device
from snlib.helpdesk.person.device_marks import mark
from snlib.incidents import empty_frame

LAPTOP = Device("1" * 8, "LYO-LT-1", serial_number="8KX2ZT3")
PHONE = Device("2" * 8, "iPhone", serial_number="")


def frame(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """Incidents by number of their sys_id, the configuration item's sys_id and its serial number."""
    made = pd.DataFrame(rows, columns=["sys_id", "item_sys_id", "item_serial"])
    return pd.concat([empty_frame(), made.astype(empty_frame().dtypes[made.columns].to_dict())])


def test_the_same_serial_number_marks_both_sides() -> None:
    """However the serial number is spelled, the incident matches the device, in the list's order."""
    marks = mark([LAPTOP, PHONE], frame(("a", "x", " 8kx2 zt3"), ("b", "y", "OTHER"), ("c", "x", "8KX2ZT3")))
    assert marks.device_names == {"a": "LYO-LT-1", "c": "LYO-LT-1"}
    assert marks.incidents == {LAPTOP.id: ("a", "c")}


def test_nothing_matches_nothing() -> None:
    """An incident without a configuration item is about no device, not even one without a serial number."""
    rows = frame(("a", "", ""), ("b", None, None), ("c", "x", "0"))
    nameless = Device("3" * 8, "Kiosk", serial_number="0")
    marks = mark([LAPTOP, PHONE, nameless], rows)
    assert (marks.device_names, marks.incidents) == ({}, {})


def test_the_configuration_item_matches_where_its_serial_number_is_hidden() -> None:
    """Where the serial number behind an incident does not arrive, the device's own configuration item decides."""
    computers = Computers((Computer("x", "PC", "8KX2ZT3"),))
    assert mark([LAPTOP], frame(("a", "x", None)), computers).device_names == {"a": "LYO-LT-1"}
    assert mark([LAPTOP], frame(("a", "y", None)), computers).device_names == {}
    assert mark([LAPTOP], frame(("a", "x", None))).device_names == {}


def test_two_records_of_one_device() -> None:
    """Both cards of a device that was enrolled anew show the incident; the list names the first."""
    again = Device("4" * 8, "LYO-LT-1b", serial_number="8kx2zt3")
    marks = mark([again, LAPTOP], frame(("a", "x", "8KX2ZT3")))
    assert marks.device_names == {"a": "LYO-LT-1b"}
    assert marks.incidents == {again.id: ("a",), LAPTOP.id: ("a",)}


def test_an_empty_list() -> None:
    """Without incidents there are no marks."""
    assert mark([LAPTOP], empty_frame()).incidents == {}
