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
    """Remembers each agent's Intune permissions; every process keeps its own answers.

    Args:
        clock: Gives the current time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
        self._lock = threading.Lock()

    def of(self, agent: Agent, ask: Callable[[], frozenset[str]]) -> frozenset[str]:
        """Return the agent's Intune permissions, asking Graph at most every five minutes.

        When Graph cannot be asked there are none: only app roles and directory roles count then.

        Args:
            agent: Whose permissions.
            ask: Asks Microsoft Graph with this agent's own token; raises an `SnlibError` when that fails.
        """
        now = self._clock()
        with self._lock:
            self._forget_old(now)
            slot = self._slots.setdefault(agent.key, _Slot())
        with slot.lock:
            if slot.asked_at is None or now - slot.asked_at >= KEEP:
                slot.granted, slot.asked_at = _granted(ask, now)
            return slot.granted

    def _forget_old(self, now: datetime) -> None:
        """Drop expired answers; one that is being asked for stays."""
        for key in [key for key, slot in self._slots.items() if slot.asked_at and now - slot.asked_at >= KEEP]:
            del self._slots[key]


def _granted(ask: Callable[[], frozenset[str]], now: datetime) -> tuple[frozenset[str], datetime | None]:
    """Return the answer and its time; the time is None without a token, because Graph was not asked then."""
    try:
        return ask(), now
    except SignInRequired:
        return frozenset(), None
    except SnlibError as error:
        log.warning("Intune permissions not read, only app roles and directory roles count: %s", error)
        return frozenset(), now
