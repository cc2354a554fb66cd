"""JSON as a service promised it: what the standard library forgives is refused here.

``json.loads`` takes ``NaN``, keys that stand twice and bytes that are not UTF-8 for good, and raises ``RecursionError``
(not ``ValueError``) on deep nesting. Each of them means that the answer cannot be trusted; a reader of a list may ask
for a mark in their place, so that they cost one record and not the list.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from snlib.errors import UnexpectedAnswer

_MAX_INT_DIGITS = 19


def strict_json(body: bytes, *, service: str, status: int = 200, odd: object = None) -> Any:
    """Return what ``body`` holds, whose size the transport has capped.

    With ``odd``, what it is stands for ``NaN``, for a number that is too long, and as the value of a key that stands
    twice; without it they are refused.

    Raises:
        UnexpectedAnswer: ``damaged`` (not UTF-8), ``truncated`` (stops in the middle), ``shape`` (anything else: not
            JSON, a key twice, ``NaN``, a number of more than 19 digits, nested too deeply).
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        sentence = f"{service}'s answer contained damaged text."
        raise UnexpectedAnswer(sentence, service=service, kind="damaged", status=status) from None
    try:
        if odd is not None:
            return _marked(text, odd)
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_int=_bounded_int)
    except json.JSONDecodeError as error:
        # The parser gives up at the very end of a text that was cut short, and before it in a malformed one.
        cut = text.strip() and (error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"))
    except (ValueError, RecursionError):
        cut = False
    if cut:
        raise UnexpectedAnswer(f"{service}'s answer was cut off.", service=service, kind="truncated", status=status)
    raise UnexpectedAnswer(f"{service}'s answer had an unexpected form.", service=service, status=status)


def _marked(text: str, odd: object) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = Counter(name for name, _ in found)
        return {name: odd if names[name] > 1 else value for name, value in found}

    def number(digits: str) -> object:
        return odd if len(digits.lstrip("-")) > _MAX_INT_DIGITS else int(digits)

    return json.loads(text, object_pairs_hook=pairs, parse_constant=lambda _: odd, parse_int=number)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _bounded_int(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_INT_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)
