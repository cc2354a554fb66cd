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


_LEVELS = "1=1 - High|2=2 - Medium|3=3 - Low"
_STATES = "1=New|2=In Progress|3=On Hold|6=Resolved|7=Closed|8=Canceled"
_CHOICES = {
    "incident.state": _STATES,
    "incident.hold_reason": "1=Awaiting Caller|5=Awaiting Change|3=Awaiting Problem|4=Awaiting Vendor",
    "incident.impact": _LEVELS,
    "incident.urgency": _LEVELS,
    "incident.severity": _LEVELS,
    "incident.priority": "1=1 - Critical|2=2 - High|3=3 - Moderate|4=4 - Low|5=5 - Planning",
    "incident.escalation": "0=Normal|1=Moderate|2=High|3=Overdue",
    "incident.notify": "1=Do Not Notify|2=Send Email|3=Phone",
    "incident.category": "inquiry=Inquiry / Help|software=Software|hardware=Hardware|network=Network|database=Database",
    "incident.contact_type": "chat=Chat|email=Email|phone=Phone|self-service=Self-service|virtual_agent=Virtual Agent"
    "|walk-in=Walk-in",
    "incident.approval": "not requested=Not Yet Requested|requested=Requested|approved=Approved|rejected=Rejected",
    "incident.upon_approval": "proceed=Proceed to Next Task|do_nothing=Wait for a User to Close this task",
    "incident.upon_reject": "cancel=Cancel all future Tasks|goto=Go to a previous Task",
    "incident.close_code": "Duplicate|Known error|No resolution provided|Resolved by caller|Resolved by change"
    "|Resolved by problem|Resolved by request|Solution provided|Workaround provided|User error",
    "incident.incident_state": _STATES,
    "incident.subcategory inquiry": "antivirus=Antivirus|email=Email|internal application=Internal Application",
    "incident.subcategory software": "email=Email|os=Operating System|office=Office|browser=Browser",
    "incident.subcategory hardware": "cpu=CPU|disk=Disk|keyboard=Keyboard|memory=Memory|monitor=Monitor|mouse=Mouse"
    "|printer=Printer|docking=Docking Station",
    "incident.subcategory network": "dhcp=DHCP|dns=DNS|ip address=IP Address|vpn=VPN|wireless=Wireless",
    "incident.subcategory database": "db2=DB2|sql server=MS SQL Server|oracle=Oracle",
    "sys_user.notification": "1=Disable|2=Enable",
    "sys_user.calendar_integration": "0=None|1=Outlook",
    "sys_user.preferred_language": "en=English|de=German|fr=French|pt=Portuguese",
    "sys_user.country": "US=United States|GB=United Kingdom|DE=Germany|FR=France",
    "oauth_entity.token_format": "opaque=Opaque|jwt=JWT",
    "oauth_entity.client_type": "integration_as_a_user=Integration as a User"
    "|integration_as_a_service=Integration as a Service",
    "cmdb_ci_computer.install_status": "1=Installed|6=In stock|7=Retired|8=Stolen",
    "cmdb_ci_computer.operational_status": "1=Operational|2=Non-Operational|6=Retired",
}
"""By field, and the category that they belong to: ``value=Label``, or a label that is its own value."""


def _read(field: str, text: str) -> list[Choice]:
    (table, _, element), (_, _, dependent) = field.split(" ")[0].partition("."), field.partition(" ")
    pairs = (part.partition("=") for part in text.split("|"))
    return [
        Choice(table, element, value, label or value, order, dependent)
        for order, (value, _, label) in enumerate(pairs, 1)
    ]


CHOICES: tuple[Choice, ...] = tuple(choice for field, text in _CHOICES.items() for choice in _read(field, text))
"""Every choice of a fresh instance."""

_LABELS = {(choice.name, choice.element, choice.value): choice.label for choice in reversed(CHOICES)}


def choice_label(table: str, element: str, value: str) -> str:
    """Return the label of a stored value; a value without a choice shows itself, as on a real form."""
    return _LABELS.get((table, element, value), value)


PRIORITY: dict[tuple[str, str], str] = {
    (str(impact), str(urgency)): str(impact + urgency - 1) for impact in (1, 2, 3) for urgency in (1, 2, 3)
}
"""Priority by (impact, urgency): the stock lookup rules, which are impact + urgency − 1."""
