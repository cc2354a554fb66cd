"""A table of texts with a copy button in each row, for the last column: a key that is too long to type."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from snlib.ui.components.scripts import read

_mount = st.components.v2.component(
    "sn_copy_table",
    html='<div class="sn"><table><caption></caption><thead></thead><tbody></tbody></table></div>',
    css=read("base.css") + read("copy_table.css"),
    js=read("copy_table.js"),
)


def copy_table(label: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    """Draw ``rows`` under ``headings``; the last text of each row can be copied by its button.

    Args:
        label: What the table shows; its caption, for those who cannot see it.
        headings: One for each text of a row.
        rows: Texts, shown letter for letter; the first names the row.
        key: Unique on the page.
    """
    _mount(key=key, data={"label": label, "headings": list(headings), "rows": [list(row) for row in rows]})
