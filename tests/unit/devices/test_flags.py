"""What an agent should notice about a device: each threshold from both sides, and what is unknown said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.devices.flags import GIGABYTE, Flag, ago_text, compliance_text, flags_by_device, gigabytes, grace_text
from snlib.graph.managed_device import Compliance, Device, Threat

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HEALTHY = Device(
    id="705c034c-0000-4000-8000-5c704c035c70",
    name="LYO-LT-0412",
    operating_system="Windows",
    serial_number="8KX2ZT3",
    compliance=Compliance.COMPLIANT,
    last_check_in=NOW - timedelta(hours=2),
    enrolled_at=NOW - timedelta(days=300),
    certificate_until=NOW + timedelta(days=200),
    total_bytes=500 * GIGABYTE,
    free_bytes=250 * GIGABYTE,
    encrypted=True,
    jail_broken=False,
    threat=Threat.ACTIVATED,
)
DAY = timedelta(days=1)


def flags_of(device: Device, now: datetime) -> tuple[Flag, ...]:
    """Return the flags of a person's only device."""
    return flags_by_device([device], now)[device.id]


def keys(**changes: Any) -> dict[str, str]:
    """The flags of the healthy device with these changes: level by key."""
    return {flag.key: flag.level for flag in flags_of(replace(HEALTHY, **changes), NOW)}


def test_a_healthy_device_has_no_flag() -> None:
    """Nothing to notice, nothing flagged."""
    assert keys() == {}


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"free_bytes": 50 * GIGABYTE}, {}),
        ({"free_bytes": 50 * GIGABYTE - 1}, {"disk": "warning"}),
        ({"free_bytes": 0}, {"disk": "bad"}),
        ({"total_bytes": 32 * GIGABYTE, "free_bytes": 10 * GIGABYTE}, {}),
        ({"total_bytes": 32 * GIGABYTE, "free_bytes": 10 * GIGABYTE - 1}, {"disk": "warning"}),
        ({"free_bytes": None}, {"disk": "unknown"}),
        ({"total_bytes": None}, {"disk": "unknown"}),
        ({"last_check_in": NOW - 7 * DAY}, {}),
        ({"last_check_in": NOW - 7 * DAY - timedelta(seconds=1)}, {"check_in": "warning"}),
        ({"last_check_in": NOW - 30 * DAY}, {"check_in": "warning"}),
        ({"last_check_in": NOW - 30 * DAY - timedelta(seconds=1)}, {"check_in": "bad"}),
        ({"last_check_in": NOW + DAY}, {}),
        ({"last_check_in": None}, {"check_in": "unknown"}),
        ({"certificate_until": NOW + 31 * DAY}, {}),
        ({"certificate_until": NOW + 30 * DAY}, {"certificate": "warning"}),
        ({"certificate_until": NOW}, {"certificate": "bad"}),
        ({"certificate_until": None}, {}),
        ({"encrypted": False}, {"encryption": "bad"}),
        ({"encrypted": None}, {}),
        ({"jail_broken": True}, {"jail_broken": "bad"}),
        ({"jail_broken": None}, {}),
        ({"threat": Threat.LOW}, {}),
        ({"threat": Threat.SECURED}, {}),
        ({"threat": Threat.UNKNOWN}, {}),
        ({"threat": Threat.MEDIUM}, {"threat": "bad"}),
        ({"threat": Threat.HIGH}, {"threat": "bad"}),
        ({"threat": Threat.COMPROMISED}, {"threat": "bad"}),
        ({"threat": Threat.UNRESPONSIVE}, {"threat": "warning"}),
        ({"threat": Threat.MISCONFIGURED}, {"threat": "warning"}),
        ({"compliance": Compliance.NONCOMPLIANT}, {"compliance": "bad"}),
        ({"compliance": Compliance.CONFLICT}, {"compliance": "bad"}),
        ({"compliance": Compliance.IN_GRACE_PERIOD}, {"compliance": "warning"}),
        ({"compliance": Compliance.ERROR}, {"compliance": "unknown"}),
        ({"compliance": Compliance.UNKNOWN}, {"compliance": "unknown"}),
        ({"compliance": Compliance.CONFIGURATION_MANAGER}, {}),
    ],
)
def test_each_threshold(changes: dict[str, Any], flags: dict[str, str]) -> None:
    """Each flag begins exactly at its threshold, and stands alone."""
    assert keys(**changes) == flags


def test_the_gravest_comes_first() -> None:
    """What is bad stands before warnings, and those before what is unknown."""
    device = replace(HEALTHY, total_bytes=None, encrypted=False, last_check_in=NOW - 10 * DAY)
    assert [flag.level for flag in flags_of(device, NOW)] == ["bad", "warning", "unknown"]


