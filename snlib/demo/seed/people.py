"""More than 500 invented people: their accounts in the directory and in ServiceNow, which do not always agree."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from snlib.demo.seed.cast import DOMAIN, KNOWN, PERSONAS, Part
from snlib.demo.seed.ids import guid, sys_id
from snlib.demo.seed.names import CITIES, FIRST_NAMES, LAST_NAMES, City, ascii_name
from snlib.demo.seed.organisation import DEPARTMENTS, GROUPS

PEOPLE = 540
"""How many people there are, the known ones included."""

QUIRKS: dict[str, int] = {
    "upn_user_name": 15,
    "no_user": 8,
    "double": 6,
    "guest": 14,
    "guest_no_user": 6,
    "disabled": 18,
    "no_mail": 8,
    "new_mail": 10,
    "old_address": 6,
}
"""How many people have each disagreement.

- upn_user_name: the ServiceNow user name is the whole user principal name and the e-mail is empty
- no_user: not in ServiceNow
- double: two ServiceNow users of one e-mail
- guest: UPN with #EXT#, mail outside; guest_no_user: the same, not in ServiceNow
- disabled: the account is off
- no_mail: no mailbox; ServiceNow has the UPN as e-mail
- new_mail: the mail changed with the name, the UPN did not
- old_address: ServiceNow still has an address that is a secondary one by now
"""

_TWICE = 8
"""How many pairs of people share one display name."""


@dataclass
class Person:
    """One person before the rows are made.

    Attributes:
        users: The sys_ids of this person's ServiceNow users: none, one or two.
    """

    index: int
    part: Part
    city: City
    local: str
    upn: str
    mail: str
    created: datetime
    users: list[str] = field(default_factory=list)
    manager: int | None = None
    old_mail: str = ""

    @property
    def display(self) -> str:
        """Return the display name."""
        guest = " (Partner)" if self.part.quirk.startswith("guest") else ""
        return f"{self.part.given} {self.part.surname}{guest}"

    @property
    def user_name(self) -> str:
        """Return the ServiceNow user name, whether or not there is such a user."""
        return {"upn_user_name": self.upn, "guest": self.mail}.get(self.part.quirk, self.local)

    def object_id(self, seed: int) -> str:
        """Return the Entra object id."""
        return guid(seed, "entra_user", self.index)


def make_people(seed: int, as_of: datetime) -> list[Person]:
    """Return the people, the personas first, then the known ones, then the rest; the same for the same seed."""
    rng = random.Random(f"{seed}:people")
    parts = [*PERSONAS, *KNOWN, *_invented(rng, PEOPLE - len(PERSONAS) - len(KNOWN))]
    cities = {city.name: city for city in CITIES}
    taken: Counter[str] = Counter()
    people = []
    for index, part in enumerate(parts):
        local = f"{ascii_name(part.given)}.{ascii_name(part.surname)}"
        taken[local] += 1
        if taken[local] > 1:
            local = f"{local}{taken[local]}"
        created = datetime.fromtimestamp(
            as_of.timestamp() - rng.randint(200, 3000) * 86400 - rng.randint(0, 86399), as_of.tzinfo
        )
        people.append(_addressed(Person(index, part, cities[part.city], local, "", "", created), seed))
    _choose_managers(people, rng)
    return people


def _invented(rng: random.Random, count: int) -> list[Part]:
    """Make up people; the quirks are dealt to the first of them, and some names come twice."""
    quirks = [quirk for quirk, times in QUIRKS.items() for _ in range(times)]
    groups = cycle(GROUPS)
    used = {(part.given, part.surname) for part in (*PERSONAS, *KNOWN)}
    parts: list[Part] = []
    for index in range(count):
        city = rng.choices(CITIES, [city.weight for city in CITIES])[0]
        department = rng.choices(list(DEPARTMENTS), [share for share, _ in DEPARTMENTS.values()])[0]
        title = rng.choice(DEPARTMENTS[department][1])
        quirk = quirks[index] if index < len(quirks) else ""
        given, surname = _unused_name(rng, city.language, used)
        if index >= count - _TWICE:
            twin = parts[index - count // 2]
            given, surname = twin.given, twin.surname
        works_on_incidents = department == "IT" and quirk == ""
        group = next(groups) if works_on_incidents else ""
        parts.append(
            Part(
                given,
                surname,
                department,
                city.name,
                title,
                quirk=quirk,
                roles=("itil",) if works_on_incidents else (),
                groups=(group,) if works_on_incidents else (),
            )
        )
    return parts


def _unused_name(rng: random.Random, language: str, used: set[tuple[str, str]]) -> tuple[str, str]:
    """Return a name nobody has yet: the people who share one are chosen, not left to chance."""
    while True:
        name = (rng.choice(FIRST_NAMES[language].split()), rng.choice(LAST_NAMES[language].split()))
        if name not in used:
            used.add(name)
            return name


def _addressed(person: Person, seed: int) -> Person:
    """Give a person the addresses and ServiceNow users that the quirk asks for."""
    quirk = person.part.quirk
    person.upn = person.mail = f"{person.local}@{DOMAIN}"
    if quirk.startswith("guest"):
        person.mail = f"{person.local}@partner.example.org"
        person.upn = f"{person.mail.replace('@', '_')}#EXT#@{DOMAIN}"
    elif quirk == "no_mail":
        person.mail = ""
    elif quirk == "new_mail":
        person.upn = f"{ascii_name(person.part.given)}.{_FORMER[person.index % len(_FORMER)]}{person.index}@{DOMAIN}"
    elif quirk == "old_address":
        person.old_mail = f"{ascii_name(person.part.given)[0]}{person.local.split('.', 1)[1]}{person.index}@{DOMAIN}"
    if quirk not in {"no_user", "guest_no_user"}:
        person.users.append(sys_id(seed, "sys_user", person.index))
    if quirk == "double":
        person.users.append(sys_id(seed, "sys_user", f"{person.index}.second"))
    return person


_FORMER = ("lind", "marek", "weber", "costa", "petit", "hill")


def _choose_managers(people: list[Person], rng: random.Random) -> None:
    """Let the first two ordinary people of each department lead it; the second of them reports to the first."""
    leaders: dict[str, list[int]] = {}
    for person in people:
        if person.part.quirk == "" and not person.part.persona:
            leaders.setdefault(person.part.department, []).append(person.index)
    for person in people:
        first, *others = leaders[person.part.department][:2]
        choices = [index for index in (first, *others) if index < person.index]
        if person.index != first:
            person.manager = rng.choice(choices) if choices else first
