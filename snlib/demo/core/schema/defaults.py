"""What new records have: by the platform, whoever makes them."""

from __future__ import annotations

INCIDENT_DEFAULTS: dict[str, str] = {
    **dict.fromkeys(("child_incidents", "escalation", "reassignment_count", "reopen_count"), "0"),
    **dict.fromkeys(("active", "made_sla"), "true"),
    "approval": "not requested",
    "knowledge": "false",
    "notify": "1",
    "severity": "3",
    "sys_class_name": "incident",
    "sys_domain": "global",
    "sys_domain_path": "/",
    "upon_approval": "proceed",
    "upon_reject": "cancel",
}
"""A new incident (docs' POST example, real records)."""

FIRST_NUMBER = 10001
"""New incidents count from INC0010001; the numbers below are the vendor's demo data."""

SYS_USER_DEFAULTS: dict[str, str] = {
    **dict.fromkeys(("locked_out", "vip", "password_needs_reset", "enable_multifactor_authn"), "false"),
    **dict.fromkeys(("internal_integration_user", "web_service_access_only"), "false"),
    **dict.fromkeys(("sys_created_by", "sys_updated_by"), "admin"),
    **dict.fromkeys(("calendar_integration", "sys_mod_count"), "1"),
    "active": "true",
    "failed_attempts": "0",
    "notification": "2",
    "sys_class_name": "sys_user",
    "sys_domain": "global",
    "sys_domain_path": "/",
}
"""An ordinary user."""
