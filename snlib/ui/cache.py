"""The only Streamlit caches: each for one browser session, short-lived and bounded.

Every answer is kept under the desk's key: what was read in one sign-in, with one token, under one version of the
settings is never shown in another. The caches hold answers only; engine, vault and tokens are kept elsewhere, because
any client may clear the caches.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from snlib.clock import utc_now
from snlib.devices import Device
from snlib.directory import Person, Photo
from snlib.errors import SnlibError
from snlib.helpdesk import access_log, counts
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import callers, devices, finding, incidents, people
from snlib.incidents import Caller, IncidentFilter, IncidentList
from snlib.ui import state

log = logging.getLogger(__name__)

SECONDS = 300

P = ParamSpec("P")
T = TypeVar("T")


def read_again() -> None:
    """Drop the answers that a button Refresh reads again."""
    st.session_state[state.READ_AT] = utc_now().isoformat()


def _key(desk: Desk) -> str:
    return desk.key


def _key_until_refreshed(desk: Desk) -> tuple[str, str]:
    return desk.key, str(st.session_state.get(state.READ_AT, ""))


_HASH: dict[Any, Callable[[Any], Any]] = {
    Person: lambda person: person.id,
    Caller: lambda caller: caller.sys_id,
    Device: lambda device: (device.id, device.serial_key),
    IncidentFilter: lambda filters: filters.to_json(),
    IncidentList: lambda found: (found.as_of.isoformat(), found.loaded, found.filters.to_json()),
    ZoneInfo: str,
}


def kept(
    spinner: str | bool = False, *, refreshed: bool = True, seconds: float = SECONDS, entries: int = 16
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that keeps a function's answers for one browser session; the function takes the desk first.

    The answers are not copied, so nobody may change one. As many as ``entries`` are kept, each for ``seconds``, or
    until `read_again` if they are ``refreshed``. The text ``spinner`` is shown while the function runs.
    """
    return st.cache_resource(
        scope="session",
        ttl=seconds,
        max_entries=entries,
        show_spinner=spinner,
        hash_funcs={**_HASH, Desk: _key_until_refreshed if refreshed else _key},
    )


def _photo(desk: Desk, person_id: str) -> Photo | None:
    """Return the person's photo; None without one and after an error, which the page replaces by initials."""
    try:
        return people.photo(desk, person_id)
    except SnlibError as error:
        log.warning("no photo: %s: %s", type(error).__name__, error)
        return None


find = kept(refreshed=False, seconds=60, entries=64)(finding.find)
person = kept("Asking the directory…", refreshed=False)(people.person)
photo = kept(refreshed=False)(_photo)
match = kept("Looking for the caller in ServiceNow…", refreshed=False)(callers.match)
connected_as_another = kept(refreshed=False)(callers.connected_as_another)
counts_of = kept("Counting incidents in ServiceNow…")(incidents.counts_of)
incidents_of = kept("Reading incidents from ServiceNow…", entries=4)(incidents.incidents_of)
instance_counts = kept("Counting incidents in ServiceNow…", entries=8)(counts.instance_counts)
devices_of = kept("Reading devices from Microsoft Intune…")(devices.devices_of)
details_of = kept("Reading the device from Microsoft Intune…", entries=32)(devices.details_of)
computers_of = kept("Looking for the devices in ServiceNow…")(devices.computers_of)
groups_of = kept("Reading groups from Microsoft Entra…")(devices.groups_of)
log_page = kept("Reading the access log…", seconds=60)(access_log.read_page)
log_filter_values = kept(seconds=60, entries=2)(access_log.filter_values)
