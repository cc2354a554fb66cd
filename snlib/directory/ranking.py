"""In which order people are offered; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from snlib.graph import Person

_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def best_first(people: Iterable[Person], text: str) -> tuple[Person, ...]:
    """Return the people whose whole name or address is ``text``, then those that begin with it, then the rest.

    By name within each, without regard to accents and case.
    """
    key = folded(text)
    return tuple(sorted(people, key=lambda person: _rank(person, key)))


def folded(text: str) -> str:
    """Return ``text`` without accents and case, so that "Ångström" is sorted among the A's."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    return kept.translate(_WITHOUT_DECOMPOSITION)


def _rank(person: Person, key: str) -> tuple[int, str, str]:
    texts = [folded(text) for text in (person.name, person.mail, person.username) if text]
    if key in texts:
        place = 0
    elif any(text.startswith(key) for text in texts):
        place = 1
    else:
        place = 2
    return place, folded(person.name), person.id
