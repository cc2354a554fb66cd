"""How well and how fast the same trouble is found again.

    uv run python -m tests.bench.recurrence [--fit] [--log incidents.csv]

Prints precision and recall of both halves of the labelled pairs by kind, and the processor time that 1,000 incidents
take. ``--fit`` fits the weights on the half ``choose``, prints them beside those in use, and does not look at the other
half; its figures are of scenarios that were left out of the fit in turn. ``--log`` takes the incidents of a file with
ServiceNow's column names for the time, and prints the strongest groups of single callers.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from snlib.recurrence import DEFAULT_THRESHOLD, recurring, vocabulary
from snlib.recurrence.likeness import SIGNALS
from tests.samples.pairs import likely, pairs, precision_and_recall, same, signals

FOR = {name for name, one in SIGNALS.items() if one.weight > 0}
LEAST = {"alike": 2.5}
"""The same text twice is the same trouble whatever else is said; the labelled pairs have too few of them to show it."""
FOLDS = 8
COLUMNS = {"number": "sys_id", "cmdb_ci": "item", "opened_at": "opened"}


def fit(values: np.ndarray, truth: np.ndarray, steps: int = 6_000) -> np.ndarray:
    """Return the weights of a logistic regression (Adam, a small L2) in which no signal speaks against its sense."""
    names = list(SIGNALS)
    least = np.array(
        [-np.inf if name == "always" else LEAST.get(name, 0) if name in FOR else -np.inf for name in names]
    )
    most = np.array([np.inf if name in FOR or name == "always" else 0 for name in names])
    weights, mean, square = (np.zeros(len(names)) for _ in range(3))
    small = np.array([0 if name == "always" else 0.004 for name in names])
    for step in range(1, steps):
        slope = values.T @ (likely(values, weights) - truth) / len(truth) + small * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        rate = 0.03 if step < 0.7 * steps else 0.003
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights = weights.clip(least, most)
    return weights


def left_out(values: np.ndarray, truth: np.ndarray, scenarios: list[str]) -> np.ndarray:
    """Return how likely each pair is with weights that were fitted without its scenario."""
    names = sorted(set(scenarios))
    random.Random(0).shuffle(names)
    found = np.zeros(len(truth))
    for fold in range(FOLDS):
        out = np.isin(scenarios, names[fold::FOLDS])
        found[out] = likely(values[out], fit(values[~out], truth[~out], 2_000))
    return found


def print_figures(title: str, probable: np.ndarray, truth: np.ndarray, kinds: list[str]) -> None:
    """Print precision and recall by threshold, and how many of each kind are told right at the default."""
    print(f"{title}: {len(truth)} pairs")
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.9):
        precision, recall = precision_and_recall(probable >= threshold, truth)
        print(f"  from {threshold}: precision {precision:.3f}, recall {recall:.3f}")
    right = defaultdict(list)
    for kind, correct in zip(kinds, (probable >= DEFAULT_THRESHOLD) == truth, strict=True):
        right[kind].append(correct)
    print("  right at the default:", ", ".join(f"{kind} {sum(one)}/{len(one)}" for kind, one in right.items()))


def incidents_of(log: Path | None) -> pd.DataFrame:
    """Return 1,000 incidents: of a file, or made of the labelled pairs' texts, each with words of its own."""
    if log:
        frame = pd.read_csv(log, dtype=str, keep_default_na=False).rename(columns=COLUMNS)
    else:
        chance = random.Random(0)
        texts = [row[f"text_{side}"] for row in pairs("choose") for side in "12"]
        frame = pd.DataFrame(
            {
                "sys_id": [f"{at:032x}" for at in range(1_000)],
                "short_description": [
                    f"{chance.choice(texts)} {chance.choice(texts).split()[0]}" for _ in range(1_000)
                ],
                "item": [f"LT-{chance.randrange(3)}" for _ in range(1_000)],
                "category": [chance.choice(("Hardware", "Software", "Network")) for _ in range(1_000)],
                "assignment_group": [chance.choice(("Service Desk", "Messaging")) for _ in range(1_000)],
                "subcategory": "",
                "caller_id": "One caller",
                "reopen_count": "0",
                "opened": [f"2026-01-01 {at // 60 % 24:02}:{at % 60:02}" for at in range(1_000)],
            }
        )
    frame["opened"] = pd.to_datetime(frame["opened"], utc=True)
    return frame.assign(item_sys_id=frame["item"], close_code="")


def print_time(incidents: pd.DataFrame) -> None:
    """Print the processor time of this process for 1,000 incidents whose texts are new, and known."""
    vocabulary.read("")
    took = []
    for _ in range(5):
        begun = time.process_time()
        recurring(incidents.head(1_000))
        took.append(1_000 * (time.process_time() - begun))
    texts = incidents["short_description"].head(1_000).nunique()
    print(f"1,000 incidents, {texts} texts: {took[0]:.0f} ms when new, {min(took[1:]):.0f} ms when known")


def print_groups(incidents: pd.DataFrame, most: int, threshold: float = 0.1) -> None:
    """Print the strongest groups of single callers, those below the default threshold too."""
    found = [one for _, own in incidents.groupby("caller_id") for one in recurring(own, threshold)]
    found.sort(key=lambda group: group.likeness, reverse=True)
    usual = sum(len(recurring(own)) for _, own in incidents.groupby("caller_id"))
    print(f"{usual} groups from {DEFAULT_THRESHOLD}, {len(found)} from {threshold}")
    for group in found[:most]:
        print(f"{group.incidents['caller_id'].iloc[0]}: {group.likeness:.2f} {'; '.join(group.reasons)}")
        for text in group.incidents["short_description"]:
            print(f"    {text}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--log", type=Path)
    asked = parser.parse_args()
    choose = pairs("choose")
    values, truth, kinds = signals(choose), same(choose), [row["kind"] for row in choose]
    if asked.fit:
        for (name, signal), weight in zip(SIGNALS.items(), fit(values, truth), strict=True):
            print(f"{name:14} {signal.weight:5.1f} fitted {weight:5.1f}")
        print_figures("scenarios left out", left_out(values, truth, [row["scenario"] for row in choose]), truth, kinds)
    print_figures("choose", likely(values), truth, kinds)
    measure = pairs("measure")
    if not asked.fit:
        print_figures("measure", likely(signals(measure)), same(measure), [row["kind"] for row in measure])
    print_time(incidents_of(asked.log))
    if asked.log:
        print_groups(incidents_of(asked.log), 20)


if __name__ == "__main__":
    main()
