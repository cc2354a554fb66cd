"""How records look on the wire: ``sysparm_display_value`` false, true and all, links, dot-walked keys.

The shapes are those of real captures (servicenow.md 1.3). Every scalar is a text. An empty choice of text displays as
null, an unset SLA date as ``UNKNOWN``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Literal

from snlib.demo.core.schema import TABLES, Column
from snlib.demo.core.schema.choices import choice_label
from snlib.demo.core.storage import Storage
from snlib.demo.servicenow.acl import Access
from snlib.demo.servicenow.records import journal
from snlib.demo.servicenow.records.display_texts import duration_text, local_text

Mode = Literal["false", "true", "all"]
Cell = str | None | dict[str, str | None]


class _Absent(Enum):
    """A field that is left out of the answer, which is not the same as null."""

    ABSENT = 0


_ABSENT = _Absent.ABSENT
_JOURNALS = frozenset({"journal_input", "journal_list"})


class Presenter:
    """Shows records to one user, remembering for one answer the records that references lead to.

    Args:
        storage: The database.
        access: What the user may read; it also knows their time zone and date format.
        table_url: The Table API's address in the version of the request, such as ``http://…/api/now/v2/table``.
        mode: ``sysparm_display_value``.
        exclude_link: ``sysparm_exclude_reference_link``.
    """

    def __init__(
        self, storage: Storage, access: Access, table_url: str, mode: Mode = "false", *, exclude_link: bool = False
    ) -> None:
        self._storage = storage
        self.access = access
        self._viewer = access.viewer
        self._table_url = table_url
        self._mode: Mode = mode
        self._exclude_link = exclude_link
        self._records: dict[tuple[str, str], dict[str, str] | None] = {}

    def record(self, table: str, row: Mapping[str, str], fields: Iterable[str] | None = None) -> dict[str, Cell]:
        """Return one record as an object.

        Args:
            table: The record's table.
            row: The record as stored.
            fields: Names asked for, with dots for dot-walking; unknown ones and those the user may not read are left
                out. None is every column. The keys' order is neither alphabetical nor that of ``fields``.
        """
        cells: dict[str, Cell] = {}
        for name in _shuffled(tuple(TABLES[table].columns if fields is None else fields)):
            found = self._walked(table, row, name)
            if not isinstance(found, _Absent):
                cells[name] = found
        return cells

    def display(self, table: str, column: Column, row: Mapping[str, str]) -> str | None:
        """Return a field's display value."""
        value = row[column.name]
        if column.type in _JOURNALS:
            return journal.history(self._storage, row["sys_id"], column.name, self._viewer)
        if column.type == "due_date" and not value:
            return "UNKNOWN"
        if column.type == "password2":
            return "********" if value or table == "sys_user" else ""
        if not value:
            return None if column.type == "choice" else ""
        return self._display_of(table, column, value)

    def _display_of(self, table: str, column: Column, value: str) -> str:
        """Return the display of a value that is not empty."""
        if column.type in {"choice", "integer_choice"}:
            return choice_label(table, column.name, value)
        if column.type == "reference":
            return self.reference_text(column.reference, value)
        if column.type == "glide_list":
            return ", ".join(self.reference_text(column.reference, part) for part in value.split(",") if part)
        if column.name == "sys_class_name":
            return TABLES[value].label if value in TABLES else value
        if column.type == "glide_duration":
            return duration_text(value)
        return local_text(value, column.type, self._viewer)

    def reference_text(self, table: str, sys_id: str) -> str:
        """Return what a reference displays: its target's display value, empty when the target is gone."""
        target = self._target(table, sys_id)
        if target is None:
            return sys_id if sys_id == "global" or table not in TABLES else ""
        column = TABLES[table].columns[TABLES[table].display]
        value = target[column.name]
        # A membership displays its user, a granted role its role: one step further.
        return self.reference_text(column.reference, value) if column.type == "reference" else value

    def _walked(self, table: str, row: Mapping[str, str], name: str) -> Cell | _Absent:
        """Return the cell of a field, unless it does not exist or may not be read."""
        step, dot, rest = name.partition(".")
        column = TABLES[table].columns.get(step)
        if column is None or not self.access.reads_field(table, step):
            return _ABSENT
        if not dot:
            return self._shaped(table, column, row)
        if column.type != "reference" or column.reference not in TABLES:
            return _ABSENT
        target = self._target(column.reference, row[step]) if row[step] else None
        if target is None or not self.access.reads_row(column.reference, target):
            return self._blank()
        return self._walked(column.reference, target, rest)

    def _blank(self) -> Cell:
        return {"display_value": "", "value": ""} if self._mode == "all" else ""

    def _shaped(self, table: str, column: Column, row: Mapping[str, str]) -> Cell:
        value = self._value(column, row)
        if column.type == "reference" and value:
            return self._shaped_reference(column, value)
        if self._mode == "false":
            return value
        shown = self.display(table, column, row)
        return {"display_value": shown, "value": value} if self._mode == "all" else shown

    def _shaped_reference(self, column: Column, value: str) -> Cell:
        shape: dict[str, str | None] = {}
        if self._mode != "false":
            shape["display_value"] = self.reference_text(column.reference, value)
        if not self._exclude_link:
            shape["link"] = f"{self._table_url}/{column.reference}/{value}"
        if self._mode != "true":
            shape["value"] = value
        return next(iter(shape.values())) if len(shape) == 1 else shape

    def _value(self, column: Column, row: Mapping[str, str]) -> str:
        """Return the stored value as it may be shown: journals hold none, secrets are encrypted."""
        value = row[column.name]
        if column.type in _JOURNALS:
            return ""
        return _encrypted(row["sys_id"], value) if column.type == "password2" and value else value

    def _target(self, table: str, sys_id: str) -> dict[str, str] | None:
        key = (table, sys_id)
        if key not in self._records:
            self._records[key] = self._storage.get(table, sys_id) if table in TABLES else None
        return self._records[key]


def _encrypted(sys_id: str, secret: str) -> str:
    """Return the look of an encrypted value: the secret cannot be told from it."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), sys_id.encode(), 1000, 48).hex()


@lru_cache(maxsize=256)
def _shuffled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return field names in an order of the demo's own, so that nobody leans on one."""
    return tuple(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest()))
