"""Made-up groups of the directory: assigned and dynamic, security, Microsoft 365 and mail, nested up to four deep."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import graph_time
from snlib.demo.seed.cast import DOMAIN, INTUNE_ADMINISTRATOR_WID, MEMBER_WID
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.names import CITIES, ascii_name
from snlib.demo.seed.organisation import DEPARTMENTS
from snlib.demo.seed.people import Person

INTUNE_OPERATORS = "Intune Help Desk Operators"
"""The group that Intune's built-in role Help Desk Operator is assigned to."""
BUSY_PERSON = "oskar.nygard"
"""Who is in more groups than fit on a page of Graph's default size."""
BUSY_GROUPS = 130

_ROLES = {
    INTUNE_ADMINISTRATOR_WID: (
        "Intune Administrator",
        "Can manage all aspects of the Intune product, including configuring policies and managing devices.",
    )
}
"""Name and description by template id, for the directory roles that somebody in the cast has."""

_REGIONS = {
    "EMEA": ("DE", "FR", "GB", "IE", "ES", "PT", "SE", "DK", "PL", "CZ", "TR"),
    "Americas": ("US", "BR"),
    "APAC": ("IN",),
}


@dataclass(frozen=True)
class Group:
    """A group before its rows are made.

    Attributes:
        name: Display name.
        kind: ``security``, ``unified``, ``distribution`` or ``mail_security``.
        belongs: Which people are direct members.
        parents: Names of the groups that it is a member of itself.
        description: What it is for.
        rule: The membership rule of a dynamic group.
        synced: Whether it comes from the directory on premises.
    """

    name: str
    kind: str
    belongs: Callable[[Person], bool]
    parents: tuple[str, ...] = ()
    description: str = ""
    rule: str = ""
    synced: bool = False


def insert_groups(storage: Storage, seed: int, as_of: datetime, people: list[Person]) -> None:
    """Insert groups, directory roles and who is a member of which."""
    groups = _all_groups()
    storage.insert_many("entra_group", [_row(seed, as_of, index, group) for index, group in enumerate(groups)])
    pairs = [(group.name, person.object_id(seed)) for group in groups for person in people if group.belongs(person)]
    pairs += [(parent, _id(seed, group.name)) for group in groups for parent in group.parents]
    links = [(_id(seed, name), member) for name, member in pairs]
    storage.insert_many(
        "entra_directory_role",
        [
            {"sys_id": sys_id(seed, "role", wid), "id": guid(seed, "role", wid), "roleTemplateId": wid}
            | {"displayName": name, "description": text}
            for wid, (name, text) in _ROLES.items()
        ],
    )
    links += [
        (guid(seed, "role", wid), person.object_id(seed))
        for person in people
        for wid in person.part.wids
        if wid != MEMBER_WID
    ]
    storage.insert_many(
        "entra_membership",
        [
            {"sys_id": sys_id(seed, "membership", f"{container}.{member}"), "container": container, "member": member}
            for container, member in links
        ],
    )


def _id(seed: int, name: str) -> str:
    return guid(seed, "entra_group", name)


def _is_employee(person: Person) -> bool:
    return not person.part.quirk.startswith("guest")


def _works_in(city: str) -> Callable[[Person], bool]:
    return lambda person: _is_employee(person) and person.city.name == city


def _works_for(department: str) -> Callable[[Person], bool]:
    return lambda person: _is_employee(person) and person.part.department == department


def _all_groups() -> list[Group]:
    return [*_company(), *_places(), *_departments(), *_odd()]


