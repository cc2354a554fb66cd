"""The fields a query may name, table by table.

ServiceNow drops a condition on a field it does not know and answers with the whole table, so a query names a field only
when it is listed here. Sources: the vendor's data dictionary for ``task``, ``incident`` and ``sys_user``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}(\.[a-z][a-z0-9_]{0,79}){0,3}")
OWN_FIELD = re.compile(r"u_[a-z0-9_]{1,78}")
"""An organisation's own column; it comes from a setting, and who asks for it checks the rows that come back."""
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")

_SYSTEM = "sys_id sys_created_on sys_created_by sys_updated_on sys_updated_by sys_class_name sys_mod_count"

KNOWN_FIELDS: Mapping[str, frozenset[str]] = {
    "incident": frozenset(
        f"""{_SYSTEM} number opened_at opened_by caller_id short_description description state incident_state
        hold_reason impact urgency priority severity category subcategory contact_type assignment_group assigned_to
        cmdb_ci business_service service_offering location company resolved_at resolved_by closed_at closed_by
        close_code close_notes reopened_time reopened_by reopen_count made_sla sla_due due_date activity_due follow_up
        expected_start reassignment_count escalation notify active approval problem_id rfc caused_by parent_incident
        child_incidents parent correlation_id correlation_display knowledge""".split()
    ),
    "sys_user": frozenset(
        f"""{_SYSTEM} user_name email name first_name middle_name last_name title department company location manager
        phone mobile_phone vip active locked_out employee_number city country preferred_language time_zone
        source federated_id""".split()
    ),
    "sys_user_has_role": frozenset(f"{_SYSTEM} user role inherited granted_by state".split()),
    "sys_user_group": frozenset(f"{_SYSTEM} name description email manager parent active type".split()),
    "sys_choice": frozenset(f"{_SYSTEM} name element value label language sequence inactive dependent_value".split()),
    "oauth_entity": frozenset(f"{_SYSTEM} name client_id active type redirect_url access_token_lifespan".split()),
    "sys_cors_rule": frozenset(f"{_SYSTEM} name domain rest_api active max_age".split()),
    "core_company": frozenset(f"{_SYSTEM} name".split()),
    "cmn_department": frozenset(f"{_SYSTEM} name id".split()),
    "cmn_location": frozenset(f"{_SYSTEM} name city country".split()),
    "cmdb_ci": frozenset(f"{_SYSTEM} name serial_number asset_tag".split()),
    "cmdb_ci_computer": frozenset(f"{_SYSTEM} name serial_number asset_tag assigned_to install_status".split()),
}
"""Tables the dashboard knows. Of another table only the form of a field's name is checked."""

_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "incident": {
        **dict.fromkeys(
            ("caller_id", "opened_by", "assigned_to", "resolved_by", "closed_by", "reopened_by"), "sys_user"
        ),
        "assignment_group": "sys_user_group",
        "cmdb_ci": "cmdb_ci",
        "location": "cmn_location",
        "company": "core_company",
        "parent_incident": "incident",
    },
    "sys_user": {
        "department": "cmn_department",
        "company": "core_company",
        "location": "cmn_location",
        "manager": "sys_user",
    },
    "sys_user_group": {"manager": "sys_user", "parent": "sys_user_group"},
}


def is_known(table: str, field: str) -> bool:
    """Return whether a query of ``table`` may name ``field``; a dot-walk is known when each of its steps is."""
    if not FIELD_NAME.fullmatch(field):
        return False
    if table not in KNOWN_FIELDS:
        return True
    first, dot, rest = field.partition(".")
    if not dot:
        return first in KNOWN_FIELDS[table] or (table == "sys_user" and OWN_FIELD.fullmatch(first) is not None)
    target = _REFERENCES.get(table, {}).get(first)
    return target is not None and is_known(target, rest)
