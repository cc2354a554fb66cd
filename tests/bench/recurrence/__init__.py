"""Figures of the search for the same trouble; run as ``python -m tests.bench.recurrence``."""
