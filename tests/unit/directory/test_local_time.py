"""What time it is where a person is: known for certain, or not shown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from snlib.demo.seed.names import CITIES as OFFICES
from snlib.directory import local_time as rules
from snlib.directory.local_time import local_time, zone_of

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("city", "country", "usage", "zone"),
    [
        ("Lyon", "France", "FR", "Europe/Paris"),
        ("", "Deutschland", "", "Europe/Berlin"),
        ("İzmir", "TÜRKİYE", "", "Europe/Istanbul"),
        ("", "", "ie", "Europe/Dublin"),
        ("Nowhere", "in", "", "Asia/Kolkata"),
        ("São  Paulo", "Brazil", "", "America/Sao_Paulo"),
        ("Austin", "US", "", "America/Chicago"),
        ("Las Palmas", "Spain", "", "Atlantic/Canary"),
        ("New York", "USA", "", "America/New_York"),
        ("Leeds", "United Kingdom", "", "Europe/London"),
        ("Seoul", "South Korea", "", "Asia/Seoul"),
    ],
)
def test_known_places(city: str, country: str, usage: str, zone: str):
    """A country with one zone is enough; of others the city decides; accents, case and codes do not matter."""
    assert zone_of(city=city, country=country, usage_location=usage) == ZoneInfo(zone)


@pytest.mark.parametrize(
    ("city", "country", "usage"),
    [
        ("", "", ""),
        ("Berlin", "", ""),
        ("Springfield", "United States", "US"),
        ("", "Spain", "ES"),
        ("Paris", "US", ""),
        ("", "Atlantis", "DE"),
        ("", "XX", ""),
        ("../../etc", "../US", ""),
    ],
)
def test_unknown_places(city: str, country: str, usage: str):
    """A place that leaves a choice, or is not known, has no time; a licence never overrules the address."""
    assert zone_of(city=city, country=country, usage_location=usage) is None


def test_every_zone_exists():
    """Every zone of our list is one of the time zone database, and every country's name leads to zones."""
    listed = {line.partition(":")[0] for line in rules._CITIES.strip().splitlines()}
    zones = {zone for found in rules._zones().values() for zone in found}
    assert listed <= zones
    assert {str(ZoneInfo(zone)) for zone in zones} == zones
    assert set(rules._codes().values()) - set(rules._zones()) <= {"BV", "HM"}, "islands without a clock"


def test_the_demo_offices():
    """Every office of the demo's organisation is placed where its own data says."""
    assert {office.name: str(zone_of(city=office.name, country=office.country)) for office in OFFICES} == {
        office.name: office.time_zone for office in OFFICES
    }


def test_the_words():
    """Hours and minutes there; the weekday only where it is another day than at the viewer's."""
    assert local_time(NOON, ZoneInfo("Europe/Paris"), ZoneInfo("UTC")) == "13:05 there"
    assert local_time(NOON, ZoneInfo("Pacific/Auckland"), ZoneInfo("UTC")) == "01:05 there (Tuesday)"
    assert local_time(NOON, ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Auckland")) == "01:05 there"
