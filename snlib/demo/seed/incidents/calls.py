"""Who calls, how often, and about what; some call about the same again and again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from snlib.demo.seed.incidents.topics import SECURITY_TOPIC, SLOTS, TOPICS, Topic, fill_slots
from snlib.demo.seed.people import Person

HIDDEN_SHARE = 0.02
"""The share of confidential calls."""
HEAVY = 37
"""One in so many people calls thirty times and more, often about the same."""

_LATELY = (1, 4, 9, 17, 30, 48)
"""Which of the newest incidents, counted from the last one, are the known heavy caller's."""


@dataclass(frozen=True)
class Call:
    """What a caller says."""

    topic: Topic
    short: str
    detail: str
    slots: dict[str, str]


def make_call(rng: random.Random, topic: Topic) -> Call:
    """Return a call about a topic."""
    slots = {name: rng.choice(words) for name, words in SLOTS.items()}
    return Call(topic, fill_slots(rng.choice(topic.shorts), slots), fill_slots(rng.choice(topic.details), slots), slots)


_TOPIC_WEIGHTS = list(accumulate(topic.weight for topic in TOPICS))


def make_sore_points(rng: random.Random, people: list[Person]) -> dict[int, Call]:
    """Return, by person, the trouble that keeps coming back."""
    recurring = [topic for topic in TOPICS if topic.recurring]
    return {person.index: make_call(rng, rng.choice(recurring)) for person in people}


def choose_call(rng: random.Random, caller: Person, sore_point: Call) -> Call:
    """Return what a caller calls about this time."""
    if rng.random() < HIDDEN_SHARE:
        return make_call(rng, SECURITY_TOPIC)
    if rng.random() < (0.6 if caller.index % HEAVY == 5 else 0.25):
        return sore_point
    return make_call(rng, rng.choices(TOPICS, cum_weights=_TOPIC_WEIGHTS)[0])


def choose_callers(rng: random.Random, people: list[Person], count: int) -> list[Person]:
    """Return one caller per incident: few people call very often, most now and then, some never."""
    fixed: list[Person] = []
    others, weights = [], []
    for person in people:
        if not person.users:
            continue
        share = person.part.incidents
        if share >= 0:
            # The known people keep their full lists in a small seed, as far as there is room.
            fixed += [person] * min(share, count // 12)
        elif person.index % HEAVY == 5:
            fixed += [person] * int((30 + person.index % 25) * min(1, count / 5000))
        elif person.index % 6:
            others.append(person)
            weights.append(rng.lognormvariate(0, 0.9))
    rng.shuffle(fixed)
    fixed = fixed[: count * 3 // 4]
    callers = fixed + rng.choices(others, weights, k=count - len(fixed))
    rng.shuffle(callers)
    _bring_up_to_date(callers)
    return callers


def _bring_up_to_date(callers: list[Person]) -> None:
    """Let the known heavy caller have called lately, too, the last time just now: guides show her open incidents."""
    own = [position for position, person in enumerate(callers) if person.part.incidents >= HEAVY]
    for back, position in zip(_LATELY, own, strict=False):
        recent = len(callers) - back
        if position < recent and recent not in own:
            callers[recent], callers[position] = callers[position], callers[recent]
