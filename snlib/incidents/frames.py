"""Records of the incident table as a frame with declared columns and dtypes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from snlib.incidents.columns import (
    COLUMNS,
    DATETIME_DTYPE,
    EXCHANGED,
    STANDARD_LABELS,
    TEXT_DTYPE,
    Column,
    choice_dtype,
    empty_frame,
)
from snlib.servicenow.records import Record, parse_timestamp
from snlib.text import plain_cell


@dataclass(frozen=True, slots=True)
class Built:
    """A frame, and what an agent should know about it.

    Attributes:
        frame: Columns as ``COLUMNS``, one row a record, in the records' order, indexed from 0.
        unreadable: Cells that could not be read; they are missing in the frame.
        not_visible: Labels of the columns that no record brought: field access is refused to this agent.
    """

    frame: pd.DataFrame
    unreadable: int
    not_visible: tuple[str, ...]

    def notes(self) -> tuple[str, ...]:
        """Return one sentence for each thing to know."""
        found = [f"{label} is not visible to you." for label in self.not_visible]
        if self.unreadable:
            found.append(f"{self.unreadable} value{'s' if self.unreadable > 1 else ''} could not be read.")
        return tuple(found)


def build_frame(records: Sequence[Record]) -> Built:
    """Return ``records`` as a frame.

    Columns:
        ``COLUMNS``, with the dtypes of ``empty_frame()``; the categories of a choice are the standard labels, renamed
        and extended by what the instance calls its values, in the order of the stored values. Texts are cleaned of
        control and direction characters and at most 2,000 characters long. A cell is missing when it did not arrive or
        could not be read, ``""`` when the field is empty (choices and times: missing).
    """
    if not records:
        return Built(empty_frame(), 0, ())
    unreadable = 0
    series: dict[str, pd.Series[Any]] = {}
    for key, column in COLUMNS.items():
        if column.kind == "datetime":
            series[key], failed = _times(records, column)
        elif column.kind == "choice":
            series[key], failed = _choices(records, column)
        else:
            texts, failed = _texts(records, column)
            series[key] = pd.Series(texts, dtype=TEXT_DTYPE)
        # A hidden column repeats a cell that its shown half has counted already.
        unreadable += failed if column.exchanged else 0
    arrived = {name for record in records for name in record}
    not_visible = tuple(COLUMNS[key].label for key in EXCHANGED if COLUMNS[key].field not in arrived)
    return Built(pd.DataFrame(series), unreadable, not_visible)


def _texts(records: Iterable[Record], column: Column) -> tuple[list[str | None], int]:
    texts: list[str | None] = []
    failed = 0
    for record in records:
        if column.key == "user_principal_name":
            texts.append(_principal_name(record))
            failed += column.field in record.unreadable
        elif column.field in record.unreadable:
            texts.append(None)
            failed += 1
        elif column.field not in record:
            texts.append(None)
        else:
            texts.append(plain_cell(getattr(record.cell(column.field), column.part)))
    return texts, failed


def _principal_name(record: Record) -> str | None:
    # ServiceNow has no column for it: where the user name is a plain login name, the e-mail is the nearest there is.
    user_name, email = (plain_cell(record.value(f"caller_id.{name}")) for name in ("user_name", "email"))
    best = user_name if "@" in user_name else email or user_name
    arrived = {"caller_id.user_name", "caller_id.email"} & (set(record) - record.unreadable)
    return best if best or arrived else None


def _times(records: Iterable[Record], column: Column) -> tuple[pd.Series[Any], int]:
    moments = []
    failed = 0
    for record in records:
        text = record.value(column.field)
        moment = parse_timestamp(text)
        failed += column.field in record.unreadable or (moment is None and bool(text))
        moments.append(moment)
    return pd.Series(moments, dtype=DATETIME_DTYPE), failed


def _choices(records: Iterable[Record], column: Column) -> tuple[pd.Series[Any], int]:
    cells = [record.cell(column.field) for record in records]
    failed = sum(column.field in record.unreadable for record in records)
    labels = choice_labels(
        STANDARD_LABELS[column.key], {cell.value: plain_cell(cell.display_value) for cell in cells if cell.value}
    )
    shown = [labels[cell.value] if cell.value else None for cell in cells]
    return pd.Series(pd.Categorical(shown, dtype=choice_dtype(labels))), failed


def choice_labels(standard: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """Return label by stored value: what the instance says, else the standard label, else the value itself."""
    return {**standard, **{value: label or standard.get(value, value) for value, label in seen.items()}}
