"""Creates, changes and deletes records: reads the input, runs the table's rules, stamps who and when."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping

from snlib.demo.core import passwords
from snlib.demo.core.instance import Instance
from snlib.demo.core.schema import TABLES
from snlib.demo.servicenow.errors import ApiError, aborted
from snlib.demo.servicenow.oauth import applications
from snlib.demo.servicenow.records import cors_rules, journal, rules
from snlib.demo.servicenow.records.inputs import read_values
from snlib.demo.servicenow.viewer import Viewer

Values = dict[str, str]

_CORS_RULE_SYS_ID = "6d1f0c2ec0a8016400c0de5a7e11a001"
_CORS_RULE = "Validate CORS rule"


def create(
    instance: Instance, viewer: Viewer, table: str, values: Mapping[str, object], *, display: bool
) -> dict[str, str]:
    """Insert a record and return it as stored.

    Args:
        instance: The demo instance.
        viewer: Who writes; that they may has been checked.
        table: The table.
        values: The posted object; unknown fields are ignored, a ``sys_id`` of the client's choosing is taken.
        display: Whether the values are display values.

    Raises:
        ApiError: 403, a business rule, data policy or unique key refuses.
    """
    storage = instance.storage
    sent = read_values(storage, viewer, table, values, display=display)
    with storage.transaction():
        row = _inserted(instance, viewer, table, dict(sent))
        row["sys_id"] = sent.get("sys_id") or uuid.uuid4().hex
        if storage.get(table, row["sys_id"]):
            raise _duplicate(row["sys_id"], "PRIMARY")
        row |= {"sys_created_on": viewer.now_stored, "sys_updated_on": viewer.now_stored, "sys_mod_count": "0"}
        row |= dict.fromkeys(("sys_created_by", "sys_updated_by"), viewer.user.get("user_name", ""))
        storage.insert(table, _without_journals(table, row))
        _after(instance, viewer, table, row["sys_id"], sent, display=display)
        return storage.find(table, sys_id=row["sys_id"])[0]


def update(
    instance: Instance,
    viewer: Viewer,
    table: str,
    old: dict[str, str],
    values: Mapping[str, object],
    *,
    display: bool,
) -> dict[str, str]:
    """Change a record and return it as stored; fields that are not sent keep their values.

    Raises:
        ApiError: 403, a business rule, data policy or unique key refuses.
    """
    storage = instance.storage
    sent = read_values(storage, viewer, table, values, display=display)
    sent.pop("sys_id", None)
    with storage.transaction():
        changes = _updated(instance, viewer, table, old, dict(sent))
        changes = {name: value for name, value in changes.items() if old.get(name) != value}
        if changes:
            stamp = {"sys_updated_on": viewer.now_stored, "sys_updated_by": viewer.user.get("user_name", "")}
            count = str(int(old["sys_mod_count"] or "0") + 1)
            kept = _without_journals(table, changes)
            storage.update(table, old["sys_id"], {**kept, **stamp, "sys_mod_count": count})
        _after(instance, viewer, table, old["sys_id"], sent, display=display)
        return storage.find(table, sys_id=old["sys_id"])[0]


def delete(instance: Instance, table: str, sys_id: str) -> None:
    """Delete a record and its journal."""
    with instance.storage.transaction():
        instance.storage.delete(table, sys_id)
        instance.storage.execute("DELETE FROM sys_journal_field WHERE element_id = ?", (sys_id,))


def _inserted(instance: Instance, viewer: Viewer, table: str, values: Values) -> Values:
    if table == "incident":
        return rules.inserted(instance.storage, viewer, values)
    if table == "oauth_entity":
        return applications.complete(values, instance)
    if table == "sys_cors_rule":
        return _checked_cors_rule({**cors_rules.DEFAULTS, **values})
    if table == "sys_user":
        return _user(instance, {}, {"active": "true", "locked_out": "false", **values})
    return values


def _updated(instance: Instance, viewer: Viewer, table: str, old: Values, values: Values) -> Values:
    if table == "incident":
        return rules.updated(viewer, old, values)
    if table == "sys_cors_rule":
        return _checked_cors_rule({**old, **values})
    if table == "sys_user":
        return _user(instance, old, values)
    return values


def _checked_cors_rule(row: Values) -> Values:
    credentials = row.get("access_control_allow_credentials") == "true"
    if cors_rules.domain_fault(row.get("domain", ""), allow_credentials=credentials):
        raise aborted("sys_cors_rule", _CORS_RULE, _CORS_RULE_SYS_ID)
    return row


def _user(instance: Instance, old: Values, values: Values) -> Values:
    """A user's name is composed of first and last name; the user name is unique."""
    user_name = values.get("user_name", "")
    for other in instance.storage.find("sys_user", user_name=user_name) if user_name else []:
        if other["sys_id"] != old.get("sys_id", values.get("sys_id")):
            raise _duplicate(user_name, "user_name")
    parts = ("first_name", "middle_name", "last_name")
    if any(name in values for name in parts):
        row = {**old, **values}
        values["name"] = " ".join(row[name] for name in parts if row.get(name))
    return values


def _after(instance: Instance, viewer: Viewer, table: str, sys_id: str, sent: Values, *, display: bool) -> None:
    """Write what lives outside the record: journal entries and passwords."""
    for field in journal.LABELS:
        if sent.get(field) and field in TABLES[table].columns and TABLES[table].columns[field].type == "journal_input":
            journal.append(instance.storage, table, sys_id, field, sent[field], viewer)
    if table == "sys_user" and sent.get("user_password"):
        # Only as a display value is a password hashed; as a database value it is stored as it is and fits no login.
        word = sent["user_password"] if display else secrets.token_urlsafe(24)
        passwords.set_password(instance.storage, sys_id, word)


def _without_journals(table: str, values: Values) -> Values:
    """Leave out what is not kept in the record's own columns: journal texts and passwords."""
    outside = {"journal_input", "journal_list"}
    columns = TABLES[table].columns
    return {
        name: value for name, value in values.items() if columns[name].type not in outside and name != "user_password"
    }


def _duplicate(value: str, key: str) -> ApiError:
    detail = f"Unique Key violation detected by database (Duplicate entry '{value}' for key '{key}')"
    return ApiError(403, "Operation Failed", detail)
