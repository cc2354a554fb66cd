"""The labelled pairs of incidents, and how well a likeness tells them apart."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from snlib.recurrence.likeness import SIGNALS, Matrix, signals_of

Pair = dict[str, str]
_FILE = Path(__file__).with_name("recurrence") / "pairs.csv"
_COLUMNS = {
    "text": "short_description",
    "item": "item_sys_id",
    "category": "category",
    "subcategory": "subcategory",
    "group": "assignment_group",
}


def pairs(half: str) -> list[Pair]:
    """Return the rows of one half."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["half"] == half]


def same(rows: Iterable[Pair]) -> np.ndarray:
    """Return what the label says, a bool for each pair."""
    return np.array([row["same"] == "yes" for row in rows])


def signals(rows: Iterable[Pair]) -> Matrix:
    """Return the signals of each pair, pairs by signals, in the order of ``SIGNALS``."""
    return np.array([_signals_of_pair(row) for row in rows], np.float32)


def likely(values: Matrix, weights: np.ndarray | None = None) -> np.ndarray:
    """Return how likely each pair is the same trouble, with the weights of ``SIGNALS`` or others."""
    used = np.array([signal.weight for signal in SIGNALS.values()]) if weights is None else weights
    return 1 / (1 + np.exp(-(values @ used)))


def precision_and_recall(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Return how many of the found are right, and how many of the right ones are found."""
    hits = (found & truth).sum()
    return float(hits / max(found.sum(), 1)), float(hits / truth.sum())


def _signals_of_pair(row: Pair) -> list[float]:
    two = pd.DataFrame([{name: row[f"{cell}_{which}"] for cell, name in _COLUMNS.items()} for which in "12"])
    found = {name: np.broadcast_to(matrix, (2, 2))[0, 1] for name, matrix in signals_of(two)}
    return [float(found[name]) for name in SIGNALS]
