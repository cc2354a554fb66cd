"""Reads what a client sends for a record's fields: database values, or display values where it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from snlib.demo.core.schema import TABLES, Column
from snlib.demo.core.schema.choices import CHOICES
from snlib.demo.core.storage import Storage, quoted
from snlib.demo.core.timestamps import STORED_FORMAT, to_text
from snlib.demo.servicenow.query.values import DATES, NUMBERS
from snlib.demo.servicenow.viewer import Viewer

READ_ONLY = frozenset({"sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by", "sys_mod_count"})
"""Columns the platform fills; what a client sends for them is ignored."""

SYS_ID = re.compile(r"[0-9a-f]{32}")

_WHOLE_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


def read_values(
    storage: Storage, viewer: Viewer, table: str, values: Mapping[str, object], *, display: bool
) -> dict[str, str]:
    """Return the values to store, by column.

    Unknown fields, read-only ones and values that do not fit their column are left out without a word, as on a real
    instance.

    Args:
        storage: The database, to look up what display values of references mean.
        viewer: Whose time zone and date format display values are in.
        table: The record's table.
        values: The posted object.
        display: ``sysparm_input_display_value``: labels, names and local times instead of stored values and UTC.
    """
    found: dict[str, str] = {}
    for name, value in values.items():
        column = TABLES[table].columns.get(name)
        if column is None or name in READ_ONLY:
            continue
        text = _text(value)
        read = text if text == "" else _read(storage, viewer, table, column, text, display=display)
        if read is not None:
            found[name] = read
    return found


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("value", value.get("display_value", ""))
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(storage: Storage, viewer: Viewer, table: str, column: Column, text: str, *, display: bool) -> str | None:
    """Return a text that is not empty as its column stores it, or None: it does not fit."""
    kind = column.type
    if kind in DATES:
        return _moment(kind, text, viewer, display=display)
    if kind == "boolean":
        return "true" if text.strip().lower() in {"true", "1"} else "false"
    if kind == "reference":
        return _sys_id(storage, column, text) if display else text
    if display and kind in {"choice", "integer_choice"}:
        text = _labelled(table, column.name, text)
    if kind in NUMBERS:
        return text.strip() if _WHOLE_NUMBER.fullmatch(text.strip()) else None
    if kind == "GUID":
        return text if SYS_ID.fullmatch(text) else None
    return text


def _moment(kind: str, text: str, viewer: Viewer, *, display: bool) -> str | None:
    """Read a date: UTC and ISO-like, or with ``display`` local in the user's own format or the ISO-like one."""
    if kind == "glide_date":
        return text[:10]
    patterns = (
        (viewer.pattern, viewer.date_pattern, STORED_FORMAT, "%Y-%m-%d") if display else (STORED_FORMAT, "%Y-%m-%d")
    )
    for pattern in patterns:
        try:
            naive = datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - the zone is chosen below
        except ValueError:
            continue
        return to_text(naive.replace(tzinfo=viewer.zone)) if display else naive.strftime(STORED_FORMAT)
    return None


def _labelled(table: str, element: str, label: str) -> str:
    """Return the stored value of a choice's label; another text stands for itself."""
    folded = label.casefold()
    for choice in CHOICES:
        if (choice.name, choice.element) == (table, element) and choice.label.casefold() == folded:
            return choice.value
    return label


def _sys_id(storage: Storage, column: Column, text: str) -> str | None:
    """Return the sys_id of the record that displays ``text``, or has it for sys_id or user name; None without one."""
    target = TABLES.get(column.reference)
    if target is None or SYS_ID.fullmatch(text):
        return text
    names = [target.display, *(["user_name"] if target.name == "sys_user" else [])]
    test = " OR ".join(f"casefold({quoted(name)}) = ?" for name in names)
    sql = f"SELECT sys_id FROM {quoted(target.name)} WHERE {test} ORDER BY rowid LIMIT 1"
    rows = storage.rows(sql, [text.casefold()] * len(names))
    return rows[0]["sys_id"] if rows else None
