"""Reading Intune's permissions: rarely, without failing a page, and never more than Graph granted."""

from snlib.errors import ServiceUnreachable, SignInRequired
from snlib.helpdesk.intune_permissions import IntunePermissions
from tests.stores import HandClock, make_agent

HUGO, LENA = make_agent(), make_agent("Lena Okafor")


class Graph:
    """Returns a given answer, and counts how often it was asked."""

    def __init__(self, *granted: str) -> None:
        self.granted = frozenset(granted)
        self.fault: Exception | None = None
        self.asked = 0

    def __call__(self) -> frozenset[str]:
        """Return what was granted, or fail."""
        self.asked += 1
        if self.fault:
            raise self.fault
        return self.granted


def test_an_answer_counts_for_five_minutes():
    """Within five minutes Graph is asked once; after them again, and what was taken away is gone."""
    clock, graph = HandClock(), Graph("a")
    permissions = IntunePermissions(clock)
    assert [permissions.of(HUGO, graph) for _ in range(3)] == [{"a"}] * 3
    graph.granted = frozenset()
    clock.advance(minutes=4, seconds=59)
    assert (permissions.of(HUGO, graph), graph.asked) == ({"a"}, 1)
    clock.advance(seconds=1)
    assert (permissions.of(HUGO, graph), graph.asked) == (frozenset(), 2)


def test_answers_are_ones_own():
    """Nobody is given what Graph said about somebody else."""
    permissions = IntunePermissions(HandClock())
    assert permissions.of(HUGO, Graph("a")) == {"a"}
    assert permissions.of(LENA, Graph("b")) == {"b"}


def test_both_sessions_of_an_agent_share_an_answer():
    """A second browser of the same agent asks no second time."""
    permissions, graph = IntunePermissions(HandClock()), Graph("a")
    permissions.of(HUGO, graph)
    permissions.of(make_agent(session="2"), graph)
    assert graph.asked == 1


def test_a_failure_grants_nothing_and_is_not_repeated_at_once():
    """When Graph fails nothing is granted, also nothing of before, and it is left alone for five minutes."""
    clock, graph = HandClock(), Graph("a")
    permissions = IntunePermissions(clock)
    permissions.of(HUGO, graph)
    clock.advance(minutes=5)
    graph.fault = ServiceUnreachable("Microsoft Graph does not answer.")
    assert [permissions.of(HUGO, graph) for _ in range(3)] == [frozenset()] * 3
    assert graph.asked == 2


def test_without_a_token_nothing_is_remembered():
    """An agent who has not connected Microsoft Graph is asked about again right after connecting."""
    permissions, graph = IntunePermissions(HandClock()), Graph("a")
    graph.fault = SignInRequired("Connect Microsoft Graph.")
    assert permissions.of(HUGO, graph) == frozenset()
    graph.fault = None
    assert permissions.of(HUGO, graph) == {"a"}
