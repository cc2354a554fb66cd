"""Reads a component's script and style from this folder."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def read(name: str) -> str:
    """Return the text of the asset called ``name`` (``combobox.js``)."""
    return (HERE / name).read_text(encoding="utf-8")
