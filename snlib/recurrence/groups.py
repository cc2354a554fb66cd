"""Incidents of one person that are likely the same trouble, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from snlib.recurrence import vocabulary
from snlib.recurrence.likeness import DEFAULT_THRESHOLD, Matrix, alike, likeness

MAX_INCIDENTS = 1_000
"""The newest incidents that are compared; every one is compared with every other."""
_ALIKE_FROM = 0.6
_REPEATED = {1: "once", 2: "twice"}


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
            ``subcategory``, ``assignment_group``, ``close_code`` and ``reopen_count``; ``opened``, aware UTC.
        threshold: How sure to be, from 0 to 1.
    """
    newest = incidents.sort_values(["opened", "sys_id"], ascending=False, na_position="last", kind="stable")
    newest = newest.head(MAX_INCIDENTS).reset_index(drop=True)
    likely = likeness(newest)
    found = [_group(newest.iloc[rows], likely[middle, rows]) for middle, rows in _around(likely, threshold)]
    return sorted(found, key=lambda group: (len(group.incidents), group.likeness), reverse=True)


def _around(likely: Matrix, threshold: float) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield a row and all rows like it, itself among them: first the row that most are like, then of those left."""
    near = likely >= threshold
    np.fill_diagonal(near, val=True)
    left = np.ones(len(near), bool)
    while left.any():
        count = (near & left).sum(axis=1) * left
        middle = int(count.argmax())
        if count[middle] < 2:
            return
        rows = np.flatnonzero(near[middle] & left)
        left[rows] = False
        yield middle, rows


def _group(incidents: pd.DataFrame, likely: NDArray[np.float32]) -> Group:
    gaps = incidents["opened"] - incidents["opened"].shift(-1)
    others = np.sort(likely)[:-1]
    return Group(incidents, float(others.mean()), tuple(_reasons(incidents)), gaps)


def _reasons(incidents: pd.DataFrame) -> Iterator[str]:
    yield _how_often(incidents)
    item = incidents["item"][incidents["item_sys_id"].fillna("") != ""]
    if len(item) > 1 and item.nunique() == 1:
        yield f"same configuration item {item.iloc[0]}" if len(item) == len(incidents) else (
            f"same configuration item {item.iloc[0]} in {len(item)} of them"
        )
    words = [vocabulary.read(text) for text in incidents["short_description"].fillna("").tolist()]
    pairs = alike(words)[np.triu_indices(len(words), 1)]
    if pairs.mean() >= _ALIKE_FROM:
        yield f"short descriptions {round(100 * float(pairs.mean()))} % alike"
    if common := frozenset.intersection(*(one.things | one.troubles for one in words)):
        yield f"all about: {', '.join(sorted(map(vocabulary.label, common), key=str.casefold))}"
    reopened = int(pd.to_numeric(incidents["reopen_count"], errors="coerce").fillna(0).clip(0, 1_000).sum())
    if reopened:
        yield f"reopened {_REPEATED.get(reopened, f'{reopened} times')}"
    yield from _closed_alike(incidents)


def _how_often(incidents: pd.DataFrame) -> str:
    opened = incidents["opened"].dropna()
    days = (opened.max() - opened.min()).days if len(opened) == len(incidents) else None
    if days is None:
        return f"{len(incidents)} times"
    return f"{len(incidents)} times in {days} days" if days > 1 else f"{len(incidents)} times within two days"


def _closed_alike(incidents: pd.DataFrame) -> Iterator[str]:
    closed = incidents[["assignment_group", "close_code"]].fillna("")
    closed = closed[closed["close_code"] != ""]
    if len(closed) < 2 or closed["close_code"].nunique() > 1:
        return
    code, by = closed["close_code"].iloc[0], closed["assignment_group"].unique()
    yield f"resolved by {by[0]} with “{code}”" if len(by) == 1 and by[0] else f"resolved with “{code}”"
