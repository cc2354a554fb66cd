"""An agent's Intune permissions, read from Microsoft Graph and remembered for five minutes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from snlib.agent import Agent
from snlib.clock import Clock
from snlib.errors import SignInRequired, SnlibError

log = logging.getLogger(__name__)

KEEP = timedelta(minutes=5)
"""How long an answer is used, and how long after a failure Graph is not asked again."""


@dataclass(slots=True)
class _Slot:
    """One agent's answer; the thread that asks holds the lock, so that the others wait for the same answer."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked_at: datetime | None = None
    granted: frozenset[str] = frozenset()


class IntunePermissions:
    """Remembers each agent's Intune permissions; every process keeps its own answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
        self._lock = threading.Lock()

    def of(self, agent: Agent, ask: Callable[[], frozenset[str]]) -> frozenset[str]:
        """Return the agent's Intune permissions, asking Graph at most every five minutes.

        When ``ask``, which asks with the agent's own token, raises an `SnlibError`, there are none: only app roles and
        directory roles count then.
        """
        now = self._clock()
        with self._lock:
            # An answer that is being asked for has no time yet, so it stays.
            for key in [key for key, one in self._slots.items() if one.asked_at and now - one.asked_at >= KEEP]:
                del self._slots[key]
            slot = self._slots.setdefault(agent.key, _Slot())
        with slot.lock:
            if slot.asked_at is None or now - slot.asked_at >= KEEP:
                slot.granted, slot.asked_at = _granted(ask, now)
            return slot.granted


def _granted(ask: Callable[[], frozenset[str]], now: datetime) -> tuple[frozenset[str], datetime | None]:
    """Return the answer and its time; the time is None without a token, because Graph was not asked then."""
    try:
        return ask(), now
    except SignInRequired:
        return frozenset(), None
    except SnlibError as error:
        log.warning("Intune permissions not read, only app roles and directory roles count: %s", error)
        return frozenset(), now
