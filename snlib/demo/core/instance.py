"""One demo instance: what its parts share."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from snlib.demo.core.bounded import Bounded
from snlib.demo.core.faults import Faults
from snlib.demo.core.storage import Storage
from snlib.demo.core.switches import Switches

TENANT_ID = "5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001"
DEFAULT_AS_OF = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The seed's reference time: the newest made-up incident is a little older than this. It is not the clock."""


class DemoClock:
    """The instance's clock: real time, moved forward by the control plane."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the instance's time, aware UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what expires in between has then expired."""
        self._offset += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Go back to real time."""
        self._offset = timedelta()


@dataclass(frozen=True)
class LoggedRequest:
    """One request as the control plane shows it: never a secret."""

    at: str
    method: str
    path: str
    query: str
    user: str
    status: int


class RequestLog:
    """The last 10,000 requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[LoggedRequest] = deque(maxlen=10_000)

    def add(self, entry: LoggedRequest) -> None:
        """Append one request."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[LoggedRequest]:
        """Return what is logged, oldest first."""
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        """Forget what is logged."""
        with self._lock:
            self._entries.clear()


@dataclass(frozen=True)
class OidcClient:
    """An application that may sign people in at the demo Entra and ask it for Graph tokens."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    post_logout_uri: str = ""


@dataclass(frozen=True)
class OAuthClient:
    """An OAuth application that is registered in ServiceNow at start."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True)
class Setup:
    """What an instance is filled with, at start and again at every reset.

    Attributes:
        seed: The integer that everything made up follows from.
        incidents: How many incidents to make up; 0 for none of its own.
        as_of: When the newest data may be from.
        import_path: An incident log (CSV) to load beside them.
        date_format: How its dates are written, as for ``datetime.strptime``, where they are not ISO 8601.
        client: An OAuth application to register in ServiceNow.
        oidc: An application to register in Entra.
    """

    seed: int = 7
    incidents: int = 5000
    as_of: datetime = DEFAULT_AS_OF
    import_path: Path | None = None
    client: OAuthClient | None = None
    oidc: OidcClient | None = None
    date_format: str = ""

    @property
    def reference(self) -> datetime:
        """Return the time everything made up is counted from: the last noon in UTC that ``as_of`` has seen.

        Whole days from `DEFAULT_AS_OF`, so that a seed gives the same data at any hour, only their dates moved.
        """
        return DEFAULT_AS_OF + timedelta(days=(self.as_of - DEFAULT_AS_OF) // timedelta(days=1))


@dataclass(eq=False, repr=False)
class Instance:
    """What every part of the demo instance works on; handlers find it in ``request.app.state.instance``.

    Attributes:
        storage: The database.
        origin: Scheme, host and port, such as ``http://127.0.0.1:8600``.
        setup: What it is filled with.
        clock: The instance's clock.
        switches: Behaviour that differs between real instances.
        faults: Answers that are to go wrong.
        request_log: What was asked.
        entra_sessions: Entra object id by session cookie.
        sn_sessions: ServiceNow sessions by cookie.
        oidc_clients: Entra applications by client id.
        control: Whether the control plane under ``/demo/`` is open.
        lock: Guards what is not in the database.
        tenant_id: The Entra tenant.
    """

    storage: Storage
    origin: str
    setup: Setup = field(default_factory=Setup)
    clock: DemoClock = field(default_factory=DemoClock)
    switches: Switches = field(default_factory=Switches)
    faults: Faults = field(default_factory=Faults)
    request_log: RequestLog = field(default_factory=RequestLog)
    entra_sessions: Bounded[str] = field(default_factory=Bounded)
    sn_sessions: Bounded[dict[str, Any]] = field(default_factory=Bounded)
    oidc_clients: dict[str, OidcClient] = field(default_factory=dict)
    control: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)
    tenant_id: str = TENANT_ID
    _shelves: dict[str, Bounded[Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Instance(origin={self.origin!r}, setup={self.setup!r})"  # never sessions or codes

    @property
    def seed(self) -> int:
        """Return the integer that everything made up follows from."""
        return self.setup.seed

    def shelf(self, name: str) -> Bounded[Any]:
        """Return a part's own memory (authorization codes, signing keys …), which a reset empties.

        Take ``lock`` around what reads and writes it.
        """
        with self.lock:
            return self._shelves.setdefault(name, Bounded())

    def forget(self) -> None:
        """Empty everything kept outside the database and put clock and switches back; clients stay known."""
        with self.lock:
            self.entra_sessions.clear()
            self.sn_sessions.clear()
            self._shelves.clear()
            self.switches.reset()
            self.faults.clear()
            self.request_log.clear()
            self.clock.reset()
