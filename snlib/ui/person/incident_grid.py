"""The grid of the incident list: what each cell shows, what it sorts by, and the link that opens the record.

Streamlit's grid compares the texts of cells, and the text of a link is its address. So the number is a text with the
link beside it, and where the order is not that of the letters a text begins with blanks: the more, the earlier. Blanks
at the beginning are not read aloud, and not drawn or copied either, because a cell can have a second text for that,
which Streamlit takes from pandas' styler.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache as forever
from typing import Any
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

DEVICE = "device"
"""Key of the column that marks incidents about one of the person's devices; it is not ServiceNow's, nor a choice."""
LINK = "link"
"""Key of the column that opens the record; it is not ServiceNow's, nor a choice."""
ROW_PIXELS, HEADER_PIXELS = 33, 34


def rows_of(
    frame: pd.DataFrame, columns: tuple[str, ...], service: Service, zone: ZoneInfo, devices: Mapping[str, str]
) -> Styler:
    """Return incidents as the grid takes them: ``columns``, the link, and ``DEVICE`` when one is about a device.

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
            made[key] = _padded(frame[key])
            made[LINK] = _texts([service.link(service.table, sys_id) for sys_id in frame["sys_id"]])
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


def _padded(numbers: pd.Series) -> pd.Series:
    """Return numbers of incidents as texts that sort by number: a shorter one is smaller, whatever its first digit."""
    texts = pa.array(numbers, pa.string())
    return _texts(pc.utf8_lpad(texts, width=pc.max(pc.utf8_length(texts)).as_py() or 0))


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
    if key == LINK:
        help_text = "Opens the record in ServiceNow in a new tab; what is copied is the record's address"
        return st.column_config.LinkColumn("Record", display_text="Open", pinned=True, help=help_text)
    label = COLUMNS[key].label
    return st.column_config.TextColumn(
        label,
        width="large" if key == "short_description" else None,
        pinned=key == "number" or None,
        help="In your time zone" if COLUMNS[key].kind == "datetime" else None,
    )
