"""Text from outside, made inert, and our own markup where Streamlit has no element for it.

Markup is escaped by MarkupSafe and styled by one stylesheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import streamlit as st
from markupsafe import Markup


def asset(name: str) -> str:
    """Return the text of a file of this folder, e.g. ``components/combobox.js``."""
    return (Path(__file__).resolve().parent / name).read_text(encoding="utf-8")


_STYLE, _DARK = asset("assets/style.css"), asset("assets/dark.css")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&@/=])")
# Where Streamlit's frontend looks for something to replace once markdown is parsed, when a backslash is gone: addresses
# (www.…, https://…, a@b…), :icons: and arrows such as ->. It looks within one piece of text at a time.
_REPLACED = re.compile(r"(?=[:@])|(?i:(?<=www)(?=\.))|(?<=[-<>~])(?=[-=>])")
APART = ":small[]"
"""Markdown for an element without content: nothing to see or to copy, but text before and behind it are two pieces."""


def plain(text: object) -> str:
    """Return ``text`` escaped, so that an element that reads markdown shows it letter for letter, on one line.

    Images, links, bare addresses, formulas, colours, icons and arrows in it stay text.
    """
    pieces = _REPLACED.split(str(text).replace("\r", " ").replace("\n", " "))
    return APART.join(_SPECIAL.sub(r"\\\1", piece) for piece in pieces)


def dotted(*parts: str) -> str:
    """Return the parts that are not empty on one line, with dots between."""
    return " · ".join(filter(None, parts))


def style() -> None:
    """Put the stylesheet on the page."""
    st.html(f"<style>{_STYLE}{_DARK if st.context.theme.type == 'dark' else ''}</style>")


def draw(template: str, **values: object) -> None:
    """Draw a template: HTML with ``{name}`` where a value goes, a text, which is escaped, or markup from `of`."""
    st.html(str(of(template, **values)))


def of(template: str, **values: object) -> Markup:
    """Return a template as markup, with ``values`` filled in like `draw`."""
    return Markup(template).format(**values)  # noqa: S704  (the template is ours; format escapes the values)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return pieces of markup one after the other."""
    return Markup("").join(parts)


def facts(rows: Mapping[str, str]) -> None:
    """Draw facts by name, one in each line; a fact without a value is left out."""
    items = (of("<dt>{name}</dt><dd>{value}</dd>", name=name, value=value) for name, value in rows.items() if value)
    draw('<dl class="sn-facts">{items}</dl>', items=joined(items))
