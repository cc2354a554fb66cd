"""How likely two incidents are the same trouble: signals, each with its weight and the reason for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from snlib.recurrence.vocabulary import Words, families, is_part, read, weight

Matrix = NDArray[np.float32]
_FAMILY = 0.4


class Signal(NamedTuple):
    """What speaks for or against two incidents being the same trouble; ``weight`` in log odds for a signal of 1."""

    weight: float
    why: str


SIGNALS = MappingProxyType(
    {
        "always": Signal(-3.0, "Two incidents of one person are different troubles until something says otherwise."),
        "alike": Signal(3.0, "Words in common, letter by letter; finds misspellings and what no vocabulary knows."),
        "words": Signal(1.0, "Words in common, by their first five letters."),
        "both": Signal(2.0, "The same thing and the same trouble: together they say more than each."),
        "thing": Signal(2.0, "Both are about the same thing, in whatever words or language."),
        "other_thing": Signal(-2.0, "Each is about a thing, and no thing is in both."),
        "trouble": Signal(2.0, "The same went wrong, in whatever words or language."),
        "other_trouble": Signal(-2.0, "Something went wrong in each, and nothing in both."),
        "silent": Signal(-1.0, "One says what went wrong, the other does not."),
        "request": Signal(-2.0, "One asks for something new, the other says that something is broken."),
        "item": Signal(0.5, "The same configuration item; weak, because a laptop has all of its owner's troubles."),
        "other_item": Signal(-0.5, "Different configuration items."),
        "category": Signal(0.5, "Filed under the same category and subcategory; agents file in a hurry."),
        "group": Signal(0.5, "The same assignment group; weak, because a service desk gets everything first."),
    }
)
"""The weights were fitted on one half of a labelled set and are judged on the other (docs/recurrence.md)."""

DEFAULT_THRESHOLD = 0.5
"""How sure, from 0 to 1, before two incidents are taken for the same trouble."""


def likeness(incidents: pd.DataFrame) -> Matrix:
    """Return how likely each two incidents are the same trouble.

    Args:
        incidents: Text columns ``short_description``, ``item_sys_id``, ``category``, ``subcategory`` and
            ``assignment_group``; any cell may be missing.

    Returns:
        A symmetric matrix, incidents by incidents, float32 from 0 to 1.
    """
    score = sum(np.float32(SIGNALS[name].weight) * matrix for name, matrix in signals_of(incidents))
    return np.asarray(1 / (1 + np.exp(-score)), np.float32)


def signals_of(incidents: pd.DataFrame) -> list[tuple[str, Matrix]]:
    """Return each signal of ``SIGNALS`` as a matrix, incidents by incidents, float32 from 0 to 1."""
    words = [read(text) for text in incidents["short_description"].fillna("").tolist()]
    cells = incidents[["item_sys_id", "category", "subcategory", "assignment_group"]].fillna("")
    filed = cells["category"] + "\n" + cells["subcategory"]
    item, category, group = (_codes(texts) for texts in (cells["item_sys_id"], filed, cells["assignment_group"]))
    things, troubles, said = (_Said([getattr(one, kind) for one in words]) for kind in ("things", "troubles", "all"))
    wholes = _Said([frozenset(name for name in one.things if not is_part(name)) for one in words])
    asks = np.array([(0.4 if one.troubles else 1.0) * one.asks for one in words], np.float32)
    says = np.array([bool(one.troubles) for one in words])
    return [
        ("always", np.ones((1, 1), np.float32)),
        ("alike", np.maximum(alike(words) - np.float32(0.7), 0) / np.float32(0.3)),
        ("words", said.of_longer()),
        ("both", things.of_shorter() * troubles.of_shorter()),
        ("thing", things.of_longer()),
        ("other_thing", things.nothing()),
        ("other_whole", wholes.nothing()),
        ("things_left", things.left()),
        ("trouble", troubles.of_shorter()),
        ("other_trouble", troubles.nothing()),
        ("silent", (says[:, None] != says[None, :]).astype(np.float32)),
        ("request", np.abs(asks[:, None] - asks[None, :])),
        ("item", _same(item)),
        ("other_item", _differ(item)),
        ("filed", (_same(category) + _same(group)) / np.float32(2)),
    ]


def alike(words: Sequence[Words]) -> Matrix:
    """Return how alike each two texts are, letter by letter, whatever the order of their words: from 0 to 1."""
    # Its fast way is for texts of 64 letters; what a text is about is said in these.
    texts, place = np.unique([one.text[:64] for one in words], return_inverse=True)
    found = process.cdist(texts.tolist(), texts.tolist(), scorer=fuzz.ratio, dtype=np.float32, workers=1)
    return found[np.ix_(place, place)] / np.float32(100)


class _Said:
    """How much of what each two texts say is in both."""

    def __init__(self, names: Sequence[frozenset[str]]) -> None:
        names = [own | {f"~{like}" for name in own for like in families(name)} for own in names]
        column = {name: at for at, name in enumerate(sorted(frozenset().union(*names)))}
        has = np.zeros((len(names), len(column)), np.float32)
        rows = [row for row, own in enumerate(names) for _ in own]
        has[rows, [column[name] for own in names for name in own]] = 1
        weights = np.array([_FAMILY if name.startswith("~") else weight(name) for name in column], np.float32)
        self._both = (has * weights) @ has.T
        says = has @ weights
        self._fewer = np.minimum(says[:, None], says[None, :])
        self._more = np.maximum(says[:, None], says[None, :])

    def of_shorter(self) -> Matrix:
        """Of the shorter text: a long one that says more may still be about this."""
        return self._both / np.maximum(self._fewer, 1)

    def of_longer(self) -> Matrix:
        return self._both / np.maximum(self._more, 1)

    def nothing(self) -> Matrix:
        """1 where both say enough and have nothing in common."""
        return ((self._both == 0) & (self._fewer >= 0.9)).astype(np.float32)

    def left(self) -> Matrix:
        return np.minimum(self._fewer - self._both, 3) / np.float32(3)


def _codes(texts: pd.Series[str]) -> NDArray[np.int64]:
    """Return a number for each text, -1 for those that say nothing."""
    codes, names = pd.factorize(texts)
    return np.array([at if name.strip() else -1 for at, name in enumerate(names)] or [-1])[codes]


def _same(codes: NDArray[np.int64]) -> Matrix:
    return ((codes[:, None] == codes[None, :]) & (codes[:, None] >= 0)).astype(np.float32)


def _differ(codes: NDArray[np.int64]) -> Matrix:
    return ((codes[:, None] != codes[None, :]) & (codes[:, None] >= 0) & (codes[None, :] >= 0)).astype(np.float32)
