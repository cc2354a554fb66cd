"""Secrets that can be guessed: published, typed by hand, left over from an example, or too short.

No clause repeats the text it refuses.
"""

from __future__ import annotations

import re
from itertools import pairwise

_LEET = str.maketrans("01345$@7", "oleassat")
_WORDS = re.compile(
    r"replace|change.?me|change.?this|change.?it|placeholder|example|password|passwort|passphrase|secret|cookie|default|"
    r"random|generate|characters|insert|please|letmein|helpdesk|servicenow|streamlit|qwerty|qwertz|azerty|"
    r"client.?id|your.?key|abcdefg|1234567|7654321|00000000|xxxxx"
)
"""Words that people type; a random text of 64 letters and digits holds one of them once in some ten thousand times."""
_PLACEHOLDER = re.compile(
    r"REPLACE|CHANGE.?ME|CHANGE.?THIS|PLACEHOLDER|YOUR[-_ ]|APPLICATION.ID|TENANT.GUID|\.\.\.|[<>{}]|\$\(|%\("
)
"""In capitals, as examples write them: a company may well be called Replacements."""
_KEYBOARD = ("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_FEWEST_DIFFERENT = 8


def is_placeholder(text: str) -> bool:
    """Return whether a text is what an example has in place of a value."""
    return bool(_PLACEHOLDER.search(text))


def why_weak(secret: str, *, characters: int) -> str:
    """Return why a secret can be guessed, as a clause such as "is too short"; "" when nothing speaks against it."""
    if not secret.isascii() or any(sign <= " " or sign == "\x7f" for sign in secret):
        return "must not contain spaces, line breaks or letters other than a to z"
    lowered = secret.lower()
    if is_placeholder(secret) or _WORDS.search(lowered) or _WORDS.search(lowered.translate(_LEET)):
        return "is a placeholder or a typed text, not a random one"
    if len(secret) < characters:
        return f"must have at least {characters} random characters"
    if len(set(secret)) < _FEWEST_DIFFERENT or _repeats(secret) or _was_typed(lowered):
        return "repeats itself or was typed along the keyboard, so it is not random"
    return ""


def is_typed(raw: bytes) -> bool:
    """Return whether the bytes of a key were typed or counted: a text, few different ones, or one after the other."""
    steps = {(after - before) % 256 for before, after in pairwise(raw)}
    return len(set(raw)) < len(raw) // 2 or len(steps) == 1 or all(0x20 <= byte < 0x7F for byte in raw)


def _repeats(text: str) -> bool:
    return any(text == (text[:period] * len(text))[: len(text)] for period in range(1, len(text) // 2 + 1))


def _was_typed(text: str) -> bool:
    """Return whether most signs are the next, the same or the one before on a keyboard or in the alphabet."""
    pairs = list(pairwise(text))
    near = sum(abs(ord(one) - ord(other)) <= 1 or _are_neighbours(one, other) for one, other in pairs)
    return near * 2 > len(pairs)


def _are_neighbours(one: str, other: str) -> bool:
    return any(one + other in row or other + one in row for row in _KEYBOARD)
