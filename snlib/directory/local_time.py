"""What time it is where a person is, by country and city, or not at all.

A time zone is known only where the place leaves no choice: all zones of the country have the same time, or the city is
the one a zone is named after, or one of those listed here. Everything else is unknown, and nothing is shown: a wrong
hour is worse than none. Territories with a code of their own (Réunion, Hong Kong) do not count against the mainland.

Source: ``zone.tab`` and ``iso3166.tab`` of the IANA time zone database (https://www.iana.org/time-zones), as the
package tzdata brings them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from snlib.directory.search_text import folded

_CITIES = """
America/Chicago: austin, dallas, houston, san antonio, minneapolis, new orleans, st. louis, milwaukee
America/Denver: salt lake city, albuquerque, boulder
America/Edmonton: calgary
America/Los_Angeles: san francisco, san jose, san diego, seattle, sacramento, las vegas, palo alto
America/Mexico_City: ciudad de mexico, guadalajara, puebla
America/New_York: new york city, boston, washington, atlanta, miami, philadelphia, pittsburgh, cleveland
America/Phoenix: tucson, scottsdale
America/Santiago: santiago de chile, valparaiso
America/Sao_Paulo: rio de janeiro, brasilia, curitiba
America/Toronto: ottawa, montreal, quebec
Asia/Jakarta: bandung, surabaya
Asia/Makassar: denpasar
Asia/Shanghai: beijing, guangzhou, shenzhen, chengdu
Atlantic/Azores: ponta delgada
Atlantic/Canary: las palmas, las palmas de gran canaria, santa cruz de tenerife
Australia/Sydney: canberra
Europe/Kyiv: kiev, lviv, odesa, kharkiv
Europe/Lisbon: lisboa, porto, braga, coimbra, faro
Europe/Madrid: barcelona, valencia, sevilla, seville, bilbao, zaragoza, malaga
Pacific/Auckland: wellington, christchurch
"""
"""Cities of countries with several times, beside those that zones are named after."""

_NAMES = """
AE: united arab emirates; AT: osterreich; BR: brasil; CH: schweiz, suisse; CZ: czechia, cesko; DE: deutschland
DK: danmark; ES: espana; GB: united kingdom, uk, great britain, england; IT: italia; KR: south korea
NL: nederland, the netherlands; NO: norge; PL: polska; SE: sverige; TR: turkiye; US: united states of america, usa
"""
"""What directories call countries, beside the English names of ``iso3166.tab``."""

_WINTER_AND_SUMMER = (datetime(2026, 1, 15), datetime(2026, 7, 15))  # noqa: DTZ001  # the wall clock of each zone


def zone_of(*, city: str, country: str, usage_location: str = "") -> ZoneInfo | None:
    """Return the time zone of a place, None when it is not certain.

    ``country`` is a name or an ISO code; ``usage_location``, a code, counts only where it is empty.
    """
    place = _folded(country) if country.strip() else _folded(usage_location)
    code = _codes().get(place, place.upper())
    zones = tuple(map(ZoneInfo, _zones().get(code, ())))
    if len({tuple(moment.replace(tzinfo=zone).utcoffset() for moment in _WINTER_AND_SUMMER) for zone in zones}) == 1:
        return zones[0]
    key = _folded(city)
    return next((zone for zone in zones if key and key in _cities(zone.key)), None)


def local_time(now: datetime, zone: ZoneInfo, viewer: ZoneInfo) -> str:
    """Return the time there, such as "14:05 there"; with the weekday when it is another day than at the viewer's."""
    there = now.astimezone(zone)
    other_day = there.date() != now.astimezone(viewer).date()
    return f"{there:%H:%M} there" + (f" ({there:%A})" if other_day else "")


@cache
def _zones() -> dict[str, list[str]]:
    """Return the names of each country's zones, the most populous one first."""
    found: dict[str, list[str]] = {}
    for code, _, zone, *_ in _rows("zone.tab"):
        found.setdefault(code, []).append(zone)
    return found


@cache
def _codes() -> dict[str, str]:
    """Return the ISO code of each country's folded name."""
    ours = (entry.split(": ") for entry in _NAMES.strip().replace("\n", "; ").split("; "))
    named = {name: code for code, names in ours for name in names.split(", ")}
    return {_folded(name): code for code, name in _rows("iso3166.tab")} | named


@cache
def _cities(zone: str) -> frozenset[str]:
    """Return the folded names of a zone's cities that are known."""
    listed = dict(line.split(": ") for line in _CITIES.strip().splitlines()).get(zone, "")
    return frozenset({zone.rpartition("/")[2].replace("_", " ").lower(), *filter(None, listed.split(", "))})


def _rows(name: str) -> Iterator[list[str]]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _folded(text: str) -> str:
    return " ".join(folded(text).split())
