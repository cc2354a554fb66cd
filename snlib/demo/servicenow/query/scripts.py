"""Evaluates the few server-side scripts that an encoded query may hold: ``javascript:gs.daysAgoStart(7)``.

A real instance runs them in a sandbox with an allow-list (ServiceNow docs, guarded-script-allowed-apis); a script the
sandbox does not know is not an error there: its condition is dropped.
"""

from __future__ import annotations

import re
from datetime import datetime

from snlib.demo.core.timestamps import STORED_FORMAT
from snlib.demo.servicenow.query import periods
from snlib.demo.servicenow.viewer import Viewer

PREFIX = "javascript:"
"""What a scripted value begins with."""

_CALL = re.compile(r"gs\.(?:getUser\(\)\.)?(?P<name>\w+)\((?P<arguments>[^()]*)\);?")
_AGO = re.compile(r"(?P<unit>minute|hour|day|month|quarter|year)sAgo(?P<edge>Start|End|)")
_EDGE = re.compile(r"(?P<edge>beginning|end)Of(?P<which>This|Last|Next)(?P<unit>Week|Month|Quarter|Year)")
_DAY = re.compile(r"(?P<edge>beginning|end)Of(?P<which>Today|Yesterday|Tomorrow)")
_COUNTS = {"This": 0, "Last": -1, "Next": 1, "Today": 0, "Yesterday": -1, "Tomorrow": 1}


def evaluate(text: str, viewer: Viewer) -> str | None:
    """Return what a script yields for this user (dates as stored, in UTC), or None when the sandbox refuses it."""
    call = _CALL.fullmatch(text.removeprefix(PREFIX).strip())
    if not call:
        return None
    arguments = [part.strip().strip("'\"") for part in call["arguments"].split(",")] if call["arguments"] else []
    name = call["name"]
    known = {
        "getUserID": viewer.sys_id,
        "getUserName": viewer.user.get("user_name", ""),
        "getUserDisplayName": viewer.user.get("name", ""),
        "getMyGroups": ",".join(sorted(viewer.groups)),
    }
    if name in known:
        return known[name]
    try:
        moment = _moment(name, arguments, viewer)
        return None if moment is None else periods.stored(moment, viewer.zone)
    except (ValueError, OverflowError, IndexError):
        return None  # arguments the helper cannot use


def _moment(name: str, arguments: list[str], viewer: Viewer) -> datetime | None:
    """Return the naive local moment a date helper names, or None for a helper that is not on the list."""
    now = viewer.now.astimezone(viewer.zone).replace(tzinfo=None, microsecond=0)
    if name in {"now", "nowDateTime"}:
        return now
    if name == "dateGenerate":
        return _generated(arguments[0], arguments[1])
    ago, edge, day = _AGO.fullmatch(name), _EDGE.fullmatch(name), _DAY.fullmatch(name)
    if ago:
        moment = periods.shifted(now, ago["unit"], -int(arguments[0]))
        return _edge(moment, ago["unit"], ago["edge"])
    if edge:
        unit = edge["unit"].lower()
        return _edge(periods.shifted(now, unit, _COUNTS[edge["which"]]), unit, edge["edge"])
    if day:
        return _edge(periods.shifted(now, "day", _COUNTS[day["which"]]), "day", day["edge"])
    return None


def _edge(moment: datetime, unit: str, edge: str) -> datetime:
    if not edge:
        return moment
    return periods.end(moment, unit) if edge.lower() == "end" else periods.beginning(moment, unit)


def _generated(date: str, time: str) -> datetime:
    """Read ``gs.dateGenerate``'s two arguments; they are on the *caller's* clock, unlike every literal of a query."""
    clock = {"start": "00:00:00", "end": "23:59:59"}.get(time, time)
    return datetime.strptime(f"{date} {clock}", STORED_FORMAT)  # noqa: DTZ007 - local on purpose, see above
