"""Incidents of one person that are likely the same trouble, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz

from snlib.recurrence import vocabulary
from snlib.recurrence.likeness import ALIKE_FROM, DEFAULT_THRESHOLD, Matrix, likeness

MAX_INCIDENTS = 1_000
"""The newest incidents that are compared; every one is compared with every other."""
_TEXTS = ("short_description", "item", "item_sys_id", "assignment_group", "close_code", "reopen_count")
_MOST_REOPENED = 1_000

Cells = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents that are likely the same trouble.

    Attributes:
        incidents: Their rows of the frame that was asked about, the newest first; columns as there.
        likeness: How likely each is the same trouble as the one in the middle of them, on average; from 0 to 1.
        reasons: Why, in words, the plainest first.
        gaps: Time from one opening to the next, beside ``incidents``; NaT for the oldest and where a time is missing.
    """

    incidents: pd.DataFrame
    likeness: float
    reasons: tuple[str, ...]
    gaps: pd.Series[timedelta]


def recurring(incidents: pd.DataFrame, threshold: float = DEFAULT_THRESHOLD) -> list[Group]:
    """Return the groups of incidents that are likely the same trouble, the largest first.

    Each incident of a group is like the one in its middle by at least ``threshold``, so nothing is in a group only
    because it is like something that is like something else. The newest ``MAX_INCIDENTS`` are compared. The same
    incidents give the same groups, in whatever order they come.

    Args:
        incidents: Text columns ``sys_id``, ``short_description``, ``item``, ``item_sys_id``, ``category``,
            ``subcategory``, ``assignment_group``, ``close_code`` and ``reopen_count``; ``opened``, aware UTC. Any cell
            but ``sys_id`` may be missing.
        threshold: How sure to be, from 0 to 1.
    """
    newest = incidents.sort_values(["opened", "sys_id"], ascending=False, na_position="last")
    newest = newest.head(MAX_INCIDENTS).reset_index(drop=True)
    likely = likeness(newest)
    found = sorted(_around(likely, threshold), key=lambda one: (len(one.rows), one.likeness), reverse=True)
    if not found:
        return []
    # Taken from the frame once: taking rows is slow, a slice of them is not.
    taken = newest.iloc[np.concatenate([one.rows for one in found])]
    cells = {name: taken[name].fillna("").tolist() for name in _TEXTS}
    opened = taken["opened"].to_numpy("datetime64[ns]")
    ends = np.cumsum([len(one.rows) for one in found])
    since = opened - np.append(opened[1:], np.datetime64("NaT"))
    since[ends - 1] = np.timedelta64("NaT")
    gaps = pd.Series(since, taken.index)
    own = [slice(end - len(one.rows), end) for one, end in zip(found, ends.tolist(), strict=True)]
    return [
        Group(
            taken.iloc[part],
            one.likeness,
            tuple(_reasons({name: texts[part] for name, texts in cells.items()}, opened[part])),
            gaps.iloc[part],
        )
        for one, part in zip(found, own, strict=True)
    ]


class _Found(NamedTuple):
    rows: NDArray[np.int64]
    likeness: float


def _around(likely: Matrix, threshold: float) -> Iterator[_Found]:
    """Yield a row with all rows like it: first the one that most are like, then the one that most of those left are."""
    near = likely >= threshold
    np.fill_diagonal(near, val=True)
    count = near.sum(axis=1)
    left = np.ones(len(near), bool)
    while left.any():
        middle = int(np.where(left, count, 0).argmax())
        if count[middle] < 2:
            return
        rows = np.flatnonzero(near[middle] & left)
        left[rows] = False
        count -= near[rows].sum(axis=0)
        yield _Found(rows, float(likely[middle, rows[rows != middle]].mean()))


def _reasons(cells: Cells, opened: NDArray[np.datetime64]) -> Iterator[str]:
    yield _how_often(opened)
    yield from _same_item(cells)
    words = [vocabulary.read(text) for text in cells["short_description"]]
    letters = [fuzz.ratio(words[0].text, one.text) for one in words[1:]]
    if words[0].text and (mean := sum(letters) / len(letters)) >= 100 * ALIKE_FROM:
        yield f"short descriptions {round(mean)} % alike"
    if common := frozenset.intersection(*(one.things | one.troubles for one in words)):
        yield f"all about: {', '.join(sorted(map(vocabulary.label, common), key=str.casefold))}"
    yield from _reopened(cells["reopen_count"])
    yield from _closed_alike(cells)


def _how_often(opened: NDArray[np.datetime64]) -> str:
    times, days = len(opened), (opened.max() - opened.min()) / np.timedelta64(1, "D")
    if np.isnan(days):
        return f"{times} times"
    return f"{times} times in {round(days)} days" if days >= 2 else f"{times} times within two days"


def _same_item(cells: Cells) -> Iterator[str]:
    items = [(key, name) for key, name in zip(cells["item_sys_id"], cells["item"], strict=True) if key]
    if len(items) < 2 or len({key for key, _ in items}) > 1:
        return
    if len(items) == len(cells["item"]):
        yield f"same configuration item {items[0][1]}"
    else:
        yield f"same configuration item {items[0][1]} in {len(items)} of them"


def _reopened(counts: Sequence[str]) -> Iterator[str]:
    times = sum(min(int(count), _MOST_REOPENED) for count in counts if count.isascii() and count.isdigit())
    if times:
        yield {1: "reopened once", 2: "reopened twice"}.get(times, f"reopened {times} times")


def _closed_alike(cells: Cells) -> Iterator[str]:
    closed = [(code, by) for code, by in zip(cells["close_code"], cells["assignment_group"], strict=True) if code]
    if len(closed) < 2 or len({code for code, _ in closed}) > 1:
        return
    code, by = closed[0][0], {by for _, by in closed}
    yield f"resolved by {closed[0][1]} with “{code}”" if len(by) == 1 and closed[0][1] else f"resolved with “{code}”"
