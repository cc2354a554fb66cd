"""Filters of an incident list: what an agent chose, in the URL, as chips, and applied to what is loaded.

A filter holds stored values (state ``1``, a group's sys_id), never labels: labels depend on the instance's language,
and a label out of a URL would be a stranger's text on our page.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any

import pandas as pd

from snlib.errors import InvalidInput
from snlib.incidents.columns import NONE_LABEL, STANDARD_LABELS, value_order
from snlib.servicenow.encoded_query import can_be_sent

MAX_JSON_CHARS = 4_000
MAX_VALUES = 50
_OLDEST, _NEWEST = date(1970, 1, 1), date(2199, 12, 31)

_NAMES_ITSELF = re.compile(r"-?[A-Za-z0-9_.]{1,40}")
"""A stored value that may stand on the page for itself: out of a link, any other is a stranger's text."""


class FilterField(StrEnum):
    """What an incident list can be filtered by; the values are the names in the URL."""

    STATE = "state"
    PRIORITY = "priority"
    ASSIGNMENT_GROUP = "assignment_group"
    OPENED_SINCE = "opened_since"

    @property
    def label(self) -> str:
        """The field's name on the page."""
        return self.value.replace("_", " ").capitalize()


_CHOSEN = {FilterField.STATE: "states", FilterField.PRIORITY: "priorities", FilterField.ASSIGNMENT_GROUP: "groups"}
"""Where the values chosen for a field are, but the day's. A frame has them in the field's column ``_value``."""

Labels = Mapping[FilterField, Mapping[str, str]]
"""What each stored value is called, by field."""


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """The filters that are on. Equal filters are equal objects and equal JSON, whatever order they were chosen in.

    Attributes:
        states: Stored values of the states to keep, ``""`` for incidents without one; none means every state.
        priorities: Stored values of the priorities to keep, likewise.
        groups: sys_ids of the assignment groups to keep, likewise.
        opened_since: First day to keep, in the viewer's zone.
    """

    states: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    opened_since: date | None = None

    def __post_init__(self) -> None:
        for name in _CHOSEN.values():
            values = getattr(self, name)
            if not all(isinstance(value, str) and _can_be_chosen(value) for value in values):
                raise _refused(f"The filters hold {name} that ServiceNow cannot be asked for.")
            if len(values) > MAX_VALUES:
                raise _refused(f"Choose at most {MAX_VALUES} values.")
            object.__setattr__(self, name, tuple(sorted(set(values), key=value_order)))
        if len(self.to_json()) > MAX_JSON_CHARS:
            raise _refused("Choose fewer values: these are too long for the page's address.")
        if self.opened_since is not None and not _OLDEST <= self.opened_since <= _NEWEST:
            raise _refused("“Opened since” must be a day between 1970 and 2199.")

    def __bool__(self) -> bool:
        """Whether any filter is on."""
        return bool(self.states or self.priorities or self.groups or self.opened_since)

    def values(self, field: FilterField) -> tuple[str, ...]:
        """Return the stored values chosen for ``field`` (for Opened since: the day in ISO form)."""
        if field is FilterField.OPENED_SINCE:
            return (self.opened_since.isoformat(),) if self.opened_since else ()
        values: tuple[str, ...] = getattr(self, _CHOSEN[field])
        return values

    def with_values(self, field: FilterField, values: Iterable[str]) -> IncidentFilter:
        """Return this filter with ``values`` chosen for ``field``; no values switch that field's filter off.

        Raises:
            InvalidInput: ``filters``: a value that the field cannot have.
        """
        chosen = tuple(values)
        if field is not FilterField.OPENED_SINCE:
            change: dict[str, Any] = {_CHOSEN[field]: chosen}
            return replace(self, **change)
        if len(chosen) > 1:
            raise _refused("“Opened since” takes one day.")
        return replace(self, opened_since=_day(chosen[0]) if chosen else None)

    def choices(self, field: FilterField, labels: Labels) -> dict[str, str]:
        """Return the values of ``field`` to choose among and what each is called: those known, and those chosen."""
        found = dict(labels[field])
        for value in self.values(field):
            if value not in found:
                name = _name(field, value, found)
                same = sum(other.startswith(name) for other in found.values())
                found[value] = f"{name} ({same + 1})" if same else name
        return found

    def texts(self, labels: Labels) -> dict[FilterField, str]:
        """Return each filter that is on as shown, e.g. ``State is New or On Hold``, in the words of ``labels``."""
        on = {field: values for field in FilterField if (values := self.values(field))}
        return {field: _text(field, values, labels.get(field, {})) for field, values in on.items()}

    def to_json(self) -> str:
        """Return the filter for the URL: short, canonical JSON; ``""`` when nothing is on."""
        chosen: dict[str, Any] = {field.value: list(self.values(field)) for field in FilterField if self.values(field)}
        if self.opened_since:
            chosen[FilterField.OPENED_SINCE.value] = self.opened_since.isoformat()
        return json.dumps(chosen, separators=(",", ":"), ensure_ascii=False) if chosen else ""

    @classmethod
    def from_json(cls, text: str) -> IncidentFilter:
        """Return the filter that `to_json` wrote; ``""`` is no filter.

        Raises:
            InvalidInput: ``filters``: unknown field, value or shape.
        """
        if not text:
            return cls()
        if len(text) > MAX_JSON_CHARS:
            raise _refused("The filters in this link are too long.")
        try:
            chosen = json.loads(text, object_pairs_hook=_unique_keys)
        except (ValueError, RecursionError) as exc:
            raise _refused("The filters in this link cannot be read.") from exc
        if not isinstance(chosen, dict):
            raise _refused("The filters in this link cannot be read.")
        found = cls()
        for name, values in chosen.items():
            if name not in set(FilterField):
                raise _refused("This link filters by a field that incidents are not filtered by.")
            field = FilterField(name)
            listed = [values] if field is FilterField.OPENED_SINCE else values
            if not isinstance(listed, list) or not all(isinstance(value, str) for value in listed):
                raise _refused(f"The link's filter on {field.label} cannot be read.")
            found = found.with_values(field, listed)
        return found

    def opened_from(self, zone: tzinfo = UTC) -> datetime | None:
        """Return the first moment to keep, aware UTC: the start of ``opened_since`` in the viewer's zone."""
        if self.opened_since is None:
            return None
        return datetime.combine(self.opened_since, time.min, tzinfo=zone).astimezone(UTC)

    def apply(self, frame: pd.DataFrame, *, zone: tzinfo = UTC) -> pd.DataFrame:
        """Return the rows of an incident frame that pass: with a chosen value, whatever its case, as on the instance.

        A row whose value did not arrive fails, also where ``""`` is chosen.

        Columns:
            ``columns.COLUMNS``, with the dtypes of ``frame``.
        """
        keep = pd.Series(data=True, index=frame.index, dtype=bool)
        for field in _CHOSEN:
            if values := self.values(field):
                keep &= frame[f"{field}_value"].str.lower().isin([value.lower() for value in values])
        if (since := self.opened_from(zone)) is not None:
            keep &= (frame["opened"] >= pd.Timestamp(since)).fillna(value=False).astype(bool)
        return frame.loc[keep]


