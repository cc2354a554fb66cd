"""Text from outside, made inert for the elements that read markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&@/=])")


def plain(text: object) -> str:
    """Return ``text`` escaped, so that an element that reads markdown shows it letter for letter, on one line.

    Images, links, formulas, colours and icons in it stay text.
    """
    return _SPECIAL.sub(r"\\\1", str(text)).replace("\r", " ").replace("\n", " ")
