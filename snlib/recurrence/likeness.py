"""How likely two incidents are the same trouble: signals, each with its weight and the reason for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from snlib.recurrence.vocabulary import Words, families, is_part, read, weight

Matrix = NDArray[np.float32]


class Signal(NamedTuple):
    """What speaks for or against two incidents being the same trouble; ``weight`` in log odds for a signal of 1."""

    weight: float
    why: str


SIGNALS = MappingProxyType(
    {
        "always": Signal(-2.1, "Two incidents of one person are different troubles until something says otherwise."),
        "alike": Signal(2.5, "Nearly the same letters; finds what no vocabulary knows, in any language."),
        "words": Signal(0.7, "Words in common, known ones in either language; weak, as requests use the same words."),
        "both": Signal(1.7, "The same thing and the same trouble: together they say more than each."),
        "thing": Signal(0.7, "About the same things and no others, in whatever words or language."),
        "other_thing": Signal(-0.9, "Each is about a thing, and no thing is in both."),
        "other_whole": Signal(
            -1.1, "Something goes wrong with a part of two things: batteries of a laptop and a phone."
        ),
        "things_left": Signal(-0.5, "Each is about a thing that the other is not about."),
        "trouble": Signal(1.4, "The same went wrong, in whatever words or language."),
        "other_trouble": Signal(-1.0, "Something went wrong in each, and nothing in both."),
        "silent": Signal(-1.1, "One says what went wrong, the other does not."),
        "request": Signal(-0.9, "One asks for something, the other says that something is broken."),
        "item": Signal(0.3, "The same configuration item; weak, because a laptop has all of its owner's troubles."),
        "other_item": Signal(-0.9, "Different configuration items: what is broken in one of them works in the other."),
        "filed": Signal(0.6, "The same category and assignment group, half for one of them; agents file in a hurry."),
    }
)
"""The weights were fitted on one half of a labelled set and are judged on the other (docs/recurrence.md)."""

DEFAULT_THRESHOLD = 0.7
"""How sure, from 0 to 1, before two incidents are taken for the same trouble."""
ALIKE_FROM = 0.85
"""Below this, letters in common mean nothing: any two sentences have half of them."""
_FAMILY_WEIGHT = 0.4
_ENOUGH = 0.9
_LETTERS = 64


def likeness(incidents: pd.DataFrame) -> Matrix:
    """Return how likely each two incidents are the same trouble.

    Args:
        incidents: Text columns ``short_description``, ``item_sys_id``, ``category``, ``subcategory`` and
            ``assignment_group``; any cell may be missing.

    Returns:
        A symmetric matrix, incidents by incidents, float32 from 0 to 1.
    """
    score = np.zeros((len(incidents), len(incidents)), np.float32)
    for name, matrix in signals_of(incidents):
        matrix *= np.float32(SIGNALS[name].weight)
        score += matrix
    np.negative(score, out=score)
    np.exp(score, out=score)
    score += 1
    return np.reciprocal(score, out=score)


def signals_of(incidents: pd.DataFrame) -> Iterator[tuple[str, Matrix]]:
    """Yield each signal of ``SIGNALS`` as a matrix, incidents by incidents, float32 from 0 to 1."""
    words = [read(text) for text in incidents["short_description"].fillna("").tolist()]
    yield "always", np.ones((1, 1), np.float32)
    yield "alike", _alike(words)
    yield "words", _InCommon([one.all for one in words]).of_more
    things, troubles = _InCommon([one.things for one in words]), _InCommon([one.troubles for one in words])
    yield "both", things.of_fewer * troubles.of_fewer
    yield "thing", things.of_more
    yield "other_thing", things.nothing
    wholes = _InCommon([_wholes(one.things) for one in words])
    yield "other_whole", wholes.nothing
    yield "things_left", things.left
    yield "trouble", troubles.of_fewer
    yield "other_trouble", troubles.nothing
    yield "silent", _apart(np.array([bool(one.troubles) for one in words], np.float32))
    yield "request", _apart(np.array([one.asks for one in words], np.float32))
    cells = incidents[["item_sys_id", "category", "subcategory", "assignment_group"]].fillna("")
    item, filed = _codes(cells["item_sys_id"]), _codes(cells["category"] + "\n" + cells["subcategory"])
    yield "item", _same(item)
    yield (
        "other_item",
        ((item >= 0)[:, None] & (item >= 0)[None, :] & (item[:, None] != item[None, :])).astype(np.float32),
    )
    yield "filed", (_same(filed) + _same(_codes(cells["assignment_group"]))) / np.float32(2)


def _alike(words: Sequence[Words]) -> Matrix:
    """Return how alike each two texts are, letter by letter, whatever the order of their words."""
    # Its fast way is for texts of 64 letters; what a text is about is said in these.
    texts, place = np.unique([one.text[:_LETTERS] for one in words], return_inverse=True)
    listed, least = texts.tolist(), 100 * ALIKE_FROM
    found: Matrix = process.cdist(listed, listed, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float32, workers=1)
    found -= least
    np.maximum(found, 0, out=found)
    found /= 100 - least
    found[texts == ""] = 0
    alike: Matrix = found[np.ix_(place, place)]
    return alike


@lru_cache(maxsize=20_000)
def _with_families(names: frozenset[str]) -> frozenset[str]:
    return names | {f"~{like}" for name in names for like in families(name)}


@lru_cache(maxsize=20_000)
def _wholes(things: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in things if not is_part(name))


class _InCommon:
    """How much of the names that each two texts have is in both; matrices, texts by texts, float32."""

    def __init__(self, names: Sequence[frozenset[str]]) -> None:
        names = [_with_families(own) for own in names]
        column = {name: at for at, name in enumerate(sorted(frozenset().union(*names)))}
        has = np.zeros((len(names), len(column)), np.float32)
        rows = [row for row, own in enumerate(names) for _ in own]
        has[rows, [column[name] for own in names for name in own]] = 1
        weights = np.array([_FAMILY_WEIGHT if name[0] == "~" else weight(name) for name in column], np.float32)
        says = has @ weights
        several = has.sum(axis=0) > 1
        # A matrix times itself is half the work.
        rooted = has[:, several] * np.sqrt(weights[several])
        self._both: Matrix = rooted @ rooted.T
        self._fewer: Matrix = np.minimum(says[:, None], says[None, :])
        self._more: Matrix = np.maximum(says[:, None], says[None, :])

    @property
    def of_fewer(self) -> Matrix:
        """Of what the text says that says less: a long one may be about more and still about this."""
        return _float32(self._both / np.maximum(self._fewer, 1))

    @property
    def of_more(self) -> Matrix:
        """Of what the text says that says more."""
        return _float32(self._both / np.maximum(self._more, 1))

    @property
    def nothing(self) -> Matrix:
        """1 where both say enough, and nothing is in common."""
        return _float32((self._both == 0) & (self._fewer >= _ENOUGH))

    @property
    def left(self) -> Matrix:
        """What the text says that says less and the other does not, in thirds of three things."""
        return _float32(np.minimum(np.abs(self._fewer - self._both), 3) / np.float32(3))


def _apart(values: Matrix) -> Matrix:
    return _float32(np.abs(values[:, None] - values[None, :]))


def _codes(texts: pd.Series[str]) -> NDArray[np.int16]:
    """Return a number for each text, -1 for those that say nothing."""
    codes, names = pd.factorize(texts)
    return np.array([at if name.strip() else -1 for at, name in enumerate(names)] or [-1], np.int16)[codes]


def _same(codes: NDArray[np.int16]) -> Matrix:
    return _float32((codes[:, None] == codes[None, :]) & (codes >= 0)[:, None])


def _float32(values: NDArray[Any]) -> Matrix:
    return np.asarray(values, np.float32)
