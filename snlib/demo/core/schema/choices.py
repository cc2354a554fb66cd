"""The choices of a fresh instance: stored value and label of every choice field (ServiceNow docs; real records)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One row of ``sys_choice``; ``dependent_value`` is the category that a subcategory belongs to."""

    name: str
    element: str
    value: str
    label: str
    sequence: int
    dependent_value: str = ""


_INCIDENT: dict[str, str] = {
    "state": "1=New 2=In Progress 3=On Hold 6=Resolved 7=Closed 8=Canceled",
    "hold_reason": "1=Awaiting Caller 5=Awaiting Change 3=Awaiting Problem 4=Awaiting Vendor",
    "impact": "1=1 - High 2=2 - Medium 3=3 - Low",
    "urgency": "1=1 - High 2=2 - Medium 3=3 - Low",
    "severity": "1=1 - High 2=2 - Medium 3=3 - Low",
    "priority": "1=1 - Critical 2=2 - High 3=3 - Moderate 4=4 - Low 5=5 - Planning",
    "escalation": "0=Normal 1=Moderate 2=High 3=Overdue",
    "notify": "1=Do Not Notify 2=Send Email 3=Phone",
}


def _numbered(text: str) -> list[tuple[str, str]]:
    """Split ``1=New 2=In Progress`` into pairs of value and label."""
    pairs: list[tuple[str, str]] = []
    for word in text.split(" "):
        value, equals, label = word.partition("=")
        if equals:
            pairs.append((value, label))
        else:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {word}")
    return pairs


_TEXTS: dict[str, list[tuple[str, str]]] = {
    "category": [
        ("inquiry", "Inquiry / Help"),
        ("software", "Software"),
        ("hardware", "Hardware"),
        ("network", "Network"),
        ("database", "Database"),
    ],
    "contact_type": [
        ("chat", "Chat"),
        ("email", "Email"),
        ("phone", "Phone"),
        ("self-service", "Self-service"),
        ("virtual_agent", "Virtual Agent"),
        ("walk-in", "Walk-in"),
    ],
    "approval": [
        ("not requested", "Not Yet Requested"),
        ("requested", "Requested"),
        ("approved", "Approved"),
        ("rejected", "Rejected"),
    ],
    "upon_approval": [("proceed", "Proceed to Next Task"), ("do_nothing", "Wait for a User to Close this task")],
    "upon_reject": [("cancel", "Cancel all future Tasks"), ("goto", "Go to a previous Task")],
    "close_code": [
        (label, label)
        for label in (
            "Duplicate",
            "Known error",
            "No resolution provided",
            "Resolved by caller",
            "Resolved by change",
            "Resolved by problem",
            "Resolved by request",
            "Solution provided",
            "Workaround provided",
            "User error",
        )
    ],
}

SUBCATEGORIES: dict[str, list[tuple[str, str]]] = {
    "inquiry": [("antivirus", "Antivirus"), ("email", "Email"), ("internal application", "Internal Application")],
    "software": [("email", "Email"), ("os", "Operating System"), ("office", "Office"), ("browser", "Browser")],
    "hardware": [
        ("cpu", "CPU"),
        ("disk", "Disk"),
        ("keyboard", "Keyboard"),
        ("memory", "Memory"),
        ("monitor", "Monitor"),
        ("mouse", "Mouse"),
        ("printer", "Printer"),
        ("docking", "Docking Station"),
    ],
    "network": [
        ("dhcp", "DHCP"),
        ("dns", "DNS"),
        ("ip address", "IP Address"),
        ("vpn", "VPN"),
        ("wireless", "Wireless"),
    ],
    "database": [("db2", "DB2"), ("sql server", "MS SQL Server"), ("oracle", "Oracle")],
}
"""Subcategories (value, label) by category."""


def _all() -> tuple[Choice, ...]:
    rows: list[Choice] = []
    fields = {**{element: _numbered(text) for element, text in _INCIDENT.items()}, **_TEXTS}
    fields["incident_state"] = fields["state"]
    for element, pairs in fields.items():
        rows += [Choice("incident", element, value, label, order) for order, (value, label) in enumerate(pairs, 1)]
    for category, pairs in SUBCATEGORIES.items():
        rows += [
            Choice("incident", "subcategory", value, label, order, category)
            for order, (value, label) in enumerate(pairs, 1)
        ]
    user = {
        "notification": [("1", "Disable"), ("2", "Enable")],
        "calendar_integration": [("0", "None"), ("1", "Outlook")],
        "preferred_language": [("en", "English"), ("de", "German"), ("fr", "French"), ("pt", "Portuguese")],
        "country": [("US", "United States"), ("GB", "United Kingdom"), ("DE", "Germany"), ("FR", "France")],
    }
    for element, pairs in user.items():
        rows += [Choice("sys_user", element, value, label, order) for order, (value, label) in enumerate(pairs, 1)]
    registry = {
        "token_format": [("opaque", "Opaque"), ("jwt", "JWT")],
        "client_type": [
            ("integration_as_a_user", "Integration as a User"),
            ("integration_as_a_service", "Integration as a Service"),
        ],
    }
    for element, pairs in registry.items():
        rows += [Choice("oauth_entity", element, value, label, order) for order, (value, label) in enumerate(pairs, 1)]
    computer = {
        "install_status": [("1", "Installed"), ("6", "In stock"), ("7", "Retired"), ("8", "Stolen")],
        "operational_status": [("1", "Operational"), ("2", "Non-Operational"), ("6", "Retired")],
    }
    for element, pairs in computer.items():
        rows += [
            Choice("cmdb_ci_computer", element, value, label, order) for order, (value, label) in enumerate(pairs, 1)
        ]
    return tuple(rows)


CHOICES: tuple[Choice, ...] = _all()
"""Every choice of a fresh instance."""

_LABELS = {(choice.name, choice.element, choice.value): choice.label for choice in reversed(CHOICES)}


def choice_label(table: str, element: str, value: str) -> str:
    """Return the label of a stored value; a value without a choice shows itself, as on a real form."""
    return _LABELS.get((table, element, value), value)


PRIORITY: dict[tuple[str, str], str] = {
    (str(impact), str(urgency)): str(impact + urgency - 1) for impact in (1, 2, 3) for urgency in (1, 2, 3)
}
"""Priority by (impact, urgency): the stock lookup rules, which are impact + urgency − 1."""
