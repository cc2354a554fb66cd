"""Which known words a word may be: itself, one that begins it, or one that it is nearly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

_SHORTEST = 3
"""Letters of a word that is taken for a misspelling."""
_SHORT = 4
"""Letters up to which a word may only be jumbled, have one doubled, or lack a vowel."""
_SHORTEST_STEM = 5
_LONGEST_STEM = 13
_LONG_ENDING = 3
"""Letters after a stem from which the word may be another one."""
_FAR = 9
_TWO_FROM = 9
"""Letters from which two are allowed to be wrong."""


class Spelling:
    """Known words, found by what is left of them when a letter or two are left out.

    Two words that differ by a letter (wrong, missing, too many, or changed with its neighbour) have something in
    common once each has lost one; so a look-up is enough where comparing with every known word would take a second.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Know ``patterns``: words, and beginnings of words where a star follows."""
        self._words = {pattern for pattern in patterns if not pattern.endswith("*")}
        self._stems = {pattern[:-1] for pattern in patterns if pattern.endswith("*")}
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._words | self._stems):
            if len(word) >= (_SHORTEST if word in self._words else _SHORTEST_STEM):
                for left in {word, *_less(word, _allowed(word))}:
                    self._near.setdefault(left, []).append(word)
        self._misspelt = lru_cache(maxsize=20_000)(self._nearest)
        self.patterns = lru_cache(maxsize=20_000)(self._patterns)

    def corrected(self, token: str) -> str:
        """Return the known word that is nearly ``token``, or ``token`` where it is known or unlike all."""
        return token if self._exact(token) else next(iter(self._misspelt(token)), token)

    def _patterns(self, token: str) -> tuple[str, ...]:
        """Return the known words, with their stars, that ``token`` is; or is nearly, if it is none."""
        exact = self._exact(token)
        if token in self._words or any(len(stem) > len(token) - _LONG_ENDING for stem in exact):
            return exact
        # "sharepont" begins with "share*", but is not about sharing.
        return exact + tuple({one: 0 for word in self._misspelt(token) for one in self._exact(word)})

    def _exact(self, token: str) -> tuple[str, ...]:
        found = [token] if token in self._words else []
        found += [f"{token[:end]}*" for end in range(1, len(token) + 1) if token[:end] in self._stems]
        return tuple(found)

    def _nearest(self, token: str) -> list[str]:
        """Return the known words that ``token`` is nearest to, or those that begin it; none if it is far from all."""
        if len(token) < _SHORTEST or not token.isascii() or not token.isalpha():
            return []
        words = {
            near
            for left in (token, *_less(token, _allowed(token)))
            for near in self._near.get(left, ())
            if near in self._words
        }
        wrong = {word: _wrong(token, word) for word in words}
        if nearest := [word for word, count in wrong.items() if count == min(*wrong.values(), _allowed(token))]:
            # A letter that is doubled or not is the likeliest mistake: "canot" is "cannot", not "canon".
            return sorted(word for word in nearest if set(word) == set(token)) or sorted(nearest)
        stems: set[str] = set()
        for end in range(_SHORTEST_STEM - 1, min(len(token), _LONGEST_STEM) + 1):
            begin = token[:end]
            near = (stem for left in (begin, *_less(begin, 1)) for stem in self._near.get(left, ()))
            stems.update(
                stem
                for stem in near
                if len(stem) >= _SHORTEST_STEM and stem in self._stems and _wrong(begin, stem) <= 1
            )
        return sorted(stems, key=lambda stem: (-len(stem), stem))[:1]


def _allowed(token: str) -> int:
    return 2 if len(token) >= _TWO_FROM else 1


def _wrong(token: str, word: str) -> int:
    """Return how many letters are wrong; a first one is seldom wrong, and short words are too near to others."""
    wrong = OSA.distance(token, word)
    if len(word) <= _SHORT or len(token) < _SHORT:
        lost = set(word) - set(token) if len(token) < len(word) else {"?"}
        return wrong if set(token) == set(word) or (token[0] == word[0] and lost <= set("aeiouy")) else _FAR
    return wrong if token[0] == word[0] or token[:2] == word[1::-1] or len(token) >= _TWO_FROM - 2 else _FAR


def _less(word: str, count: int) -> Iterator[str]:
    """Yield the word without one letter, and without two if ``count`` is 2."""
    for at in range(len(word)):
        less = word[:at] + word[at + 1 :]
        yield less
        if count == 2:
            yield from (less[:more] + less[more + 1 :] for more in range(at, len(less)))
