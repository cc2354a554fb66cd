"""Recursive descent for conditions joined by *and* and *or*: what ``$filter`` and ``$search`` have in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import ClassVar

from snlib.demo.graph.errors import GraphError

Predicate = Callable[[dict[str, str]], bool]
"""A test for a row."""

Token = tuple[str, str]
"""A token's kind, which is the group of the pattern that found it, and its text."""

_END: Token = ("", "")
_MAX_DEPTH = 40


class Parser(ABC):
    """Reads a whole text as a predicate; *and* binds more tightly than *or*.

    Attributes:
        token: Finds a token behind leading blanks; each kind is a named group.
        both: The token that joins two conditions of which both are needed.
        either: The token that joins two conditions of which one is enough.
        max_tokens: The most tokens that are read.
    """

    token: ClassVar[re.Pattern[str]]
    both: ClassVar[Token]
    either: ClassVar[Token]
    max_tokens: ClassVar[int]

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = self._read_tokens()
        self._next = 0
        self._depth = 0

    def whole(self) -> Predicate:
        """Return the test that the whole text means.

        Raises:
            GraphError: 400; the text is malformed.
        """
        predicate = self.alternatives()
        if self.peek() != _END:
            raise self.fault(f"unexpected '{self.peek()[1][:64]}'")
        return predicate

    def alternatives(self) -> Predicate:
        """Read conditions joined by *or*."""
        parts = [self._conjunction()]
        while self.take(*self.either):
            parts.append(self._conjunction())
        return lambda row: any(part(row) for part in parts)

    def _conjunction(self) -> Predicate:
        parts = [self.operand()]
        while self.take(*self.both):
            parts.append(self.operand())
        return lambda row: all(part(row) for part in parts)

    @abstractmethod
    def operand(self) -> Predicate:
        """Read one condition."""

    @abstractmethod
    def fault(self, what: str) -> GraphError:
        """Return the refusal of a text; ``what`` says what is wrong with it."""

    def nested(self, parse: Callable[[], Predicate]) -> Predicate:
        """Read something inside something else, up to a depth."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self.fault("nested too deeply")
        inner = parse()
        self._depth -= 1
        return inner

    def peek(self) -> Token:
        """Return the next token, which stays; an empty one at the end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else _END

    def take(self, kind: str, text: str) -> bool:
        """Read a token if it is the next one; return whether it was."""
        if self.peek() != (kind, text):
            return False
        self._next += 1
        return True

    def expect(self, kind: str, text: str = "") -> str:
        """Read a token, any of its kind or the one with this text, and return its text."""
        found_kind, found = self.peek()
        if found_kind != kind or (text and found != text):
            raise self.fault(f"{text or kind} is missing at term {self._next + 1}")
        self._next += 1
        return found

    def _read_tokens(self) -> list[Token]:
        found: list[Token] = []
        position, end = 0, len(self.text.rstrip())
        while position < end:
            match = self.token.match(self.text, position)
            if match is None:
                while self.text[position].isspace():
                    position += 1
                raise self.fault(f"character '{self.text[position]}' is not valid at position {position}")
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()
        if len(found) > self.max_tokens:
            raise self.fault("too many terms")
        return found


def known_name(name: str, known: Collection[str]) -> str:
    """Return a property's name as it is spelled, whatever its case, or an empty text for an unknown one."""
    return next((spelled for spelled in known if spelled.casefold() == name.strip().casefold()), "")
