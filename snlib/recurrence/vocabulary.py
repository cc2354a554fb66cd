"""What a short description is about, in words that mean the same whoever wrote them: things, and troubles with them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

_FILE = Path(__file__).with_name("vocabulary.toml")
_WORD = re.compile(r"[a-z0-9]+")
_NUMBERS = re.compile(r"^[a-z]{0,4}\d{3,}$")
_LONGEST_PHRASE = 4
_ASKS = "asked_for"
_SHORTEST_STEM = 2
_MISSPELT_FROM = 5
"""Letters a word has at least to be taken for a misspelling of another one; shorter ones are too near to others."""
_MISSPELT_RATIO = 84.0


@dataclass(frozen=True, slots=True)
class Words:
    """What is understood of a text.

    Attributes:
        text: Its words without accents, capitals and fillers, in the order of the alphabet.
        things: Names in ``vocabulary.toml`` of the things it is about.
        troubles: Names of what went wrong with them.
        asks: Whether it asks for something.
    """

    text: str
    things: frozenset[str]
    troubles: frozenset[str]
    asks: bool


@cache
def label(name: str) -> str:
    """Return what a thing or a trouble is called on the page."""
    said = _said()
    return str((said["things"] | said["troubles"])[name]["label"])


@cache
def weight(name: str) -> float:
    """Return how much it says, from 0 to 1, that two texts have a thing or a trouble in common."""
    said = _said()
    return float((said["things"] | said["troubles"])[name].get("weight", 1.0))


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@dataclass(slots=True)
class _Lexicon:
    exact: dict[str, set[str]] = field(default_factory=dict)
    stems: dict[str, set[str]] = field(default_factory=dict)

    def add(self, phrase: str, name: str) -> None:
        kept = self.stems if phrase.endswith("*") else self.exact
        kept.setdefault(phrase.rstrip("*"), set()).add(name)

    def names_of(self, phrase: str) -> set[str]:
        found = set(self.exact.get(phrase, ()))
        for end in range(_SHORTEST_STEM, len(phrase) + 1):
            # A stem goes on to the end of its last word only.
            if " " not in phrase[end:]:
                found |= self.stems.get(phrase[:end], set())
        return found


@cache
def _lexicon() -> tuple[_Lexicon, frozenset[str], frozenset[str], tuple[str, ...]]:
    """Return the words with their names, the names of things, the words to leave out, and the words to spell after."""
    said = _said()
    lexicon = _Lexicon()
    for name, entry in (said["things"] | said["troubles"]).items():
        for phrase in entry["words"].split(","):
            lexicon.add(phrase.strip(), name)
    left_out = frozenset(word.strip() for word in said["left_out"]["words"].split(","))
    known = {phrase for phrase in (*lexicon.exact, *lexicon.stems) if " " not in phrase and len(phrase) >= _MISSPELT_FROM}
    return lexicon, frozenset(said["things"]), left_out, tuple(sorted(known))


@lru_cache(maxsize=20_000)
def read(text: str) -> Words:
    """Return what is understood of a short description: whatever language, capitals, accents and small misspellings."""
    lexicon, things, left_out, _ = _lexicon()
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    tokens = [token for token in _WORD.findall(folded) if not _NUMBERS.match(token)]
    names = set(_names(tokens))
    kept = sorted(token for token in tokens if token not in left_out)
    troubles = frozenset(names - things)
    return Words(" ".join(kept or sorted(tokens)), frozenset(names & things), troubles - {_ASKS}, _ASKS in troubles)


def _names(tokens: Sequence[str]) -> Iterator[str]:
    """Yield what the words say; a phrase takes its words, so that "home office" is not about Office."""
    lexicon = _lexicon()[0]
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            if found := lexicon.names_of(" ".join(tokens[at : at + length])):
                yield from found
                break
        else:
            yield from _misspelt(tokens[at])
        at += length


@lru_cache(maxsize=20_000)
def _misspelt(token: str) -> frozenset[str]:
    """Return the names of the word that ``token`` is nearly."""
    lexicon, _, left_out, spelt = _lexicon()
    if len(token) < _MISSPELT_FROM or token in left_out:
        return frozenset()
    found = process.extractOne(token, spelt, scorer=fuzz.ratio, score_cutoff=_MISSPELT_RATIO)
    return frozenset(lexicon.names_of(found[0])) if found else frozenset()
