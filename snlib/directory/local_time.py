"""What time it is where a person is, told from country and city, or not at all.

A time zone is known only where the place leaves no choice: the country has one zone, or the city is one of those
listed for a country with several. Everything else is unknown, and nothing is shown: a wrong hour is worse than none.
Pure.

Sources: IANA time zone database (https://www.iana.org/time-zones, ``zone.tab``); country codes of ISO 3166-1.
Territories with a code of their own (Réunion, Greenland, Hong Kong) do not count against the mainland. Spain (Canary
Islands) and Portugal (Azores) have two zones, so they are asked for the city like the United States.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snlib.directory.ranking import folded

ONE_ZONE: dict[str, str] = {
    "AE": "Asia/Dubai",
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "CO": "America/Bogota",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "EG": "Africa/Cairo",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HK": "Asia/Hong_Kong",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KE": "Africa/Nairobi",
    "KR": "Asia/Seoul",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MA": "Africa/Casablanca",
    "MT": "Europe/Malta",
    "MY": "Asia/Kuala_Lumpur",
    "NG": "Africa/Lagos",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PE": "America/Lima",
    "PH": "Asia/Manila",
    "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw",
    "QA": "Asia/Qatar",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "TH": "Asia/Bangkok",
    "TN": "Africa/Tunis",
    "TR": "Europe/Istanbul",
    "TW": "Asia/Taipei",
    "UA": "Europe/Kyiv",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
"""Countries with one zone."""

CITIES: dict[str, dict[str, str]] = {
    "AU": {
        "Australia/Sydney": "sydney canberra",
        "Australia/Melbourne": "melbourne",
        "Australia/Brisbane": "brisbane",
        "Australia/Adelaide": "adelaide",
        "Australia/Perth": "perth",
    },
    "BR": {"America/Sao_Paulo": "sao_paulo rio_de_janeiro brasilia curitiba", "America/Manaus": "manaus"},
    "CA": {
        "America/Toronto": "toronto ottawa montreal quebec",
        "America/Winnipeg": "winnipeg",
        "America/Edmonton": "calgary edmonton",
        "America/Vancouver": "vancouver",
        "America/Halifax": "halifax",
    },
    "CL": {"America/Santiago": "santiago santiago_de_chile valparaiso"},
    "ES": {
        "Europe/Madrid": "madrid barcelona valencia sevilla seville bilbao zaragoza malaga",
        "Atlantic/Canary": "las_palmas las_palmas_de_gran_canaria santa_cruz_de_tenerife",
    },
    "ID": {"Asia/Jakarta": "jakarta bandung surabaya", "Asia/Makassar": "denpasar makassar"},
    "MX": {
        "America/Mexico_City": "mexico_city ciudad_de_mexico guadalajara puebla",
        "America/Monterrey": "monterrey",
        "America/Tijuana": "tijuana",
    },
    "NZ": {"Pacific/Auckland": "auckland wellington christchurch"},
    "PT": {"Europe/Lisbon": "lisboa lisbon porto braga coimbra faro", "Atlantic/Azores": "ponta_delgada"},
    "US": {
        "America/New_York": "new_york new_york_city boston washington atlanta miami philadelphia pittsburgh cleveland",
        "America/Detroit": "detroit",
        "America/Chicago": "chicago austin dallas houston san_antonio minneapolis new_orleans st._louis milwaukee",
        "America/Denver": "denver salt_lake_city albuquerque boulder",
        "America/Phoenix": "phoenix tucson scottsdale",
        "America/Los_Angeles": "los_angeles san_francisco san_jose san_diego seattle sacramento las_vegas palo_alto",
        "Pacific/Honolulu": "honolulu",
        "America/Anchorage": "anchorage",
    },
}
"""Countries with several zones, and cities of each zone; ``_`` stands for a space."""

NAMES: dict[str, str] = {
    "argentina": "AR",
    "australia": "AU",
    "austria": "AT",
    "osterreich": "AT",
    "belgium": "BE",
    "brazil": "BR",
    "brasil": "BR",
    "bulgaria": "BG",
    "canada": "CA",
    "chile": "CL",
    "china": "CN",
    "colombia": "CO",
    "croatia": "HR",
    "czechia": "CZ",
    "czech republic": "CZ",
    "denmark": "DK",
    "danmark": "DK",
    "egypt": "EG",
    "estonia": "EE",
    "finland": "FI",
    "france": "FR",
    "germany": "DE",
    "deutschland": "DE",
    "greece": "GR",
    "hong kong": "HK",
    "hungary": "HU",
    "iceland": "IS",
    "india": "IN",
    "indonesia": "ID",
    "ireland": "IE",
    "israel": "IL",
    "italy": "IT",
    "italia": "IT",
    "japan": "JP",
    "kenya": "KE",
    "latvia": "LV",
    "lithuania": "LT",
    "luxembourg": "LU",
    "malaysia": "MY",
    "malta": "MT",
    "mexico": "MX",
    "morocco": "MA",
    "netherlands": "NL",
    "the netherlands": "NL",
    "nederland": "NL",
    "new zealand": "NZ",
    "nigeria": "NG",
    "norway": "NO",
    "norge": "NO",
    "pakistan": "PK",
    "peru": "PE",
    "philippines": "PH",
    "poland": "PL",
    "polska": "PL",
    "portugal": "PT",
    "qatar": "QA",
    "romania": "RO",
    "saudi arabia": "SA",
    "serbia": "RS",
    "singapore": "SG",
    "slovakia": "SK",
    "slovenia": "SI",
    "south africa": "ZA",
    "south korea": "KR",
    "spain": "ES",
    "espana": "ES",
    "sweden": "SE",
    "sverige": "SE",
    "switzerland": "CH",
    "schweiz": "CH",
    "suisse": "CH",
    "taiwan": "TW",
    "thailand": "TH",
    "tunisia": "TN",
    "turkey": "TR",
    "turkiye": "TR",
    "ukraine": "UA",
    "united arab emirates": "AE",
    "united kingdom": "GB",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "united states": "US",
    "united states of america": "US",
    "usa": "US",
    "vietnam": "VN",
}
"""What directories call countries, folded: English, and the common names of their own."""

_BY_CITY = {
    (country, city.replace("_", " ")): zone
    for country, zones in CITIES.items()
    for zone, cities in zones.items()
    for city in cities.split()
}


def zone_of(*, city: str, country: str, usage_location: str = "") -> ZoneInfo | None:
    """Return the time zone of a place, None when it is not certain.

    Args:
        city: As the directory spells it.
        country: A name or an ISO code.
        usage_location: An ISO code; counts only where ``country`` is empty.
    """
    code = _code(country) if country.strip() else _code(usage_location)
    zone = ONE_ZONE.get(code) or _BY_CITY.get((code, _folded(city)))
    try:
        return ZoneInfo(zone) if zone else None
    except ZoneInfoNotFoundError:
        return None  # a server whose time zone data is older than this list


def local_time(now: datetime, zone: ZoneInfo, viewer: ZoneInfo) -> str:
    """Return the time there, such as "14:05 there"; with the weekday when it is another day than at the viewer's."""
    there = now.astimezone(zone)
    other_day = there.date() != now.astimezone(viewer).date()
    return f"{there:%H:%M} there" + (f" ({there:%A})" if other_day else "")


def _code(country: str) -> str:
    name = _folded(country)
    return NAMES.get(name, name.upper() if len(name) == 2 else "")


def _folded(text: str) -> str:
    return " ".join(folded(text).split())
