"""The grid of the incident list: what each cell shows, what it sorts by, and the link that opens the record.

Streamlit's grid compares the texts of cells, and the text of a link is its address. So where the order is not that of
the letters, a text begins with blanks. They are not read aloud, and not drawn or copied either, because a cell can have
a second text for that, which Streamlit takes from pandas' styler. A number is a link to its record: browsers leave out
blanks before an address, and of an address that ends in a number `copy_numbers` copies the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache as forever
from itertools import count, islice, product
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from snlib.helpdesk.service import Service
from snlib.incidents import COLUMNS
from snlib.incidents.columns import TEXT_DTYPE
from snlib.ui.components import copy_numbers

DEVICE = "device"
"""Key of the column that marks incidents about one of the person's devices; it is not ServiceNow's, nor a choice."""
ROW_PIXELS, HEADER_PIXELS = 33, 34
_BLANKS = "\v\f "
"""Blanks in the order in which browsers sort them; a cell of ServiceNow has the last one only."""


def rows_of(
    frame: pd.DataFrame, columns: tuple[str, ...], service: Service, zone: ZoneInfo, devices: Mapping[str, str]
) -> Styler:
    """Return incidents as the grid takes them: ``columns``, and ``DEVICE`` when one is about a device.

    Args:
        frame: Columns as ``incidents.COLUMNS``.
        columns: Keys to show, the number first.
        service: Makes the links.
        zone: The viewer's, for times.
        devices: The name of the person's device by the sys_id of the incident that is about it.
    """
    made: dict[str, Any] = {}
    shown: dict[str, list[str]] = {}
    for key in columns:
        made[key] = frame[key]
        if COLUMNS[key].kind == "choice":
            made[key], shown[key] = _in_own_order(frame[key])
        elif COLUMNS[key].kind == "datetime":
            made[key], shown[key] = _times(frame[key], zone)
        else:
            shown[key] = frame[key].fillna("").tolist()
        if key == "number":
            made[key] = _links(shown[key], [service.link(service.table, sys_id) for sys_id in frame["sys_id"]])
            shown[key] = [number or "Open" for number in shown[key]]
    marks = [devices.get(key, "") for key in frame["sys_id"]]
    if any(marks):
        made[DEVICE], shown[DEVICE] = marks, marks
    return _showing(pd.DataFrame(made), shown)


def show(rows: Styler, *, key: str) -> None:
    """Draw the grid."""
    frame: pd.DataFrame = rows.data  # type: ignore[attr-defined]  # not in the stubs
    with pd.option_context("styler.render.max_elements", frame.size):  # the operator's limit is the only one
        st.dataframe(
            rows,
            hide_index=True,
            column_config=_configs(tuple(frame.columns)),
            key=key,
            height=min(HEADER_PIXELS + ROW_PIXELS * len(frame) + 2, 640),
            alt="Incidents of the person, newest first",
        )
    copy_numbers()


def _in_own_order(labels: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return an ordered category as texts that sort in its order, and the labels."""
    names = [str(name) for name in labels.cat.categories]
    sorting = [" " * (len(names) - at) + name for at, name in enumerate(names)]
    codes = labels.cat.codes.tolist()
    # The code of a row without a value is -1.
    return _texts([[*sorting, None][code] for code in codes]), [[*names, ""][code] for code in codes]


def _times(moments: pd.Series, zone: ZoneInfo) -> tuple[pd.Series, list[str]]:
    """Return times as texts that sort by the second, and those that are shown: a time cell would copy another."""
    local = moments.dt.tz_convert(zone)
    return _texts(local.dt.strftime("%Y-%m-%d %H:%M:%S")), local.dt.strftime("%Y-%m-%d %H:%M").fillna("").tolist()


def _links(numbers: list[str], addresses: list[str]) -> pd.Series:
    """Return addresses that end in the number and sort by number: a shorter one is smaller, whatever its first digit.

    An address begins with blanks that count the numbers, ``_BLANKS[0]`` before all of them.
    """
    texts = pa.array(numbers, pa.string())
    padded = pc.utf8_lpad(texts, width=pc.max(pc.utf8_length(texts)).as_py() or 0)
    places = pc.rank(padded, tiebreaker="dense").to_pylist()
    most = max(places, default=0)
    width = next(width for width in count(1) if len(_BLANKS) ** width > most)
    counting = [_BLANKS[0] + "".join(blanks) for blanks in islice(product(_BLANKS, repeat=width), most + 1)]
    rows = zip(places, addresses, numbers, strict=True)
    return _texts([f"{counting[place]}{address}#{quote(number, safe='')}" for place, address, number in rows])


def _texts(texts: Any) -> pd.Series:
    return pd.Series(texts, dtype=TEXT_DTYPE)


def _showing(frame: pd.DataFrame, shown: Mapping[str, list[str]]) -> Styler:
    """Return ``frame`` with the texts that its cells show and copy, by column."""
    places = {column: texts for column, key in enumerate(frame.columns) if (texts := shown.get(key)) is not None}
    cells = [
        {"id": f"row{row}_col{column}", "display_value": text}
        for column, texts in places.items()
        for row, text in enumerate(texts)
    ]
    styler = frame.style
    # pandas would format each cell again at every run, half a second for 10,000 rows; the texts are known.
    styler._compute = lambda: styler  # type: ignore[attr-defined]
    styler._translate = lambda *_: {"body": [cells]}  # type: ignore[attr-defined]
    return styler


@forever
def _configs(columns: tuple[str, ...]) -> dict[str, ColumnConfig]:
    return {key: _config(key) for key in columns}


def _config(key: str) -> ColumnConfig:
    if key == DEVICE:
        return st.column_config.TextColumn("Device", help="The person's own device that the incident is about")
    label = COLUMNS[key].label
    if key == "number":
        return st.column_config.LinkColumn(label, pinned=True, help="Opens the record in ServiceNow in a new tab")
    return st.column_config.TextColumn(
        label,
        width="large" if key == "short_description" else None,
        help="In your time zone" if COLUMNS[key].kind == "datetime" else None,
    )
