"""A read-only value with a button that copies it."""

from __future__ import annotations

import streamlit as st

from snlib.ui.components.scripts import read

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

_mount = st.components.v2.component(
    "sn_copy_field",
    html='<div class="sn"><label for="value"></label><div class="row"><input id="value" readonly>'
    '<button type="button"></button></div></div>',
    css=read("base.css") + ".sn .row { display: flex; gap: .5rem; } .sn .row input { flex: 1; min-width: 0; }",
    js=JS,
)


def copy_field(label: str, value: str, *, key: str, button: str) -> None:
    """Draw ``value`` under ``label`` with a copy button called ``button``."""
    _mount(key=key, data={"label": label, "value": value, "button": button})