def test_reasons_carry_the_figures() -> None:
    """A reason names the numbers that it follows from."""
    device = replace(HEALTHY, free_bytes=4_960_000_000, last_check_in=NOW - 12 * DAY, certificate_until=NOW + 5 * DAY)
    reasons = {flag.key: f"{flag.label}: {flag.reason}" for flag in flags_of(device, NOW)}
    assert "5.0 GB of 500 GB" in reasons["disk"]
    assert "12 days" in reasons["check_in"]
    assert "5 days, on 2026-11-28" in reasons["certificate"]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3), "3 days left"),
        (timedelta(days=2, seconds=1), "3 days left"),
        (timedelta(days=1, seconds=1), "2 days left"),
        (timedelta(days=1), "24 hours left"),
        (timedelta(minutes=30), "1 hour left"),
        (timedelta(0), "which has ended"),
        (-timedelta(days=1), "which has ended"),
    ],
)
def test_grace_left(left: timedelta, words: str) -> None:
    """A begun day counts as a day, and on the last one the hours are told."""
    assert grace_text(NOW + left, NOW) == words


def test_every_compliance_state_has_its_words() -> None:
    """No two states read the same, but for the two that are not known; the grace period says what is left."""
    texts = {
        state: compliance_text(replace(HEALTHY, compliance=state, grace_until=NOW + 3 * DAY), NOW)
        for state in Compliance
    }
    assert len(set(texts.values())) == len(Compliance)
    assert texts[Compliance.IN_GRACE_PERIOD] == "In grace period, 3 days left"
    assert (
        compliance_text(replace(HEALTHY, compliance=Compliance.IN_GRACE_PERIOD), NOW) == "In grace period, end unknown"
    )


def test_an_older_record_of_the_same_hardware() -> None:
    """Of two records with one serial number, however it is spelled, the one heard of longer ago is flagged."""
    old = replace(HEALTHY, id="1" * 8, serial_number="8kx2 zt3", last_check_in=NOW - 2 * DAY)
    never = replace(HEALTHY, id="2" * 8, last_check_in=None, enrolled_at=None)
    other = replace(HEALTHY, id="3" * 8, serial_number="")
    nameless = replace(HEALTHY, id="4" * 8, serial_number="0")
    flags = flags_by_device([old, HEALTHY, never, other, nameless], NOW)
    flagged = {key for key, found in flags.items() if any(flag.key == "older_record" for flag in found)}
    assert flagged == {old.id, never.id}


@pytest.mark.parametrize(
    ("user_id", "user_name", "label", "words"),
    [
        ("own", "anna@example.com", "", ""),
        ("other", "it@example.com", "Another user", "names it@example.com as its user"),
        ("other", "", "Another user", "names somebody else as its user"),
        ("", "", "No user", "names nobody as its user"),
    ],
)
def test_a_device_that_names_another_user(user_id: str, user_name: str, label: str, words: str) -> None:
    """A device listed below a person that names another user, or nobody, says so, without a gap."""
    objects = {"own": "0f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01", "other": "1f9a1c1e-7e1c-4a0e-9f77-3d5a0a8c1b01"}
    device = replace(HEALTHY, user_id=objects.get(user_id, ""), user_name=user_name)
    found = [flag for flag in flags_by_device([device], NOW, objects["own"])[device.id] if flag.key == "user"]
    assert [flag.label for flag in found] == ([label] if label else [])
    assert all(words in flag.reason for flag in found)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (-timedelta(hours=1), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=61), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(hours=48), "2 days ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_ago(passed: timedelta, words: str) -> None:
    """Times are told in the unit that an agent would say; a clock ahead of ours is "just now"."""
    assert ago_text(NOW - passed, NOW) == words


def test_sizes() -> None:
    """Sizes are decimal gigabytes, with a tenth where it matters."""
    assert [gigabytes(size) for size in (0, 9_130_000_000, 9_990_000_000, 2_048 * GIGABYTE)] == [
        "0.0 GB",
        "9.1 GB",
        "10 GB",
        "2,048 GB",
    ]


moments = st.none() | st.datetimes(timezones=st.just(UTC))
sizes = st.none() | st.integers(min_value=1, max_value=2**62)


@given(
    compliance=st.sampled_from(Compliance),
    threat=st.sampled_from(Threat),
    last_check_in=moments,
    certificate_until=moments,
    grace_until=moments,
    total_bytes=sizes,
    free_bytes=sizes,
)
def test_no_device_breaks_the_flags(**values: Any) -> None:
    """Whatever a device reports, its flags are one of each kind, with a sentence that ends."""
    device = replace(HEALTHY, **values)
    found = flags_of(device, NOW)
    assert len({flag.key for flag in found}) == len(found)
    assert all(flag.label and flag.reason.endswith(".") for flag in found)
    assert compliance_text(device, NOW)
