"""Made-up incidents: who called when about what, and how far each one is."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from snlib.demo.core.schema.choices import PRIORITY
from snlib.demo.core.schema.defaults import FIRST_NUMBER, INCIDENT_DEFAULTS
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import to_text
from snlib.demo.seed.accounts import laptop_id
from snlib.demo.seed.ids import sys_id
from snlib.demo.seed.incidents.calls import Call, choose_call, choose_callers, make_sore_points
from snlib.demo.seed.incidents.lifecycle import Course, make_course
from snlib.demo.seed.incidents.topics import fill_slots
from snlib.demo.seed.organisation import HIDDEN_GROUP, Organisation
from snlib.demo.seed.people import Person

SPAN_DAYS = 548
"""The incidents reach back this far from the reference time: about eighteen months."""

# Calls per hour of a working day: a peak before and one after lunch, few outside office hours.
_HOURS = (1, 1, 1, 1, 2, 4, 10, 28, 55, 62, 50, 38, 26, 40, 48, 40, 28, 16, 8, 5, 4, 3, 2, 1)
_FRIDAY = 4
_IMPACTS = ("1", "2", "3")
_CHANNELS = {"phone": 45, "self-service": 28, "email": 14, "chat": 7, "walk-in": 4, "virtual_agent": 2}


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
            by_group.setdefault(group, []).append((person.users[0], person.user_name))
    return Staff(by_group)


def insert_incidents(
    storage: Storage, seed: int, count: int, as_of: datetime, people: list[Person], made: Organisation
) -> None:
    """Insert ``count`` incidents, numbered from INC0010001 in the order they were opened, and their work notes."""
    rng = random.Random(f"{seed}:incidents")
    opened = _opening_times(rng, count, as_of)
    callers = choose_callers(rng, people, count)
    sore_points = make_sore_points(rng, people)
    staff = find_staff(people)
    rows, notes = [], []
    for index, (at, caller) in enumerate(zip(opened, callers, strict=True)):
        row, course = _incident(
            rng, seed, index, at, as_of, index == count - 1, caller, sore_points[caller.index], staff, made
        )
        rows.append(row)
        notes += list(_notes(rng, seed, row, course))
    storage.insert_many("incident", rows)
    storage.insert_many("sys_journal_field", notes)


def _opening_times(rng: random.Random, count: int, as_of: datetime) -> list[datetime]:
    """Return times in rising order: office hours mostly, few on weekends, somewhat more lately than long ago.

    The reference time counts as a Friday whatever day it is: the data must not depend on it.
    """
    midnight = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = list(accumulate(_HOURS))
    times: list[datetime] = []
    while len(times) < count:
        days = int(SPAN_DAYS * rng.random() ** 1.15)
        if (_FRIDAY - days) % 7 > _FRIDAY and rng.random() < 0.9:
            continue
        hour = bisect_left(hours, rng.random() * hours[-1])
        at = midnight + timedelta(days=-days, hours=hour, seconds=rng.randrange(3600))
        if at < as_of:
            times.append(at)
    return sorted(times)


def _incident(
    rng: random.Random,
    seed: int,
    index: int,
    at: datetime,
    as_of: datetime,
    is_newest: bool,
    caller: Person,
    sore_point: Call,
    staff: Staff,
    made: Organisation,
) -> tuple[dict[str, str], Course]:
    call = choose_call(rng, caller, sore_point)
    topic = call.topic
    impact = rng.choices(_IMPACTS, (4, 22, 74))[0]
    urgency = rng.choices(_IMPACTS, (40, 40, 20) if impact == "1" else (7, 33, 60))[0]
    priority = PRIORITY[impact, urgency]
    course = make_course(rng, at, as_of, priority, is_newest=is_newest)
    channel = rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
    by_staff = channel in {"phone", "walk-in", "email"}
    opener, opener_name = staff.choose("Service Desk", rng) if by_staff else (caller.users[0], caller.user_name)
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
