"""Text from outside, made safe to show.

Anybody may have written a text in the directory or in ServiceNow. What could disguise or flood a cell is removed here,
for the whole library: control characters, the marks that reverse the direction of text (Unicode TR 36, "bidirectional
text spoofing"), and excess length.
"""

from __future__ import annotations

import re

MAX_CELL_CHARS = 2_000
"""Characters of one cell that are kept; the last one kept becomes an ellipsis when something was cut."""

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u200b\u200e\u200f\u2060\ufeff"  # zero-width space, direction marks, word joiner, byte-order mark
    "\u061c\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates
    "\ud800-\udfff]"  # lone surrogates: JSON can carry them, UTF-8 and Arrow cannot
)


def plain_cell(text: str, *, max_chars: int = MAX_CELL_CHARS) -> str:
    r"""Return ``text`` on one line, without control and direction characters, at most ``max_chars`` long.

    Joiners inside words (U+200C, U+200D) stay: Persian, Hindi and many emoji need them.

    >>> plain_cell("printer\u202egnp.exe\nsecond line")
    'printergnp.exe second line'
    """
    # Text far beyond the limit is never shown, so it is cut before it is cleaned.
    kept = _UNSAFE.sub("", _BREAKS.sub(" ", text[: max_chars * 4])).strip()
    if len(kept) > max_chars or (len(text) > max_chars * 4 and kept):
        return kept[: max_chars - 1].rstrip() + "…"
    return kept
