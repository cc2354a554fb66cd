"""Access control rules: which rows and fields the signed-in user may read, query and write.

Measured on a real instance (servicenow.md 3.4) where it was; the stock rules otherwise. Row rules act after the limit:
forbidden rows just vanish from a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snlib.demo.core.storage import Storage
from snlib.demo.seed.organisation import HIDDEN_GROUP
from snlib.demo.servicenow.viewer import Viewer

Row = Mapping[str, str]

_EVERYONE = ("*",)
_READERS: dict[str, tuple[str, ...]] = {
    "incident": ("itil", "sn_incident_read"),
    "sys_user": _EVERYONE,
    "sys_user_group": _EVERYONE,
    "sys_user_role": _EVERYONE,
    "sys_user_grmember": ("itil", "user_admin"),
    "sys_user_has_role": ("user_admin",),
    "sys_choice": _EVERYONE,
    "core_company": _EVERYONE,
    "cmn_department": _EVERYONE,
    "cmn_location": _EVERYONE,
    "cmn_cost_center": ("itil",),
    "cmdb_ci": ("itil", "asset"),
    "cmdb_ci_computer": ("itil", "asset"),
    "cmdb_model": ("itil", "asset"),
    "problem": ("itil",),
    "change_request": ("itil",),
    "oauth_entity": ("oauth_admin", "mi_admin"),
    "oauth_credential": ("oauth_admin", "mi_admin"),
    "sys_cors_rule": ("cors_rule_admin", "web_service_admin"),
}
"""Roles that read a table besides ``admin``; a table that is not named is the administrator's alone."""

_WRITERS: dict[str, tuple[str, ...]] = {
    "incident": ("itil", "sn_incident_write"),
    "sys_user": ("user_admin",),
    "sys_user_group": ("user_admin",),
    "sys_user_grmember": ("user_admin",),
    "sys_user_has_role": ("user_admin",),
    "oauth_entity": ("oauth_admin", "mi_admin"),
    "sys_cors_rule": ("cors_rule_admin", "web_service_admin"),
}
"""Roles that create and update besides ``admin``."""

_OWN_ROWS = {
    "incident": ("caller_id", "opened_by"),
    "sys_user_has_role": ("user",),
    "sys_user_grmember": ("user",),
    "sys_user_preference": ("user",),
}
"""Columns that make a row one's own, readable without a role."""

_OPEN_FIELDS = {"sys_choice": frozenset({"label"})}
"""Tables of which others than ``admin`` see these fields only."""

_CLOSED_FIELDS = {("oauth_credential", "token"), ("oauth_credential", "family")}
"""Fields nobody reads through the API."""


@dataclass(frozen=True)
class Access:
    """What one user may do.

    Attributes:
        viewer: The user.
        hidden_groups: sys_ids of the groups whose incidents only members (and ``admin``) see.
    """

    viewer: Viewer
    hidden_groups: frozenset[str]

    def reads_table(self, table: str) -> bool:
        """Whether a role lets the user read the table at all: what the Aggregate API looks at."""
        roles = _READERS.get(table, ())
        return roles == _EVERYONE or self.viewer.has(*roles)

    def reads_row(self, table: str, row: Row) -> bool:
        """Whether the user may read this record."""
        if "admin" in self.viewer.roles:
            return True
        if table == "incident" and row["assignment_group"] in self.hidden_groups - self.viewer.groups:
            return False
        if self.reads_table(table):
            return True
        mine = any(row[column] == self.viewer.sys_id for column in _OWN_ROWS.get(table, ()))
        return mine or (table == "incident" and self.viewer.sys_id in row["watch_list"].split(","))

    def reads_field(self, table: str, column: str) -> bool:
        """Whether the user may read this column; a forbidden one is missing from the answer."""
        if (table, column) in _CLOSED_FIELDS:
            return False
        return "admin" in self.viewer.roles or column in _OPEN_FIELDS.get(table, (column,))

    def creates(self, table: str) -> bool:
        """Whether the user may insert into the table. ``snc_read_only`` takes every write away."""
        return "snc_read_only" not in self.viewer.roles and self.viewer.has(*_WRITERS.get(table, ()))

    def updates(self, table: str, row: Row) -> bool:
        """Whether the user may change this record."""
        return self.creates(table) and self.reads_row(table, row)

    def deletes(self, table: str, row: Row) -> bool:
        """Whether the user may delete this record; incidents are deleted by ``admin`` alone."""
        if table == "incident" and "admin" not in self.viewer.roles:
            return False
        return self.updates(table, row)


def access_of(viewer: Viewer, storage: Storage) -> Access:
    """Return what a user may do."""
    hidden = storage.find("sys_user_group", name=HIDDEN_GROUP)
    return Access(viewer, frozenset(row["sys_id"] for row in hidden))
