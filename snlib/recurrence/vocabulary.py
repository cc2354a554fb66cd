"""What a short description is about, in words that mean the same whoever wrote them: things, and troubles with them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from snlib.recurrence.spelling import Spelling

_FILE = Path(__file__).with_name("vocabulary.toml")
_WORD = re.compile(r"[^\W_]+")
_TICKET = re.compile(r"[a-z]{0,5}\d{4,}")
_DRIVE = re.compile(r"\b[a-z]:(?=\W|$)")
_WRITTEN = {"’": "'", "`": "'", "œ": "oe", "æ": "ae", "n't": " not"}
_LONGEST = 255
"""Characters that are read; a short description of ServiceNow has 160."""
_ASKS = "asked_for"
_FAILS = "fails"
_STEM = 5


@dataclass(frozen=True, slots=True)
class Words:
    """What is understood of a text.

    Attributes:
        text: Its words without accents, capitals and fillers, in the order of the alphabet.
        things: Names in ``vocabulary.toml`` of the things it is about.
        troubles: Names of what went wrong with them.
        all: All it says: the names of things, troubles and other known words, and the first letters of unknown words.
        asks: Whether it asks for something.
    """

    text: str
    things: frozenset[str]
    troubles: frozenset[str]
    all: frozenset[str]
    asks: bool


class _Meaning(NamedTuple):
    name: str
    if_not: bool = False


class _Vocabulary(NamedTuple):
    """``phrases`` leads from word to word; a phrase that is complete has its meanings at ``""``."""

    things: dict[str, Any]
    troubles: dict[str, Any]
    fillers: frozenset[str]
    left_out: frozenset[str]
    phrases: dict[str, Any]
    spelling: Spelling


def label(name: str) -> str:
    """Return what a thing or a trouble is called on the page."""
    known = _vocabulary()
    return str((known.things.get(name) or known.troubles[name])["label"])


@cache
def weight(name: str) -> float:
    """Return how much it says, from 0 to 1, that two texts have this name in common; half for a word of no role."""
    known = _vocabulary()
    entry = known.things.get(name) or known.troubles.get(name)
    return float(entry.get("weight", 1.0)) if entry else 0.5


@lru_cache(maxsize=20_000)
def read(text: str) -> Words:
    """Return what is understood of a short description: whatever language, capitals, accents and small misspellings."""
    known = _vocabulary()
    tokens = list(_tokens(text[:_LONGEST]))
    found: set[_Meaning] = set()
    words: set[str] = set()
    at = 0
    while at < len(tokens):
        length, meanings = _longest(known, tokens, at)
        found.update(meanings)
        if not meanings and tokens[at] not in known.left_out:
            words.add(known.spelling.corrected(tokens[at])[:_STEM])
        at += length
    says_no = any(name == "no" for name, _ in found)
    names = {name for name, if_not in found if says_no or not if_not}
    troubles = frozenset(names & known.troubles.keys())
    if says_no and not troubles - {_ASKS}:
        troubles |= {_FAILS}
    things = frozenset(names & known.things.keys())
    if not things:
        things = frozenset(known.troubles[name]["of"] for name in troubles if "of" in known.troubles[name])
    said = (words | names | things | troubles | {f"({name})" for name, _ in found - {*map(_Meaning, names)}}) - {"no"}
    kept = sorted(known.spelling.corrected(token) for token in tokens if token not in known.left_out)
    return Words(" ".join(kept or sorted(tokens)), things, troubles - {_ASKS}, frozenset(said), _ASKS in troubles)


def _tokens(text: str) -> Iterator[str]:
    text = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    for written, meant in _WRITTEN.items():
        text = text.replace(written, meant)
    for token in _WORD.findall(_DRIVE.sub(" drive ", text)):
        if not _TICKET.fullmatch(token):
            yield token


def _longest(known: _Vocabulary, tokens: list[str], at: int) -> tuple[int, set[_Meaning]]:
    """Return the longest phrase here and what it means; it takes its words, so "home office" is not about Office."""
    length, meanings = 1, set[_Meaning]()
    ways = [known.phrases]
    for end in range(at, len(tokens)):
        patterns = known.spelling.patterns(tokens[end])
        on = [way[pattern] for way in ways for pattern in patterns if pattern in way]
        ways = on + ways if end > at and tokens[end] in known.fillers else on
        if complete := [way[""] for way in on if "" in way]:
            length, meanings = end - at + 1, set[_Meaning]().union(*complete)
        if not ways:
            break
    return length, meanings


@cache
def _vocabulary() -> _Vocabulary:
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fillers, left_out = (frozenset(said["left_out"][kind].replace(",", " ").split()) for kind in ("fillers", "words"))
    left_out |= fillers
    phrases: dict[str, Any] = {}
    patterns = set(left_out)

    def add(words: Iterable[str], meaning: _Meaning) -> None:
        for phrase in words:
            way = phrases
            for pattern in _pattern(phrase):
                patterns.add(pattern)
                way = way.setdefault(pattern, {})
            way.setdefault("", set()).add(meaning)

    things, troubles = said["things"], said["troubles"]
    for name, entry in (things | troubles).items():
        add(entry.get("words", "").split(","), _Meaning(name))
        add(entry.get("not", "").split(","), _Meaning(name, if_not=True))
    add(said["no"]["words"].split(","), _Meaning("no"))
    for words in said["details"]["words"].strip().splitlines():
        add(words.split(","), _Meaning(words.split(",")[0].rstrip("*")))
    phrases.pop("", None)
    return _Vocabulary(things, troubles, fillers, left_out, phrases, Spelling(patterns))


def _pattern(phrase: str) -> Iterator[str]:
    """Yield the words of a phrase as they are read in a text, each with its star."""
    for word in phrase.split():
        tokens = list(_tokens(word))
        yield from (f"{token}*" if word.endswith("*") and token is tokens[-1] else token for token in tokens)
