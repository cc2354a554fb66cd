"""A call's time ends the call it belongs to, and no other."""

from __future__ import annotations

import socket
import time

from snlib.transport.deadline import Watch, _Watchdog, _Watched


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.05)
    return ours, theirs


def is_open(ours: socket.socket) -> bool:
    """Return whether reading still waits for something."""
    try:
        return ours.recv(1) != b""
    except TimeoutError:
        return True


def held(ours: socket.socket) -> tuple[Watch, _Watched]:
    """Return a watch that holds a connection over ``ours``."""
    connection = _Watched()
    connection.watched_socket = ours
    watch = Watch()
    watch.hold(connection)
    return watch, connection


def test_the_end_interrupts_what_is_being_read() -> None:
    """When time is over, a blocked read returns."""
    ours, theirs = pair()
    with ours, theirs:
        watch, _ = held(ours)
        watch.end()
        assert not is_open(ours)


def test_a_finished_call_ends_nothing() -> None:
    """A timer that fires late leaves a released connection alone."""
    ours, theirs = pair()
    with ours, theirs:
        watch, _ = held(ours)
        watch.release()
        watch.end()
        assert is_open(ours)


def test_a_connection_that_serves_another_call_is_left_alone() -> None:
    """A connection taken from the pool belongs to its new call, not to the timer of the one before."""
    ours, theirs = pair()
    with ours, theirs:
        before, connection = held(ours)
        Watch().hold(connection)
        before.end()
        assert is_open(ours)


def test_a_call_whose_time_is_over_gets_no_connection() -> None:
    """A connection made after the end, for instance after a slow name look-up, is shut at once."""
    ours, theirs = pair()
    with ours, theirs:
        connection = _Watched()
        connection.watched_socket = ours
        watch = Watch()
        watch.end()
        watch.hold(connection)
        assert not is_open(ours)


def test_calls_end_in_the_order_of_their_deadlines() -> None:
    """One thread looks after all calls: a later call with less time ends first, the other one keeps its own."""
    ended: list[str] = []

    class Noted(Watch):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def end(self) -> None:
            ended.append(self.name)
            super().end()

    watchdog, long, short, last = _Watchdog(), Noted("long"), Noted("short"), Noted("last")
    watchdog.add(long, 0.05)
    watchdog.add(short, 0)
    watchdog.add(last, 0.06)
    until = time.monotonic() + 10
    while len(ended) < 3 and time.monotonic() < until:
        time.sleep(0.005)
    assert ended == ["short", "long", "last"]
