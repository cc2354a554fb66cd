"""The columns of an incident log by what people's files call them: the column's name or its label, in any case."""

from __future__ import annotations

import re

from snlib.demo.core.schema import TABLES

USED = frozenset(
    [
        *("number", "state", "hold_reason", "active", "caller_id", "caller_id.email", "opened_by", "opened_at"),
        *("sys_created_on", "sys_updated_on", "contact_type", "location", "category", "subcategory", "cmdb_ci"),
        *("impact", "urgency", "severity", "priority", "assignment_group", "assigned_to", "short_description"),
        *("reassignment_count", "reopen_count", "made_sla", "resolved_at", "closed_at"),
    ]
)
"""The columns that are read; every other one is passed over."""

NEEDED = (("number",), ("opened_at", "sys_created_on"))
"""Columns without which a log is none: one of each."""

# What a list calls a column of the caller, and names of older releases.
_OTHER_LABELS = {
    "email": "caller_id.email",
    "caller email": "caller_id.email",
    "caller e mail": "caller_id.email",
    "contact type": "contact_type",
    "on hold reason": "hold_reason",
    "opened at": "opened_at",
    "created on": "sys_created_on",
    "updated on": "sys_updated_on",
}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


_NAMES = {
    **_OTHER_LABELS,
    **{_folded(column.label): name for name, column in TABLES["incident"].columns.items() if name in USED},
    **{_folded(name): name for name in USED},
}


def column_named(heading: str) -> str:
    """Return the column that a heading means, such as ``opened_at`` for ``Opened``, or an empty text for none."""
    return _NAMES.get(_folded(heading), "")
