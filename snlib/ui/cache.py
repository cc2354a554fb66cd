"""The only Streamlit caches: each for one browser session, short-lived and bounded.

Every answer is kept under the desk's key: what was read in one sign-in, with one token, under one version of the
settings is never shown in another. The caches hold answers only; engine, vault and tokens are kept elsewhere, because
any client may clear the caches.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import streamlit as st

from snlib.clock import utc_now
from snlib.devices import Device
from snlib.directory import Person, Photo
from snlib.errors import ConnectorOff, InvalidInput, PermissionDenied, RecordNotFound, SnlibError
from snlib.helpdesk import access_log, counts
from snlib.helpdesk.desk import Desk
from snlib.helpdesk.person import callers, devices, finding, incidents, people
from snlib.incidents import Caller, IncidentFilter, IncidentList
from snlib.ui import faults, state

log = logging.getLogger(__name__)

SECONDS = 300
QUIET = timedelta(seconds=30)
"""After a failure, how long an old answer is given without asking again."""
LASTING = 32
"""Last good answers of a browser session."""

P = ParamSpec("P")
T = TypeVar("T")


@faults.caught()
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


class Lasting(Generic[P, T]):
    """A question whose last good answer is given again while asking anew fails.

    `gates.asking` says so above it, with the time. It is given under the same desk's key only, so never in another
    sign-in, nor after the agent disconnected. After a failure nothing is asked for ``QUIET``, unless the agent presses
    Try again or Refresh: a click on a filter must not wait for a service that does not answer.
    """

    def __init__(self, ask: Callable[P, T]) -> None:
        self._ask = ask

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask; raises what asking raises, when there is no earlier answer or the error is an answer itself."""
        held: dict[object, _Last] = st.session_state.setdefault(state.LAST, {})
        slot, read_at = self._slot(args, kwargs), str(st.session_state.get(state.READ_AT, ""))
        last = held.get(slot)
        if last is None or last.failed_at is None or last.read_again != read_at or utc_now() - last.failed_at >= QUIET:
            try:
                answer = self._ask(*args, **kwargs)
            except (InvalidInput, PermissionDenied, ConnectorOff, RecordNotFound):
                raise
            except SnlibError as error:
                if last is None:
                    raise
                last.error, last.failed_at, last.read_again = error, utc_now(), read_at
            else:
                if last is None or last.answer is not answer:
                    self.remember(answer, *args, **kwargs)
                else:
                    last.error = last.failed_at = None
                return answer
        if last.error is not None:
            st.session_state.setdefault(state.OLD, {})[str(last.error.user_message)] = (last.error, last.at)
        return cast("T", last.answer)

    def remember(self, answer: T, *args: P.args, **kwargs: P.kwargs) -> None:
        """Keep an answer to a question that was asked in another way."""
        held: dict[object, _Last] = st.session_state.setdefault(state.LAST, {})
        held.pop(self._slot(args, kwargs), None)
        held[self._slot(args, kwargs)] = _Last(answer, utc_now())
        while len(held) > LASTING:
            del held[next(iter(held))]

    def _slot(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> tuple[object, ...]:
        return (self, *map(_plain, args), *((name, _plain(value)) for name, value in sorted(kwargs.items())))


@dataclass(slots=True)
class _Last:
    answer: object
    at: datetime
    error: SnlibError | None = None
    failed_at: datetime | None = None
    read_again: str = ""


def _plain(value: object) -> object:
    """Return what identifies an argument."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, Desk):
        return value.key
    return _HASH[type(value)](value) if type(value) in _HASH else value


def _photo(desk: Desk, person_id: str) -> Photo | None:
    """Return the person's photo; None without one and after an error, which the page replaces by initials."""
    try:
        return people.photo(desk, person_id)
    except SnlibError as error:
        log.warning("no photo: %s: %s", type(error).__name__, error)
        return None


find = kept(refreshed=False, seconds=60, entries=64)(finding.find)
person = Lasting(kept("Asking the directory…", refreshed=False)(people.person))
photo = kept(refreshed=False)(_photo)
match = Lasting(kept("Looking for the caller in ServiceNow…", refreshed=False)(callers.match))
connected_as_another = Lasting(kept(refreshed=False)(callers.connected_as_another))
counts_of = Lasting(kept("Counting incidents in ServiceNow…")(incidents.counts_of))
incidents_of = Lasting(kept("Reading incidents from ServiceNow…", entries=4)(incidents.incidents_of))
instance_counts = Lasting(kept("Counting incidents in ServiceNow…", entries=8)(counts.instance_counts))
devices_of = Lasting(kept("Reading devices from Microsoft Intune…")(devices.devices_of))
details_of = Lasting(kept("Reading the device from Microsoft Intune…", entries=32)(devices.details_of))
computers_of = Lasting(kept("Looking for the devices in ServiceNow…")(devices.computers_of))
groups_of = Lasting(kept("Reading groups from Microsoft Entra…")(devices.groups_of))
log_page = Lasting(kept("Reading the access log…", seconds=60)(access_log.read_page))
log_filter_values = Lasting(kept(seconds=60, entries=2)(access_log.filter_values))
