"""The business rules of incidents: defaults, mirrors, the priority matrix, dates, and what resolving takes."""

from __future__ import annotations

from datetime import timedelta

from snlib.demo.core.schema.choices import PRIORITY
from snlib.demo.core.schema.defaults import FIRST_NUMBER, INCIDENT_DEFAULTS
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import from_text, to_text
from snlib.demo.servicenow.errors import mandatory
from snlib.demo.servicenow.viewer import Viewer

Values = dict[str, str]

ON_HOLD, RESOLVED, CLOSED, CANCELED = "3", "6", "7", "8"
AWAITING_CALLER = "1"
_DEFAULTS: Values = {**INCIDENT_DEFAULTS, "state": "1", "impact": "3", "urgency": "3", "category": "inquiry"}


def inserted(storage: Storage, viewer: Viewer, values: Values) -> Values:
    """Return the columns of a new incident.

    Raises:
        ApiError: 403, the data policy: a field is mandatory in this state.
    """
    row = {**_DEFAULTS, "opened_at": viewer.now_stored, "opened_by": viewer.sys_id, **_mirrored(values, _DEFAULTS)}
    row["number"] = row.get("number") or next_number(storage)
    row["task_effective_number"] = row["number"]
    row["priority"] = priority(row["impact"], row["urgency"])
    _check(row, {})
    return {**row, **_dates({**_DEFAULTS, "state": ""}, row, viewer)}


def updated(viewer: Viewer, old: Values, values: Values) -> Values:
    """Return the columns of an incident that a client's changes change.

    Raises:
        ApiError: 403, the data policy: a field is mandatory in this state.
    """
    changes = _mirrored(values, old)
    changes.pop("priority", None)  # computed; what a client sends is overwritten
    new = {**old, **changes}
    if (new["impact"], new["urgency"]) != (old["impact"], old["urgency"]):
        new["priority"] = priority(new["impact"], new["urgency"])
    if old["assignment_group"] and new["assignment_group"] != old["assignment_group"]:
        new["reassignment_count"] = str(int(old["reassignment_count"] or "0") + 1)
    _check(new, old)
    new.update(_dates(old, new, viewer))
    return {name: value for name, value in new.items() if old.get(name) != value}


def priority(impact: str, urgency: str) -> str:
    """Return the priority that the stock lookup rules give; 5 - Planning where they have no row."""
    return PRIORITY.get((impact, urgency), "5")


def next_number(storage: Storage) -> str:
    """Return the next incident number: one above the highest, INC0010001 at least."""
    rows = storage.rows(
        "SELECT MAX(CAST(SUBSTR(number, 4) AS INTEGER)) AS highest FROM incident WHERE number GLOB 'INC[0-9]*'"
    )
    return f"INC{max(int(rows[0]['highest'] or 0) + 1, FIRST_NUMBER):07d}"


def _mirrored(values: Values, old: Values) -> Values:
    """``state`` and ``incident_state`` are one; the one that changes wins, ``state`` when both do."""
    changes = dict(values)
    was = old.get("state", "")
    state = values.get("state", "")
    if state in {"", was}:
        state = values.get("incident_state", "") or state or was
    changes["state"] = changes["incident_state"] = state
    return changes


def _check(row: Values, old: Values) -> None:
    """Apply the data policies, whose message names labels."""
    labels = []
    if row["state"] in {RESOLVED, CLOSED}:
        labels += ["Resolution code"] if not row.get("close_code") else []
        labels += ["Resolution notes"] if not row.get("close_notes") else []
    if row["state"] == ON_HOLD:
        reason = row.get("hold_reason", "")
        labels += ["On hold reason"] if not reason else []
        waits_anew = (old.get("state"), old.get("hold_reason")) != (ON_HOLD, AWAITING_CALLER)
        if reason == AWAITING_CALLER and waits_anew and not row.get("comments"):
            labels.append("Additional comments")
    if labels:
        raise mandatory(labels)


def _dates(old: Values, new: Values, viewer: Viewer) -> Values:
    """Return what entering or leaving a state stamps: resolved, closed, reopened, active."""
    state, was, now = new["state"], old["state"], viewer.now_stored
    if state == was:
        return {}
    changes: Values = {"active": "false" if state in {CLOSED, CANCELED} else "true"}
    if state in {RESOLVED, CLOSED} and not new.get("resolved_at"):
        changes |= {"resolved_at": now, "resolved_by": viewer.sys_id, **_duration(new, viewer)}
    if state in {CLOSED, CANCELED} and not new.get("closed_at"):
        changes |= {"closed_at": now, "closed_by": viewer.sys_id}
    if was in {RESOLVED, CLOSED} and state not in {RESOLVED, CLOSED, CANCELED}:
        count = str(int(old.get("reopen_count") or "0") + 1)
        changes |= {"reopen_count": count, "reopened_time": now, "reopened_by": viewer.sys_id}
        changes |= dict.fromkeys(("resolved_at", "resolved_by", "closed_at", "closed_by"), "")
    return changes


def _duration(row: Values, viewer: Viewer) -> Values:
    """Return the time from opening to now: in seconds, and as the moment counted from 1970 that is a duration."""
    try:
        elapsed = max(viewer.now - from_text(row["opened_at"]), timedelta())
    except ValueError:
        return {}
    seconds = int(elapsed.total_seconds())
    return {
        "calendar_stc": str(seconds),
        "calendar_duration": to_text(from_text("1970-01-01 00:00:00") + timedelta(seconds=seconds)),
    }
