"""The columns of an incident list: one declaration for the query, the frame, the empty frame and the documentation.

The thirteen exchanged fields are those Microsoft lists for Intune's ServiceNow connector
(https://learn.microsoft.com/intune/intune-service/fundamentals/servicenow-integration), in the order they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd
from pandas.api.extensions import ExtensionDtype

Kind = Literal["text", "choice", "datetime"]

TEXT_DTYPE = pd.StringDtype(storage="pyarrow", na_value=float("nan"))
DATETIME_DTYPE = pd.DatetimeTZDtype(unit="us", tz="UTC")
NONE_LABEL = "(none)"
"""What a bucket or a choice without a value is called."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the frame, and its label on the page.

    Attributes:
        field: Of the ServiceNow table; dots walk along references.
        kind: ``text``: Arrow-backed string. ``choice``: ordered category of labels. ``datetime``: UTC.
        part: Which half of a cell is shown: the stored value or the display value.
        exchanged: Whether it is one of the thirteen; the others serve filters and checks and stay hidden.
    """

    key: str
    label: str
    field: str
    kind: Kind = "text"
    part: Literal["value", "display_value"] = "value"
    exchanged: bool = True


_ALL = (
    Column("number", "Number", "number"),
    Column("short_description", "Short description", "short_description"),
    Column("state", "State", "state", "choice", "display_value"),
    Column("priority", "Priority", "priority", "choice", "display_value"),
    Column("opened", "Opened", "opened_at", "datetime"),
    Column("assignment_group", "Assignment group", "assignment_group", part="display_value"),
    Column("caller", "Caller", "caller_id", part="display_value"),
    Column("name", "Name", "caller_id.name"),
    Column("user_principal_name", "User principal name", "caller_id.user_name"),
    Column("urgency", "Urgency", "urgency", "choice", "display_value"),
    Column("impact", "Impact", "impact", "choice", "display_value"),
    Column("severity", "Severity", "severity", "choice", "display_value"),
    Column("sys_id", "Sys ID", "sys_id"),
    Column("state_value", "State (value)", "state", exchanged=False),
    Column("priority_value", "Priority (value)", "priority", exchanged=False),
    Column("assignment_group_value", "Assignment group (sys_id)", "assignment_group", exchanged=False),
    Column("caller_sys_id", "Caller (sys_id)", "caller_id", exchanged=False),
    Column("category", "Category", "category", part="display_value", exchanged=False),
    Column("subcategory", "Subcategory", "subcategory", part="display_value", exchanged=False),
    Column("close_code", "Resolution code", "close_code", part="display_value", exchanged=False),
    Column("reopen_count", "Reopened", "reopen_count", exchanged=False),
    Column("item", "Configuration item", "cmdb_ci", part="display_value", exchanged=False),
    Column("item_sys_id", "Configuration item (sys_id)", "cmdb_ci", exchanged=False),
    Column("item_serial", "Configuration item (serial number)", "cmdb_ci.serial_number", exchanged=False),
)

COLUMNS: Mapping[str, Column] = MappingProxyType({column.key: column for column in _ALL})
"""Every column of the frame by key: the thirteen exchanged fields, then the hidden ones."""

EXCHANGED: tuple[str, ...] = tuple(column.key for column in _ALL if column.exchanged)
"""Keys of the thirteen exchanged fields, in the order they are shown."""

EXCHANGED_FIELDS: tuple[str, ...] = tuple(column.field for column in _ALL if column.exchanged)
"""Fields of the incident table behind the thirteen, in the same order."""

FIELDS: tuple[str, ...] = (*dict.fromkeys(column.field for column in _ALL), "caller_id.email")
"""Fields to ask the incident table for. The e-mail stands in for a user name that is not an address."""

_THREE = {"1": "1 - High", "2": "2 - Medium", "3": "3 - Low"}
STANDARD_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "state": {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"},
        "priority": {"1": "1 - Critical", "2": "2 - High", "3": "3 - Moderate", "4": "4 - Low", "5": "5 - Planning"},
        "urgency": _THREE,
        "impact": _THREE,
        "severity": _THREE,
    }
)
"""Labels of the stored values as ServiceNow ships them; what the instance itself calls a value goes before these."""


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


def choice_dtype(labels: Mapping[str, str]) -> pd.CategoricalDtype:
    """Return the ordered category of ``labels`` (label by stored value), in the order of the values.

    Two values of the same label share one category, at the place of the lower value.
    """
    ordered = sorted(labels.items(), key=lambda item: value_order(item[0]))
    return pd.CategoricalDtype(list(dict.fromkeys(label for _, label in ordered)), ordered=True)


def value_order(value: str) -> tuple[int, float, str]:
    """Return a sort key for stored values: numbers by size, then other texts, the empty value last."""
    if not value:
        return 2, 0, ""
    if _NUMBER.fullmatch(value):
        return 0, float(value), value
    return 1, 0, value


def empty_frame() -> pd.DataFrame:
    """Return a frame without rows that has every column of ``COLUMNS`` with its dtype.

    Columns:
        ``COLUMNS``: text columns Arrow-backed ``str``; state, priority, urgency, impact, severity ordered categories;
        opened ``datetime64[us, UTC]``. Any of them may be missing in a row but ``sys_id``.
    """
    return pd.DataFrame({key: pd.Series([], dtype=_empty_dtype(column)) for key, column in COLUMNS.items()})


def _empty_dtype(column: Column) -> ExtensionDtype:
    if column.kind == "datetime":
        return DATETIME_DTYPE
    return choice_dtype(STANDARD_LABELS[column.key]) if column.kind == "choice" else TEXT_DTYPE
