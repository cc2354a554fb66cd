"""The people known by name: the five personas, and people who show each way a directory and ServiceNow disagree.

Guides and tests rely on these names; everybody else is made from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MEMBER_WID = "b79fbf4d-3ef9-4689-8143-76b194e85509"
"""The default user role, which every member's token carries and which grants nothing."""
INTUNE_ADMINISTRATOR_WID = "3a2c62db-5318-420d-8d74-23affee5d9d5"
DOMAIN = "example.com"
PASSWORD = "demo"  # noqa: S105  (printed in the README)
"""The password of everybody who can sign in to ServiceNow by its form, except the administrator."""


@dataclass(frozen=True)
class Part:
    """One known person.

    Attributes:
        given: Given name.
        surname: Family name.
        department: A department of the organisation.
        city: An office.
        title: Job title.
        persona: Key of the persona, for the five who sign in; else empty.
        persona_text: What the person picker says the persona may do.
        app_roles: App roles in Entra.
        wids: Directory roles in Entra beside the default one.
        roles: Roles in ServiceNow.
        groups: Support groups in ServiceNow.
        password: Whether the ServiceNow form lets this person in.
        quirk: How directory and ServiceNow disagree; see ``people.QUIRKS``.
        user: Columns of the ``sys_user`` that differ from the usual.
        incidents: Share of the incidents: -1 as everybody, 0 none, otherwise at least this many of 5,000.
    """

    given: str
    surname: str
    department: str
    city: str
    title: str
    persona: str = ""
    persona_text: str = ""
    app_roles: tuple[str, ...] = ()
    wids: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    password: bool = False
    quirk: str = ""
    user: dict[str, str] = field(default_factory=dict)
    incidents: int = -1


PERSONAS: tuple[Part, ...] = (
    Part(
        "Ingrid",
        "Vogel",
        "IT",
        "Berlin",
        "Endpoint Administrator",
        persona="intune-administrator",
        persona_text="Intune Administrator: connects the dashboard and sees everything. Admin in ServiceNow.",
        wids=(INTUNE_ADMINISTRATOR_WID,),
        roles=("admin",),
        password=True,
        incidents=0,
    ),
    Part(
        "Hugo",
        "Lambert",
        "IT",
        "Lyon",
        "Helpdesk Agent",
        persona="helpdesk-agent",
        persona_text="Helpdesk agent: finds people and reads their incidents. Role itil in ServiceNow.",
        app_roles=("Helpdesk.Agent",),
        roles=("itil",),
        groups=("Service Desk",),
        password=True,
        incidents=0,
    ),
    Part(
        "Lena",
        "Okafor",
        "IT",
        "London",
        "Helpdesk Team Lead",
        persona="team-lead",
        persona_text="Team lead: what an agent may, and the incident counts. Role itil in ServiceNow.",
        app_roles=("Helpdesk.Lead",),
        roles=("itil",),
        groups=("Service Desk",),
        password=True,
        incidents=0,
    ),
    Part(
        "Arthur",
        "Blom",
        "Legal",
        "Göteborg",
        "Internal Auditor",
        persona="auditor",
        persona_text="Auditor: reads the access log, nothing else. Role sn_incident_read in ServiceNow.",
        app_roles=("Auditor",),
        roles=("sn_incident_read",),
        password=True,
        incidents=0,
    ),
    Part(
        "Mia",
        "Novak",
        "Marketing",
        "Praha",
        "Content Editor",
        persona="member",
        persona_text="Member without any role: may open no page with data. No role in ServiceNow.",
        password=True,
        incidents=3,
    ),
)
"""Who can sign in at the demo Entra."""

KNOWN: tuple[Part, ...] = (
    Part("Amélie", "Fontaine", "Sales", "Lyon", "Key Account Manager", incidents=37),
    Part("Siobhán", "O'Brien", "Finance", "Dublin", "Controller", incidents=12),
    Part("Anna", "Schmidt", "Logistics", "Berlin", "Dispatcher", incidents=5),
    Part("Anna", "Schmidt", "Finance", "München", "Accountant", incidents=8),
    Part("Anna", "Schmidt", "Human Resources", "Berlin", "Recruiter", incidents=2),
    Part("Tomás", "Herrera", "Manufacturing", "Madrid", "Process Engineer", quirk="double", incidents=6),
    Part("Priya", "Raman", "Research & Development", "Pune", "Firmware Engineer", quirk="no_user", incidents=0),
    Part("Jürgen", "Groß", "Manufacturing", "München", "Line Supervisor", quirk="upn_user_name", incidents=9),
    Part("Nora", "Bergström", "Marketing", "Göteborg", "Campaign Manager", quirk="new_mail", incidents=7),
    Part("Elif", "Kaya", "Sales", "İzmir", "Consultant", quirk="guest", incidents=4),
    Part("Victor", "Lindholm", "Legal", "Göteborg", "Contract Manager", quirk="disabled", incidents=5),
    Part("Kiosk", "Lyon 2", "Logistics", "Lyon", "Shared device", quirk="no_mail", incidents=3),
    Part("Oskar", "Nygård", "Customer Support", "København", "Support Engineer", incidents=0),
    Part(
        "Friedrich",
        "Maier",
        "IT",
        "München",
        "Support Analyst",
        roles=("itil",),
        groups=("Hardware",),
        password=True,
        user={"time_zone": "Europe/Berlin", "date_format": "dd.MM.yyyy", "preferred_language": "de"},
    ),
    Part(
        "Lotte",
        "Lindqvist",
        "IT",
        "Göteborg",
        "Support Analyst",
        roles=("itil",),
        password=True,
        user={"locked_out": "true"},
    ),
    Part("Rui", "Almeida", "IT", "Lisboa", "Reporting Analyst", roles=("itil", "snc_read_only"), password=True),
    Part("Ronan", "Keane", "Legal", "Dublin", "Legal Counsel", roles=("snc_read_only",), password=True, incidents=1),
    Part(
        "Selma",
        "Yıldız",
        "IT",
        "İzmir",
        "Security Analyst",
        roles=("itil",),
        groups=("Security Incident Response",),
        password=True,
        incidents=0,
    ),
)
"""People for guides and tests: a heavy caller, an apostrophe, three of one name, and each disagreement once."""
