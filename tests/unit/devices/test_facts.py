"""One device's details as lines, and the order of devices."""

from __future__ import annotations

from datetime import UTC, datetime

from snlib.devices.facts import facts_of, newest_first
from snlib.graph import Device, DeviceDetails

ID = "705c034c-0000-4000-8000-5c704c035c70"


def test_details_leave_out_what_is_unknown() -> None:
    """Memory is shown in the units it is sold in, hardware addresses as they are printed; empty facts are no lines."""
    details = DeviceDetails(
        ID,
        entra_id="00000000-0000-0000-0000-000000000000",
        wifi_address="AABBCCDDEEFF",
        memory_bytes=17_179_869_184,
        ethernet_address="001122334455",
        notes="Loaner.",
    )
    facts = facts_of(details)
    assert (facts["Memory"], facts["Wi-Fi address"], facts["Ethernet address"]) == (
        "16 GB",
        "AA:BB:CC:DD:EE:FF",
        "00:11:22:33:44:55",
    )
    assert facts["Notes"] == "Loaner."
    assert not {"ICCID", "UDID", "Entra device ID", "Carrier"} & set(facts)
    assert all(facts.values())


def test_the_one_heard_of_last_comes_first() -> None:
    """Devices are in the order of their last check-in; one that was never heard of is last."""
    never, old, new = (
        Device(str(number), last_check_in=when)
        for number, when in enumerate((None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)))
    )
    assert newest_first((never, old, new)) == (new, old, never)