def _company() -> Iterable[Group]:
    rule = '(user.userType -eq "Member") and (user.accountEnabled -eq true)'
    yield Group(
        "All employees",
        "security",
        lambda person: _is_employee(person) and person.part.quirk != "disabled",
        description="Everybody with an enabled account; guests are not in it",
        rule=rule,
    )
    yield Group("Northwind News", "distribution", _is_employee, description="Company-wide announcements")
    yield Group(
        "LIC-Microsoft-365-E3",
        "security",
        lambda person: _is_employee(person) and person.part.department not in {"Logistics", "Manufacturing"},
        description="Assigns licences; do not use for permissions",
    )
    yield Group(
        INTUNE_OPERATORS,
        "security",
        lambda person: person.local == "friedrich.maier",
        description="Members have Intune's built-in role Help Desk Operator",
    )
    yield Group("Remote Help users", "security", lambda person: person.index % 5 == 0, ("LIC-Remote-Help",))
    yield Group("LIC-Remote-Help", "security", lambda person: False)


def _places() -> Iterable[Group]:
    """Yield offices in countries in regions in the world: three steps from an office to the top."""
    yield Group("World", "security", lambda person: False, description="All regions")
    for region in _REGIONS:
        yield Group(f"Region {region}", "security", lambda person: False, ("World",))
    for region, codes in _REGIONS.items():
        for code in codes:
            yield Group(f"Country {code}", "security", lambda person: False, (f"Region {region}",))
    for city in CITIES:
        yield Group(
            f"Office {city.name}",
            "security",
            _works_in(city.name),
            (f"Country {city.code}",),
            rule=f'(user.city -eq "{city.name}")',
        )


def _departments() -> Iterable[Group]:
    for name in DEPARTMENTS:
        yield Group(
            f"DEP-{name}",
            "security",
            _works_for(name),
            description=f"Department {name}; kept on premises",
            synced=True,
        )
        yield Group(
            f"{name} team",
            "unified",
            _works_for(name),
            description=f"Files, calendar and chat of {name}",
            rule=f'(user.department -eq "{name}")' if name in {"Sales", "IT"} else "",
        )


def _odd() -> Iterable[Group]:
    """Yield what a client must not stumble over: a circle, markup, a very long name, one person in very many groups."""
    yield Group("Project Aurora", "security", lambda person: person.index % 40 == 5, ("Project Borealis",))
    yield Group("Project Borealis", "security", lambda person: person.index % 40 == 6, ("Project Aurora",))
    yield Group("<b>Team & Friends</b>", "unified", lambda person: person.index % 50 == 5, description="Not a heading")
    yield Group(f"Printing {'very ' * 48}long", "mail_security", lambda person: person.index % 60 == 5, synced=True)
    yield Group("Überraschungsgäste – Été", "distribution", lambda person: person.index % 50 == 6)
    for number in range(1, BUSY_GROUPS + 1):
        yield Group(f"Pilot {number:03d}", "security", lambda person: person.local == BUSY_PERSON)


_TYPES = {
    "security": ([], "true", "false"),
    "unified": (["Unified"], "false", "true"),
    "distribution": ([], "false", "true"),
    "mail_security": ([], "true", "true"),
}
"""``groupTypes``, ``securityEnabled`` and ``mailEnabled`` by kind."""


def _row(seed: int, as_of: datetime, index: int, group: Group) -> dict[str, str]:
    types, secure, mailed = _TYPES[group.kind]
    dynamic = ["DynamicMembership"] if group.rule else []
    nickname = "".join(sign for sign in ascii_name(group.name) if sign.isalnum() or sign in "-.")[:40].strip(".")
    object_id = _id(seed, group.name)
    return {
        "sys_id": object_id.replace("-", ""),
        "id": object_id,
        "displayName": group.name,
        "description": group.description,
        "groupTypes": json.dumps([*types, *dynamic]),
        "membershipRule": group.rule,
        "membershipRuleProcessingState": "On" if group.rule else "",
        "securityEnabled": secure,
        "mailEnabled": mailed,
        "mail": f"{nickname}@{DOMAIN}" if mailed == "true" else "",
        "mailNickname": nickname,
        "visibility": "Private" if group.kind == "unified" else "",
        "createdDateTime": graph_time(as_of - timedelta(days=900 - index, hours=index % 24)),
        "onPremisesSyncEnabled": "true" if group.synced else "",
        "isAssignableToRole": "",
    }