def labels_of(frame: pd.DataFrame, *, whole: bool = True) -> dict[FilterField, dict[str, str]]:
    """Return what each stored value in an incident frame is called, by field, in value order (groups by name).

    State and priority also hold the standard values, so that one can be chosen that no loaded row has, and where the
    frame is not the ``whole`` list every field has ``""``. A value that no query can hold is left out, and of values
    that are called the same each has itself in its name.
    """
    found: dict[FilterField, dict[str, str]] = {}
    for field in _CHOSEN:
        pairs = frame[[f"{field}_value", field.value]].drop_duplicates().astype(object)
        seen = {
            value: label if isinstance(label, str) and label else (value or NONE_LABEL)
            for value, label in pairs.itertuples(index=False)
            if isinstance(value, str) and _can_be_chosen(value)
        }
        known = {**STANDARD_LABELS.get(field.value, {}), **({} if whole else {"": NONE_LABEL}), **seen}
        if field is FilterField.ASSIGNMENT_GROUP:
            ordered = sorted(known.items(), key=lambda item: (not item[0], item[1].casefold()))
        else:
            ordered = sorted(known.items(), key=lambda item: value_order(item[0]))
        uses = Counter(known.values())
        found[field] = {value: f"{label} ({value})" if value and uses[label] > 1 else label for value, label in ordered}
    return found


def _can_be_chosen(value: str) -> bool:
    return not value or can_be_sent(value)


def _text(field: FilterField, values: tuple[str, ...], labels: Mapping[str, str]) -> str:
    if field is FilterField.OPENED_SINCE:
        return f"Opened since {values[0]}"
    known = {**STANDARD_LABELS.get(field.value, {}), **labels}
    names = [_name(field, value, known) for value in values]
    return f"{field.label} is {' or '.join(names)}"


def _name(field: FilterField, value: str, labels: Mapping[str, str]) -> str:
    if known := labels.get(value):
        return known
    if not value:
        return NONE_LABEL
    if field is FilterField.ASSIGNMENT_GROUP:
        return "a group not in this list"
    return value if _NAMES_ITSELF.fullmatch(value) else "a value not in this list"


def _day(text: str) -> date:
    refused = _refused("“Opened since” must be a day like 2026-11-23.")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise refused  # fromisoformat also reads other forms than the one we write
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise refused from exc


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput({"filters": sentence})
