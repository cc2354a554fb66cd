"""The rows that a person becomes: an Entra user, ServiceNow users, memberships, roles."""

from __future__ import annotations

import json
from datetime import datetime

from snlib.demo.core.passwords import set_password
from snlib.demo.core.schema.defaults import SYS_USER_DEFAULTS
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import graph_time, to_text
from snlib.demo.seed.cast import MEMBER_WID, PASSWORD
from snlib.demo.seed.ids import ADMIN_SYS_ID, sys_id
from snlib.demo.seed.organisation import COMPANY, Organisation
from snlib.demo.seed.people import Person


def insert_people(storage: Storage, seed: int, people: list[Person], made: Organisation, since: datetime) -> None:
    """Insert everybody, and the System Administrator."""
    storage.insert_many("entra_user", [_entra_row(seed, person, people) for person in people])
    users = [_administrator(made, since)]
    for person in people:
        users += _user_rows(person, people, made)
    storage.insert_many("sys_user", users)
    storage.insert_many("sys_user_grmember", _memberships(seed, people, made))
    storage.insert_many("sys_user_has_role", _grants(seed, people, made))
    set_password(storage, ADMIN_SYS_ID, "admin")
    for person in people:
        if person.part.password:
            set_password(storage, person.users[0], PASSWORD)


def laptop_id(seed: int, person: Person) -> str:
    """Return the sys_id of a person's laptop."""
    return sys_id(seed, "cmdb_ci", person.index)


def laptop_name(person: Person) -> str:
    """Return what a person's laptop is called, in ServiceNow and in Intune."""
    return f"NB-{person.city.code}-{10000 + person.index}"


def laptop_serial(seed: int, person: Person) -> str:
    """Return the serial number of a person's laptop."""
    return sys_id(seed, "serial", person.index)[:8].upper()


def _digits(person: Person) -> str:
    return f"{person.index * 37 % 10000:04d}"


def _entra_row(seed: int, person: Person, people: list[Person]) -> dict[str, str]:
    part, city = person.part, person.city
    guest = part.quirk.startswith("guest")
    others = {address for address in (person.upn, person.old_mail) if address and not guest} - {person.mail}
    proxies = ([f"SMTP:{person.mail}"] if person.mail else []) + [f"smtp:{address}" for address in sorted(others)]
    phone = f"{city.dial} 555 {_digits(person)}"
    object_id = person.object_id(seed)
    return {
        "sys_id": object_id.replace("-", ""),
        "id": object_id,
        "displayName": person.display,
        "givenName": part.given,
        "surname": part.surname,
        "mail": person.mail,
        "userPrincipalName": person.upn,
        "jobTitle": part.title,
        "department": part.department,
        "companyName": "Partner Works" if guest else COMPANY,
        "officeLocation": "" if guest else f"{city.name} {person.index % 6 + 1}.{person.index % 40 + 1:02d}",
        "city": city.name,
        "country": city.country,
        "usageLocation": city.code,
        "businessPhones": json.dumps([] if guest else [phone]),
        "mobilePhone": f"{city.dial.split()[0]} 155 5{_digits(person)}" if person.index % 3 == 0 else "",
        "preferredLanguage": city.locale if person.index % 4 else "",
        "accountEnabled": "false" if part.quirk == "disabled" else "true",
        "userType": "Guest" if guest else "Member",
        "employeeId": "" if guest else f"E{10000 + person.index}",
        "onPremisesSamAccountName": "" if guest else person.local.replace("'", "")[:20],
        "createdDateTime": graph_time(person.created),
        # A guest's mailbox is elsewhere: this tenant knows no addresses of it.
        "proxyAddresses": json.dumps([] if guest or not person.mail else proxies),
        "otherMails": json.dumps([person.mail] if guest and person.mail else []),
        "manager_id": "" if person.manager is None or guest else people[person.manager].object_id(seed),
        "persona": part.persona,
        "persona_text": part.persona_text,
        "app_roles": json.dumps(list(part.app_roles)),
        "wids": json.dumps([*part.wids, MEMBER_WID]),
        "service_now_user": person.users[0] if person.users else "",
    }


def _user_rows(person: Person, people: list[Person], made: Organisation) -> list[dict[str, str]]:
    part, quirk = person.part, person.part.quirk
    manager = people[person.manager] if person.manager is not None else None
    row = {
        **SYS_USER_DEFAULTS,
        "user_name": person.user_name,
        "name": person.display,
        "first_name": part.given,
        "last_name": part.surname,
        "email": person.mail,
        "title": part.title,
        "department": made.departments[part.department],
        "company": made.company,
        "location": made.locations[person.city.name],
        "manager": manager.users[0] if manager and manager.users else "",
        "phone": f"{person.city.dial} 555 {_digits(person)}",
        "vip": "true" if person.index % 60 == 17 else "false",
        "active": "false" if quirk == "disabled" else "true",
        "employee_number": f"E{10000 + person.index}",
        "city": person.city.name,
        "roles": ",".join(part.roles),
        "source": f"entra:{person.upn}",
        "sys_created_on": to_text(person.created),
        "sys_updated_on": to_text(person.created),
        **part.user,
    }
    if quirk == "upn_user_name":
        row |= {"email": ""}
    elif quirk == "no_mail":
        row |= {"email": person.upn}
    elif quirk == "old_address":
        row |= {"email": person.old_mail}
    rows = [{**row, "sys_id": person.users[0]}] if person.users else []
    if len(person.users) > 1:
        rows.append({**row, "sys_id": person.users[1], "user_name": f"{person.local}.2", "source": "", "roles": ""})
    return rows


def _administrator(made: Organisation, since: datetime) -> dict[str, str]:
    return {
        **SYS_USER_DEFAULTS,
        "sys_id": ADMIN_SYS_ID,
        "user_name": "admin",
        "name": "System Administrator",
        "first_name": "System",
        "last_name": "Administrator",
        "email": "admin@example.com",
        "title": "System Administrator",
        "company": made.company,
        "roles": "admin",
        "sys_created_on": to_text(since),
        "sys_updated_on": to_text(since),
    }


def _memberships(seed: int, people: list[Person], made: Organisation) -> list[dict[str, str]]:
    return [
        {
            "sys_id": sys_id(seed, "sys_user_grmember", f"{person.index}.{group}"),
            "user": person.users[0],
            "group": made.groups[group],
        }
        for person in people
        for group in person.part.groups
        if person.users
    ]


def _grants(seed: int, people: list[Person], made: Organisation) -> list[dict[str, str]]:
    pairs = [(ADMIN_SYS_ID, "admin")]
    pairs += [(person.users[0], role) for person in people for role in person.part.roles if person.users]
    return [
        {
            "sys_id": sys_id(seed, "sys_user_has_role", f"{user}.{role}"),
            "user": user,
            "role": made.roles[role],
            "inherited": "false",
            "state": "active",
        }
        for user, role in pairs
    ]
