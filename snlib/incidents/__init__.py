"""Incidents: whose they are, as a frame, filtered, and counted."""

from __future__ import annotations

from snlib.incidents.choices import CallerChoice, CallerChoices
from snlib.incidents.columns import COLUMNS, EXCHANGED, EXCHANGED_FIELDS, empty_frame
from snlib.incidents.counts import CallerCounts, InstanceCounts
from snlib.incidents.filters import FilterField, IncidentFilter, labels_of
from snlib.incidents.matching import Caller, CallerMatch, match_caller
from snlib.incidents.questions import IncidentList, IncidentQuestions

__all__ = [
    "COLUMNS",
    "EXCHANGED",
    "EXCHANGED_FIELDS",
    "Caller",
    "CallerChoice",
    "CallerChoices",
    "CallerCounts",
    "CallerMatch",
    "FilterField",
    "IncidentFilter",
    "IncidentList",
    "IncidentQuestions",
    "InstanceCounts",
    "empty_frame",
    "labels_of",
    "match_caller",
]
