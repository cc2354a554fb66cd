"""The invented company: departments and titles, offices, support groups and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from snlib.demo.core.schema.choices import CHOICES
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import to_text
from snlib.demo.seed.ids import sys_id
from snlib.demo.seed.names import CITIES

COMPANY = "Northwind Instruments"

DEPARTMENTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "Sales": (20, ("Account Manager", "Sales Representative", "Inside Sales Specialist", "Key Account Manager")),
    "Customer Support": (14, ("Support Engineer", "Customer Success Manager", "Support Specialist")),
    "Manufacturing": (16, ("Production Planner", "Line Supervisor", "Process Engineer", "Quality Inspector")),
    "Research & Development": (14, ("Firmware Engineer", "Optical Engineer", "Software Developer", "Lab Technician")),
    "Finance": (8, ("Accountant", "Controller", "Payroll Specialist", "Financial Analyst")),
    "Human Resources": (5, ("Recruiter", "HR Business Partner", "Training Coordinator")),
    "Marketing": (6, ("Content Editor", "Campaign Manager", "Graphic Designer")),
    "Logistics": (7, ("Warehouse Clerk", "Dispatcher", "Customs Specialist")),
    "Legal": (3, ("Legal Counsel", "Contract Manager", "Data Protection Officer")),
    "IT": (9, ("Support Analyst", "Systems Engineer", "Network Engineer", "Database Administrator")),
}
"""Share of the people, and titles, by department."""

HIDDEN_GROUP = "Security Incident Response"
"""The group whose incidents only its members and administrators may read."""

GROUPS: dict[str, str] = {
    "Service Desk": "First contact for every request; sorts and solves what can be solved on the phone",
    "Network": "Switches, wireless, VPN and internet access of all offices",
    "Database": "SQL Server, Oracle and Db2: availability, backups, access",
    "Hardware": "Laptops, monitors, docks and repairs",
    "Software": "Installation, packaging and licences of desktop software",
    "Collaboration": "E-mail, calendars, Teams and SharePoint",
    "Identity and Access": "Accounts, passwords, multi-factor sign-in and permissions",
    "Printing": "Printers, scanners and toner",
    "ERP Support": "Orders, invoices and everything else in the ERP",
    "Field Services": "Hands on site in the smaller offices",
    "Telephony": "Desk phones, mobiles and the call centre",
    "Workplace Windows": "Windows images, updates and policies",
    HIDDEN_GROUP: "Phishing, malware and lost devices; its incidents are confidential",
}
"""What each support group is for, by name."""

ROLES: dict[str, str] = {
    "admin": "Everything",
    "itil": "Works on incidents, problems and changes",
    "sn_incident_read": "Reads incidents",
    "snc_read_only": "May write nothing, whatever other roles say",
    "oauth_admin": "Registers OAuth applications",
    "cors_rule_admin": "Maintains CORS rules",
}
"""What each role grants, by name."""


@dataclass(frozen=True)
class Organisation:
    """The sys_ids of what people and incidents refer to, each by name."""

    company: str
    departments: dict[str, str]
    locations: dict[str, str]
    groups: dict[str, str]
    roles: dict[str, str]


def build_organisation(storage: Storage, seed: int, since: datetime) -> Organisation:
    """Insert company, departments, offices, groups, roles, choices and properties; return their sys_ids."""
    created = {"sys_created_on": to_text(since), "sys_created_by": "admin", "sys_updated_on": to_text(since)}
    created["sys_updated_by"] = "admin"

    def ids(kind: str, names: list[str]) -> dict[str, str]:
        return {name: sys_id(seed, kind, name) for name in names}

    made = Organisation(
        company=sys_id(seed, "core_company", COMPANY),
        departments=ids("cmn_department", list(DEPARTMENTS)),
        locations=ids("cmn_location", [city.name for city in CITIES]),
        groups=ids("sys_user_group", list(GROUPS)),
        roles=ids("sys_user_role", list(ROLES)),
    )
    storage.insert("core_company", {"sys_id": made.company, "name": COMPANY, "country": "Germany", **created})
    storage.insert_many(
        "cmn_department",
        [{"sys_id": key, "name": name, "company": made.company, **created} for name, key in made.departments.items()],
    )
    storage.insert_many(
        "cmn_location",
        [
            {
                "sys_id": made.locations[city.name],
                "name": f"{city.name} office",
                "city": city.name,
                "country": city.country,
                "time_zone": city.time_zone,
                **created,
            }
            for city in CITIES
        ],
    )
    storage.insert_many(
        "sys_user_group",
        [
            {"sys_id": made.groups[name], "name": name, "description": text, "active": "true", **created}
            for name, text in GROUPS.items()
        ],
    )
    storage.insert_many(
        "sys_user_role",
        [{"sys_id": made.roles[name], "name": name, "description": text, **created} for name, text in ROLES.items()],
    )
    _insert_system(storage, seed, created)
    return made


def _insert_system(storage: Storage, seed: int, created: dict[str, str]) -> None:
    storage.insert_many(
        "sys_choice",
        [
            {
                "sys_id": sys_id(
                    seed, "sys_choice", f"{choice.name}.{choice.element}.{choice.dependent_value}.{choice.value}"
                ),
                "name": choice.name,
                "element": choice.element,
                "value": choice.value,
                "label": choice.label,
                "language": "en",
                "sequence": str(choice.sequence),
                "inactive": "false",
                "dependent_value": choice.dependent_value,
                **created,
            }
            for choice in CHOICES
        ],
    )
    properties = {
        "glide.buildname": "Australia",
        "glide.rest.cors.enabled": "true",
        "glide.oauth.state.parameter.required": "true",
        # A user without a zone or format of their own sees times in these.
        "glide.sys.default.tz": "Europe/Berlin",
        "glide.sys.date_format": "yyyy-MM-dd",
        "glide.sys.time_format": "HH:mm:ss",
        "glide.product.name": "ServiceNow (demo instance)",
    }
    storage.insert_many(
        "sys_properties",
        [
            {"sys_id": sys_id(seed, "sys_properties", name), "name": name, "value": value, "type": "string", **created}
            for name, value in properties.items()
        ],
    )
