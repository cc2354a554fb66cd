"""What a short description is about, in words that mean the same whoever wrote them: things, and troubles with them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from snlib.recurrence.spelling import Spelling

_FILE = Path(__file__).with_name("vocabulary.toml")
_WORD = re.compile(r"[^\W_]+|[\^?]")
_TICKET = re.compile(r"[a-z]{0,5}\d{4,}")
_DRIVE = re.compile(r"\b([a-z]):(?=\W|$)")
_BEGINS = "^"
_MARKS = {_BEGINS, "?"}
_WRITTEN = {_BEGINS: " ", "’": "'", "`": "'", "œ": "oe", "æ": "ae", "n't": " not"}
_LONGEST = 255
"""Characters that are read; a short description of ServiceNow has 160."""
_NO = "no"
_ASKS = "asked_for"
_FAILS = "fails"
_STEM = 5
_OTHER_WEIGHT = 0.5


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
    """Of each kind, phrases lead from word to word; one that is complete has its meanings at ``""``."""

    things: dict[str, Any]
    troubles: dict[str, Any]
    fillers: frozenset[str]
    left_out: frozenset[str]
    phrases: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
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
    return float(entry.get("weight", 1.0)) if entry else _OTHER_WEIGHT


@cache
def is_part(name: str) -> bool:
    """Return whether a thing is a part of others, as a battery is: what it belongs to says more."""
    return bool(_vocabulary().things[name].get("part"))


@cache
def families(name: str) -> frozenset[str]:
    """Return the names of the families of what is much like this thing or trouble."""
    known = _vocabulary()
    entry = known.things.get(name) or known.troubles.get(name) or {}
    return frozenset(like.strip() for like in entry.get("like", "").split(",") if like)


@lru_cache(maxsize=20_000)
def read(text: str) -> Words:
    """Return what is understood of a short description: whatever language, capitals, accents and small misspellings."""
    known = _vocabulary()
    tokens = list(_tokens(text[:_LONGEST]))
    patterns = [known.spelling.patterns(token) for token in tokens]
    about, wrong, other = (_meanings(phrases, known.fillers, tokens, patterns) for phrases in known.phrases)
    said = {one.name for found in other.values() for one in found if one.name != _NO}
    # A "no" that is a part of a phrase is said of that: "no sound after the update" is not about a failed update.
    phrases = {at for at, found in wrong.items() if wrong.get(at + 1) is found or wrong.get(at - 1) is found}
    says_no = any(_Meaning(_NO) in found for at, found in other.items() if at not in phrases)
    things = {one.name for found in about.values() for one in found}
    troubles = {one.name for found in wrong.values() for one in found if says_no or not one.if_not}
    if says_no and not troubles:
        troubles = {_FAILS}
    if not things:
        things = {known.troubles[name]["of"] for name in troubles if "of" in known.troubles[name]}
    unknown = (
        known.spelling.corrected(token)[:_STEM]
        for at, token in enumerate(tokens)
        if token not in known.left_out and at not in about and at not in wrong and at not in other
    )
    kept = sorted(known.spelling.corrected(token) for token in tokens if token not in known.left_out)
    return Words(
        " ".join(kept or sorted(token for token in tokens if token not in _MARKS)),
        frozenset(things),
        frozenset(troubles),
        frozenset({*things, *troubles, *said, *unknown} - {_ASKS}),
        _ASKS in said,
    )


def _meanings(
    phrases: dict[str, Any], fillers: frozenset[str], tokens: list[str], patterns: list[tuple[str, ...]]
) -> dict[int, set[_Meaning]]:
    """Return what the phrases mean, each at every place it takes: "home office" takes "office", so it is not Office."""
    found: dict[int, set[_Meaning]] = {}
    at = 0
    while at < len(tokens):
        length, ways = 1, [phrases]
        for end in range(at, len(tokens)):
            on = [way[pattern] for way in ways for pattern in patterns[end] if pattern in way]
            if complete := [way[""] for way in on if "" in way]:
                length = end - at + 1
                found |= dict.fromkeys(range(at, end + 1), set[_Meaning]().union(*complete))
            ways = on + ways if end > at and tokens[end] in fillers else on
            if not ways:
                break
        at += length
    return found


def _tokens(text: str) -> Iterator[str]:
    text = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    for written, meant in _WRITTEN.items():
        text = text.replace(written, meant)
    """Yield the words of a text as the vocabulary writes them, after a "^" for its beginning."""
    yield _BEGINS
    for token in _WORD.findall(_DRIVE.sub(r" drive \1 ", text)):
        if not _TICKET.fullmatch(token):
            yield token


@cache
def _vocabulary() -> _Vocabulary:
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fillers, left_out = (frozenset(said["left_out"][kind].replace(",", " ").split()) for kind in ("fillers", "words"))
    left_out |= fillers
    patterns = set(left_out)
    phrases: tuple[dict[str, Any], dict[str, Any], dict[str, Any]] = ({}, {}, {})

    def add(kind: int, words: str, meaning: _Meaning) -> None:
        for phrase in words.split(","):
            way = phrases[kind]
            for pattern in _pattern(phrase):
                patterns.add(pattern)
                way = way.setdefault(pattern, {})
            way.setdefault("", set()).add(meaning)

    for kind, entries in enumerate((said["things"], said["troubles"])):
        for name, entry in entries.items():
            add(kind, entry.get("words", ""), _Meaning(name))
            add(kind, entry.get("not", ""), _Meaning(name, if_not=True))
    add(2, said["no"]["words"], _Meaning(_NO))
    add(2, said["asked_for"]["words"], _Meaning(_ASKS))
    for words in said["details"]["words"].strip().splitlines():
        add(2, words, _Meaning(words.split(",")[0].rstrip("*")))
    for way in phrases:
        way.pop("", None)
    return _Vocabulary(said["things"], said["troubles"], fillers, left_out, phrases, Spelling(patterns))


def _pattern(phrase: str) -> Iterator[str]:
    """Yield the words of a phrase as they are read in a text, each with its star."""
    for word in phrase.split():
        read_as = [word] if word == _BEGINS else list(_tokens(word))[1:]
        if word.endswith("*"):
            read_as[-1] += "*"
        yield from read_as
