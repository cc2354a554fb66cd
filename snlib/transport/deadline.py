"""Connections that end at a deadline, whatever the other side does.

The timeouts of ``requests`` count from byte to byte: a server that drips one byte every few seconds, in its headers or
its body, can hold a call for ever. Here every connection knows the call it works for, and one thread shuts the socket
down when that call's time is over, so that a blocked read returns at once.
"""

from __future__ import annotations

import heapq
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_current = threading.local()


class Watch:
    """One call's time. ``over`` is True once the call was ended."""

    def __init__(self) -> None:
        self.over = False
        self._lock = threading.Lock()
        self._connection: _Watched | None = None

    def hold(self, connection: _Watched) -> None:
        """Remember the connection this call uses now."""
        with self._lock:
            self._connection = connection
            connection.watch = self
        if self.over:
            self._shut_down()

    def end(self) -> None:
        """End the call: what it waits for is interrupted."""
        self.over = True
        self._shut_down()

    def release(self) -> None:
        """Forget the connection: it may serve another call now."""
        with self._lock:
            self._connection = None

    def _shut_down(self) -> None:
        with self._lock:
            connection = self._connection
            # A connection goes back to the pool as soon as its body is read; another call may hold it already.
            if connection is None or connection.watch is not self:
                return
            sock = connection.watched_socket
            if sock is not None:
                with suppress(OSError):  # closed already: nothing waits on it any more
                    # Not the method of an SSL socket: that one says good-bye first, and could wait for it.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Watchdog:
    """Ends every call whose time is over, in one thread: one a call costs more than asking for a small page."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Watch]] = []  # a heap; calls that ended stay until their time is over
        self._numbers = itertools.count()  # so that two watches are never compared
        self._thread: threading.Thread | None = None

    def add(self, watch: Watch, seconds: float) -> None:
        """End ``watch`` when so many seconds have passed."""
        with self._changed:
            due = (time.monotonic() + seconds, next(self._numbers), watch)
            heapq.heappush(self._due, due)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="call-deadlines", daemon=True)
                self._thread.start()
            elif self._due[0] is due:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                watch = heapq.heappop(self._due)[2]
            watch.end()


_watchdog = _Watchdog()


@contextmanager
def watched(timeout_seconds: float) -> Iterator[Watch]:
    """Give this thread's requests ``timeout_seconds`` in all, reading included."""
    watch = Watch()
    _current.watch = watch
    _watchdog.add(watch, timeout_seconds)
    try:
        yield watch
    finally:
        watch.release()
        _current.watch = None


class _Watched:
    watch: Watch | None = None
    watched_socket: socket.socket | None = None


class _Connection(_Watched, HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _registered(self, super()._new_conn())

    def request(self, *args: Any, **kwargs: Any) -> None:
        _register(self)
        super().request(*args, **kwargs)


class _SecureConnection(_Watched, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        # The handshake takes the socket's descriptor away; a copy still ends the same connection.
        _registered(self, sock.dup())
        return sock

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            copy, self.watched_socket = self.watched_socket, self.sock
            if copy is not None:
                copy.close()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _register(self)
        super().request(*args, **kwargs)


def _registered(connection: _Watched, sock: socket.socket) -> socket.socket:
    connection.watched_socket = sock
    _register(connection)
    return sock


def _register(connection: _Watched) -> None:
    watch: Watch | None = getattr(_current, "watch", None)
    if watch is not None:
        watch.hold(connection)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """The adapter of ``requests`` with connections that a :func:`watched` block can end, also through a proxy.

    Args:
        trust: The certificates to trust; None for connections that are not encrypted.
    """

    def __init__(self, trust: ssl.SSLContext | None) -> None:
        self._trust = trust
        super().__init__(pool_connections=8, pool_maxsize=32, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """Keep pools of our connections."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._trust, **pool_kwargs)  # type: ignore[no-untyped-call,unused-ignore]
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Keep pools of our connections for the proxy, too; the way to it, if encrypted, is verified as all others."""
        trust = {"ssl_context": self._trust, "proxy_ssl_context": self._trust}
        manager = super().proxy_manager_for(proxy, **trust, **proxy_kwargs)  # type: ignore[no-untyped-call,unused-ignore]
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool as it is: its context holds the certificates, and the library would add its own each time."""
