"""One line of the access log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MAX_TEXT_CHARS = 500
"""Characters kept of each text: some come from outside."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the access log.

    Attributes:
        seq: Running number, without gaps.
        at: Aware UTC.
        agent_key: `Agent.key`, empty when nobody was signed in.
        action: ``noun.verb``, such as ``person.view``.
        target: What it was done to: an id or an address.
        target_name: The name of the person it was done to; empty for anything else, and when the name was not known.
        outcome: "ok", "refused" or "failed".
        detail: A few words; never a secret.
        remote: The client's address and browser.
    """

    seq: int
    at: datetime
    agent_key: str
    agent_name: str
    action: str
    target: str
    target_name: str
    outcome: str
    detail: str
    remote: str


def straightened(text: str) -> str:
    """Return a text that every database returns as it was hashed: PostgreSQL has no NUL, UTF-8 no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def kept(text: str) -> str:
    """Return what the log keeps of a text from outside: `straightened`, and at most 500 characters."""
    text = straightened(text)
    return text if len(text) <= MAX_TEXT_CHARS else text[: MAX_TEXT_CHARS - 1] + "…"
