"""Frames of incidents for the tests of recurrence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

EMPTY = {
    "short_description": "",
    "item": "",
    "item_sys_id": "",
    "category": "",
    "subcategory": "",
    "assignment_group": "",
    "close_code": "",
    "reopen_count": "",
}


def incidents(rows: Iterable[Mapping[str, str | None] | str]) -> pd.DataFrame:
    """Return a frame: a row for each text or mapping of cells, a day after the one before where it does not say."""
    cells = [{"short_description": row} if isinstance(row, str) else row for row in rows]
    frame = pd.DataFrame(
        [
            {**EMPTY, "sys_id": f"{at:032x}", "opened": f"2026-03-{at % 28 + 1:02} 09:00:00", **row}
            for at, row in enumerate(cells)
        ],
        columns=["sys_id", "opened", *EMPTY],
    )
    return frame.assign(opened=pd.to_datetime(frame["opened"], utc=True))
