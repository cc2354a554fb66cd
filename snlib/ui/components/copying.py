"""Values with a button that copies them: a field, and a table whose last column is too long to type."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from snlib.ui.html import asset

JS = """
export default function ({ data, parentElement }) {
  const input = parentElement.querySelector('input'), button = parentElement.querySelector('button');
  parentElement.querySelector('label').textContent = data.label;
  input.value = data.value;
  input.onfocus = () => input.select();
  button.textContent = data.button;
  button.onclick = async () => {
    input.select();
    try { await navigator.clipboard.writeText(data.value); } catch { document.execCommand('copy'); }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = data.button; }, 1500);
  };
}
"""

NUMBERS_JS = r"""
export default function () {
  // The grid copies a link's address; only ours begin with this blank, and end in what the cell shows.
  const addresses = /\v[\v\f ]*https?:[^\s"<#]*#([^\s"<]*)/g;
  const listener = (event) => {
    const data = event.clipboardData, set = data.setData.bind(data);
    data.setData = (type, text) => set(type, text.replace(addresses, (_, number) => decodeURIComponent(number)));
  };
  addEventListener('copy', listener, true);
  return () => removeEventListener('copy', listener, true);
}
"""

_numbers = st.components.v2.component("sn_copy_numbers", html="<span></span>", js=NUMBERS_JS)
_field = st.components.v2.component(
    "sn_copy_field",
    html='<div class="sn"><label for="value"></label><div class="row"><input id="value" readonly>'
    '<button type="button"></button></div></div>',
    css=asset("components/base.css")
    + ".sn .row { display: flex; gap: .5rem; } .sn .row input { flex: 1; min-width: 0; }",
    js=JS,
)
_table = st.components.v2.component(
    "sn_copy_table",
    html='<div class="sn"><table><caption></caption><thead></thead><tbody></tbody></table></div>',
    css=asset("components/base.css") + asset("components/copy_table.css"),
    js=asset("components/copy_table.js"),
)


def copy_numbers() -> None:
    """Let what is copied from a grid be the number in an address that begins with a vertical tab; draws nothing."""
    _numbers(key="sn.copy_numbers", height=1)


def copy_field(label: str, value: str, *, key: str, button: str) -> None:
    """Draw ``value`` under ``label`` with a copy button called ``button``."""
    _field(key=key, data={"label": label, "value": value, "button": button})


def copy_table(label: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    """Draw ``rows`` of texts under ``headings``; the first text names the row, the last has a copy button.

    ``label`` says what the table shows, for those who cannot see it.
    """
    _table(key=key, data={"label": label, "headings": list(headings), "rows": [list(row) for row in rows]})
