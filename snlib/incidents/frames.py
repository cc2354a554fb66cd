"""Rows of the incident table as a frame with declared columns and dtypes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from snlib.incidents.columns import (
    COLUMNS,
    EXCHANGED,
    NONE_LABEL,
    STANDARD_LABELS,
    TEXT_DTYPE,
    Column,
    choice_dtype,
    empty_frame,
)
from snlib.servicenow.records import UNREADABLE, label_of, labels, parse_timestamp, values
from snlib.text import MAX_CELL_CHARS, plain_cell

_STORED_TIME = "____-__-__ __:__:__"


@dataclass(frozen=True, slots=True)
class Built:
    """A frame, and what an agent should know about it.

    Attributes:
        frame: Columns as ``COLUMNS``, in the rows' order, indexed from 0.
        unreadable: Cells that could not be read; they are missing in the frame.
        not_visible: Labels of the columns that no row brought: field access is refused to this agent.
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


def build_frame(rows: pa.Table) -> Built:
    """Return ``rows`` (columns as :mod:`snlib.servicenow.records` says) as a frame.

    Columns:
        ``COLUMNS``, with the dtypes of ``empty_frame()``; the categories of a choice are the standard labels, renamed
        and extended by what the instance calls its values, in the order of the stored values. Texts are cleaned of
        control and direction characters and at most 2,000 characters long. A cell is missing when it did not arrive or
        could not be read, ``""`` when the field is empty (choices and times: missing).
    """
    if not len(rows):
        return Built(empty_frame(), 0, ())
    odd = [name for names in pc.drop_null(rows[UNREADABLE]).to_pylist() for name in names.split(",")]
    fields = {COLUMNS[key].field for key in EXCHANGED}
    unreadable = sum(name in fields for name in odd)
    columns: dict[str, Any] = {}
    for key, column in COLUMNS.items():
        if column.kind == "datetime":
            columns[key], failed = _times(values(rows, column.field))
            unreadable += failed
        elif column.kind == "choice":
            columns[key] = _choice(rows, column)
        else:
            texts = _principal_names(rows) if key == "user_principal_name" else _texts(rows, column)
            columns[key] = TEXT_DTYPE.__from_arrow__(texts)  # type: ignore[attr-defined]  # not in the stubs
    not_visible = tuple(
        COLUMNS[key].label
        for key in EXCHANGED
        if (field := COLUMNS[key].field) not in odd and values(rows, field).null_count == len(rows)
    )
    return Built(pd.DataFrame(columns, copy=False), unreadable, not_visible)


def plain_texts(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ``texts`` as `snlib.text.plain_cell` makes each; a column with nothing to clean is not touched."""
    suspect = _unclean(texts, pc.ascii_is_printable)
    found = texts.filter(suspect)
    if not pc.any(_unclean(found, pc.utf8_is_printable)).as_py():  # letters of other languages only
        return texts
    cleaned = [plain_cell(text) for text in found.to_pylist()]
    return pc.replace_with_mask(texts.combine_chunks(), suspect.combine_chunks(), pa.array(cleaned, texts.type))


def _unclean(texts: pa.ChunkedArray, is_printable: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> pa.ChunkedArray:
    edged = pc.or_(pc.starts_with(texts, " "), pc.ends_with(texts, " "))
    fine = pc.and_(is_printable(texts), pc.less_equal(pc.binary_length(texts), MAX_CELL_CHARS))
    return pc.fill_null(pc.invert(pc.and_not(fine, edged)), fill_value=False)


def _texts(rows: pa.Table, column: Column) -> pa.ChunkedArray:
    stored = values(rows, column.field)
    if column.part == "value":
        return plain_texts(stored)
    shown = labels(rows, column.field)
    # A reference to a deleted record has no display value; its key tells it from an empty field.
    return plain_texts(pc.if_else(pc.equal(shown, ""), stored, shown))


def _principal_names(rows: pa.Table) -> pa.ChunkedArray:
    # ServiceNow has no column for it: where the user name is a plain login name, the e-mail is the nearest there is.
    user_name, email = (plain_texts(values(rows, f"caller_id.{name}")) for name in ("user_name", "email"))
    usable = pc.or_kleene(pc.match_substring(user_name, "@"), pc.equal(pc.fill_null(email, ""), ""))
    return pc.coalesce(pc.if_else(pc.fill_null(usable, fill_value=False), user_name, email), email)


def _times(texts: pa.ChunkedArray) -> tuple[Any, int]:
    """Return the times, and how many texts are none."""
    stored = pc.and_not(pc.match_like(texts, _STORED_TIME), pc.starts_with(texts, "0000"))
    try:
        moments = pc.cast(pc.if_else(stored, texts, None), pa.timestamp("us"))
    except pa.ArrowInvalid:  # a day that is none, such as 0000-00-00: it costs its own cell only
        found = [parse_timestamp(text or "") for text in texts.to_pylist()]
        moments = pa.chunked_array([pa.array(found, pa.timestamp("us", "UTC"))])
    failed = pc.sum(pc.and_(pc.is_null(moments), pc.not_equal(texts, ""))).as_py() or 0
    return pd.DatetimeIndex(moments.to_numpy()).tz_localize("UTC"), failed


def _choice(rows: pa.Table, column: Column) -> pd.Categorical:
    stored = pc.dictionary_encode(values(rows, column.field)).combine_chunks()
    texts = stored.dictionary.to_pylist()
    at = np.asarray(pc.fill_null(stored.indices, -1))
    labelled = dict.fromkeys(filter(None, texts), "")
    if label_of(column.field) in rows.column_names:
        shown = pc.dictionary_encode(labels(rows, column.field)).combine_chunks()
        names = [plain_cell(name) for name in shown.dictionary.to_pylist()]
        # As one number each, because a row's value and label go together.
        pairs = np.unique((at * len(names) + np.asarray(pc.fill_null(shown.indices, 0)))[at >= 0])
        labelled |= {texts[pair // len(names)]: names[pair % len(names)] for pair in pairs if texts[pair // len(names)]}
    standard = STANDARD_LABELS[column.key]
    named = {value: label or standard.get(value) or plain_cell(value) for value, label in labelled.items()}
    known = {**standard, **{value: label or NONE_LABEL for value, label in named.items()}}
    dtype = choice_dtype(known)
    codes = [dtype.categories.get_loc(known[text]) if text else -1 for text in texts]
    return pd.Categorical.from_codes(np.array([*codes, -1])[at], dtype=dtype)
