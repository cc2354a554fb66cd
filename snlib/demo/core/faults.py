"""Faults that the control plane can order: the next answers under a path go wrong in a way real instances do."""

from __future__ import annotations

import threading
from dataclasses import dataclass

KINDS = (
    *("202", "401", "403", "404", "429", "429_headers", "500_html", "502", "truncated", "truncated_malformed"),
    *("hibernating", "slow", "redirect", "reset", "not_json", "huge"),
)


@dataclass
class Fault:
    """One ordered fault.

    Attributes:
        match: The path's beginning, such as ``/api/now/table/incident``.
        kind: One of ``KINDS``.
        count: How many answers still go wrong.
        skip: How many answers go right before the first one that does not.
        seconds: How long a ``slow`` answer is held back.
        location: Where a ``redirect`` points.
    """

    match: str
    kind: str
    count: int = 1
    skip: int = 0
    seconds: float = 2.0
    location: str = "/login.do"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind}; known are {', '.join(KINDS)}")
        if not self.match.startswith("/"):
            raise ValueError("match is the beginning of a path, such as /api/now/table")


class Faults:
    """The faults ordered and not yet used up, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add a fault."""
        with self._lock:
            self._ordered.append(fault)

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request to ``path``, using up one of its count, or None."""
        with self._lock:
            for fault in self._ordered:
                if not path.startswith(fault.match):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.count -= 1
                if fault.count <= 0:
                    self._ordered.remove(fault)
                return fault
            return None

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._ordered.clear()
