"""What incidents are about: the subjects, with sentences to fill in, from ``topics.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Topic:
    """One subject of incidents.

    Attributes:
        category: Stored value of the category.
        subcategory: Stored value of the subcategory; may be empty.
        group: The support group that ends up with it.
        weight: How often it comes, relative to the others.
        shorts: Short descriptions, with gaps in braces.
        details: What the caller adds.
        solutions: Resolution notes.
        recurring: Whether it tends to come back for the same person.
    """

    category: str
    subcategory: str
    group: str
    weight: int
    shorts: list[str]
    details: list[str]
    solutions: list[str]
    recurring: bool = False


_FILE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

SLOTS: dict[str, list[str]] = _FILE["slots"]
"""What each gap may say."""

*TOPICS, SECURITY_TOPIC = (Topic(**values) for values in _FILE["topic"])


def fill_slots(template: str, words: dict[str, str]) -> str:
    """Return a template with its gaps filled from ``words``, beginning with a capital letter."""
    text = template
    while "{" in text:  # a word may have a gap of its own
        text = text.format_map(words)
    return text[:1].upper() + text[1:]
