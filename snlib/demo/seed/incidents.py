"""Made-up incidents: who called when about what, and how far each one is."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from snlib.demo.choices import PRIORITY
from snlib.demo.seed.accounts import laptop_id
from snlib.demo.seed.ids import sys_id
from snlib.demo.seed.lifecycle import Course, make_course
from snlib.demo.seed.organisation import HIDDEN_GROUP, Organisation
from snlib.demo.seed.people import Person
from snlib.demo.seed.slots import SLOTS, fill_slots
from snlib.demo.seed.topics import SECURITY_TOPIC, TOPICS, Topic
from snlib.demo.storage import Storage
from snlib.demo.timestamps import to_text

SPAN_DAYS = 548
"""The incidents reach back this far from the reference time: about eighteen months."""
FIRST_NUMBER = 10001
HIDDEN_SHARE = 0.02

# Calls per hour of a working day: a peak before and one after lunch, few outside office hours.
_HOURS = (1, 1, 1, 1, 2, 4, 10, 28, 55, 62, 50, 38, 26, 40, 48, 40, 28, 16, 8, 5, 4, 3, 2, 1)
_IMPACTS = ("1", "2", "3")
_HEAVY = 37
"""One in so many calls thirty times and more, often about the same."""

INCIDENT_DEFAULTS: dict[str, str] = {
    "active": "true",
    "approval": "not requested",
    "child_incidents": "0",
    "escalation": "0",
    "knowledge": "false",
    "made_sla": "true",
    "notify": "1",
    "reassignment_count": "0",
    "reopen_count": "0",
    "severity": "3",
    "sys_class_name": "incident",
    "sys_domain": "global",
    "sys_domain_path": "/",
    "upon_approval": "proceed",
    "upon_reject": "cancel",
}
"""What the platform fills in on a new incident."""


@dataclass(frozen=True)
class Staff:
    """Who works on incidents: user (sys_id, user name) by group; the Service Desk opens what comes by phone."""

    by_group: dict[str, list[tuple[str, str]]]

    def choose(self, group: str, rng: random.Random) -> tuple[str, str]:
        """Return one member of a group, or of the Service Desk where a group has none."""
        return rng.choice(self.by_group.get(group) or self.by_group["Service Desk"])


def find_staff(people: list[Person]) -> Staff:
    """Return who works on incidents."""
    by_group: dict[str, list[tuple[str, str]]] = {}
    for person in people:
        for group in person.part.groups if person.users else ():
            by_group.setdefault(group, []).append((person.users[0], person.local))
    return Staff(by_group)


def insert_incidents(
    storage: Storage, seed: int, count: int, as_of: datetime, people: list[Person], made: Organisation
) -> None:
    """Insert ``count`` incidents, numbered from INC0010001 in the order they were opened, and their work notes."""
    rng = random.Random(f"{seed}:incidents")
    opened = _opening_times(rng, count, as_of)
    callers = _callers(rng, people, count)
    sore_points = {person.index: _make_call(rng, rng.choice([t for t in TOPICS if t.recurring])) for person in people}
    staff = find_staff(people)
    rows, notes = [], []
    for index, (at, caller) in enumerate(zip(opened, callers, strict=True)):
        row, course = _incident(rng, seed, index, at, as_of, caller, sore_points[caller.index], staff, made)
        rows.append(row)
        notes += list(_notes(rng, seed, row, course))
    storage.insert_many("incident", rows)
    storage.insert_many("sys_journal_field", notes)


def _opening_times(rng: random.Random, count: int, as_of: datetime) -> list[datetime]:
    """Return times in rising order: office hours mostly, few on weekends, somewhat more lately than long ago."""
    midnight = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = list(accumulate(_HOURS))
    times: list[datetime] = []
    while len(times) < count:
        day = midnight - timedelta(days=int(SPAN_DAYS * rng.random() ** 1.15))
        if day.weekday() >= 5 and rng.random() < 0.9:
            continue
        hour = bisect_left(hours, rng.random() * hours[-1])
        at = day + timedelta(hours=hour, seconds=rng.randrange(3600))
        if at < as_of:
            times.append(at)
    return sorted(times)


def _callers(rng: random.Random, people: list[Person], count: int) -> list[Person]:
    """Return one caller per incident: few people call very often, most now and then, some never."""
    fixed: list[Person] = []
    others, weights = [], []
    for person in people:
        if not person.users:
            continue
        wanted = person.part.incidents
        if wanted >= 0:
            # The known people keep their full lists in a small seed, as far as there is room.
            fixed += [person] * min(wanted, count // 12)
        elif person.index % _HEAVY == 5:
            fixed += [person] * int((30 + person.index % 25) * min(1, count / 5000))
        elif person.index % 6:
            others.append(person)
            weights.append(rng.lognormvariate(0, 0.9))
    rng.shuffle(fixed)
    fixed = fixed[: count * 3 // 4]
    callers = fixed + rng.choices(others, weights, k=count - len(fixed))
    rng.shuffle(callers)
    return callers


@dataclass(frozen=True)
class Call:
    """What a caller says."""

    topic: Topic
    short: str
    detail: str
    slots: dict[str, str]


def _make_call(rng: random.Random, topic: Topic) -> Call:
    slots = {name: rng.choice(words) for name, words in SLOTS.items()}
    return Call(topic, fill_slots(rng.choice(topic.shorts), slots), fill_slots(rng.choice(topic.details), slots), slots)


_TOPIC_WEIGHTS = list(accumulate(topic.weight for topic in TOPICS))


def _incident(
    rng: random.Random,
    seed: int,
    index: int,
    at: datetime,
    as_of: datetime,
    caller: Person,
    sore_point: Call,
    staff: Staff,
    made: Organisation,
) -> tuple[dict[str, str], Course]:
    if rng.random() < HIDDEN_SHARE:
        call = _make_call(rng, SECURITY_TOPIC)
    elif rng.random() < (0.6 if caller.index % _HEAVY == 5 else 0.25):
        call = sore_point
    else:
        call = _make_call(rng, rng.choices(TOPICS, cum_weights=_TOPIC_WEIGHTS)[0])
    topic = call.topic
    impact = rng.choices(_IMPACTS, (4, 22, 74))[0]
    urgency = rng.choices(_IMPACTS, (40, 40, 20) if impact == "1" else (7, 33, 60))[0]
    priority = PRIORITY[impact, urgency]
    course = make_course(rng, at, as_of, priority)
    channel = rng.choices(
        ("phone", "self-service", "email", "chat", "walk-in", "virtual_agent"), (45, 28, 14, 7, 4, 2)
    )[0]
    by_staff = channel in {"phone", "walk-in", "email"}
    opener, opener_name = staff.choose("Service Desk", rng) if by_staff else (caller.users[0], caller.local)
    # A confidential incident has its group from the first minute: nobody else may see it even while it is new.
    assigned = course.state != "1" or topic.group == HIDDEN_GROUP or rng.random() < 0.6
    worker = staff.choose(topic.group, rng) if course.state != "1" else ("", "")
    number = f"INC{FIRST_NUMBER + index:07d}"
    row = {
        **INCIDENT_DEFAULTS,
        **course.columns,
        "sys_id": sys_id(seed, "incident", index),
        "number": number,
        "task_effective_number": number,
        "caller_id": caller.users[0],
        "short_description": call.short,
        "description": f"{call.short}.\n\n{call.detail}\n\nDevice: NB-{caller.city.code}-{10000 + caller.index}, "
        f"office {caller.city.name}.",
        "impact": impact,
        "urgency": urgency,
        "priority": priority,
        "severity": rng.choices(_IMPACTS, (2, 8, 90))[0],
        "category": topic.category,
        "subcategory": topic.subcategory,
        "contact_type": channel,
        "opened_by": opener,
        "assignment_group": made.groups[topic.group] if assigned else "",
        "assigned_to": worker[0],
        "cmdb_ci": laptop_id(seed, caller) if topic.category == "hardware" or rng.random() < 0.2 else "",
        "location": made.locations[caller.city.name],
        "company": made.company,
        "reassignment_count": str(rng.choices((0, 1, 2, 3, 5), (62, 24, 9, 4, 1))[0] if assigned else 0),
        "sys_created_by": opener_name,
        "sys_updated_by": worker[1] or opener_name,
        "sys_mod_count": str(rng.randint(0, 2) if course.state == "1" else rng.randint(2, 15)),
    }
    if course.state in {"6", "7"}:
        row |= {"resolved_by": worker[0], "close_notes": fill_slots(rng.choice(topic.solutions), call.slots)}
    if course.state in {"7", "8"}:
        row["closed_by"] = worker[0]
    return row, course


_REMARKS = (
    "Called back, no answer. Left a message.",
    "Asked for a screenshot of the message.",
    "Remote session held; the fault could be seen.",
    "Passed on with the log files attached.",
    "Known from other callers; checked the notes of the last one.",
    "Waiting for the caller to try the workaround.",
)


def _notes(rng: random.Random, seed: int, row: dict[str, str], course: Course) -> Iterator[dict[str, str]]:
    """Yield an incident's journal: none while it is new, up to three entries afterwards."""
    if course.state == "1":
        return
    span = (course.updated - course.opened).total_seconds()
    moments = sorted(course.opened + timedelta(seconds=span * rng.random()) for _ in range(rng.choice((0, 1, 1, 2, 3))))
    for position, at in enumerate(moments):
        yield {
            "sys_id": sys_id(seed, "sys_journal_field", f"{row['number']}.{position}"),
            "element_id": row["sys_id"],
            "element": rng.choice(("work_notes", "work_notes", "comments")),
            "name": "incident",
            "value": rng.choice(_REMARKS),
            "sys_created_on": to_text(at),
            "sys_created_by": row["sys_updated_by"],
        }


def count_by_caller(storage: Storage) -> Counter[str]:
    """Return how many incidents each caller (sys_id) has."""
    rows = storage.rows("SELECT caller_id, count(*) AS n FROM incident GROUP BY caller_id")
    return Counter({row["caller_id"]: int(row["n"]) for row in rows})
