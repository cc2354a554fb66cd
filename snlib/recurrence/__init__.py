"""Has this happened before? Groups of one person's incidents that are likely the same trouble, with the reasons."""

from __future__ import annotations

from snlib.recurrence.groups import Group, recurring
from snlib.recurrence.likeness import DEFAULT_THRESHOLD

__all__ = ["DEFAULT_THRESHOLD", "Group", "recurring"]
