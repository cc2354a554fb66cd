"""A dict that forgets its oldest entries."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")

MOST_ENTRIES = 5_000


class Bounded(dict[str, Value]):
    """Keeps the newest ``MOST_ENTRIES`` entries, so that a loop of visitors cannot fill the memory."""

    def __setitem__(self, key: str, value: Value) -> None:
        """Set an entry, dropping the oldest one where there are too many."""
        if key not in self and len(self) >= MOST_ENTRIES:
            del self[next(iter(self))]
        super().__setitem__(key, value)
